"""Verdicts about money: another unit, another currency, another sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.gate import rules
from pipelines.gate.bound import (
    Bound,
    Past,
    bound_of,
    judge,
    judge_against,
    learns,
    measured_now,
)
from pipelines.gate.statistics import Measured


def amounts(measured: Measured, last: Past) -> Iterator[Bound]:
    """Yields keeps_its_amounts by stage and currency."""
    for subject, version, deals, amount in measured_now(measured, "deal_median"):
        bound = bound_of("keeps_its_amounts", subject, amount)
        before, then = last.values.get(("deal_median", subject, version), (0, 0.0))
        least = min(deals, before)
        if least < rules.AMOUNT_LEAST_DEALS:
            of = f"learning, {least} of {rules.AMOUNT_LEAST_DEALS} deals"
            yield learns(bound, of)
            continue
        bound = replace(
            bound, lower=then / rules.AMOUNT_FACTOR, upper=then * rules.AMOUNT_FACTOR
        )
        yield judge_against(bound, last, f"{before} deals then, {deals} now")


def currencies(measured: Measured, last: Past) -> Iterator[Bound]:
    """Yields states_its_currency by source."""
    for subject, version, deals, share in measured_now(measured, "currency_stated"):
        bound = bound_of("states_its_currency", subject, share)
        before = last.values.get(("currency_stated", subject, version))
        if before is None:
            yield learns(bound, "learning: no release before")
            continue
        lower = max(0.0, before[1] - rules.CURRENCY_POINTS)
        yield judge(replace(bound, lower=lower, history=1), f"{deals} deals")
