"""Findings: what each check found, of whichever tool, in one shape.

A finding is named `<mart>.<expectation>[:<subject>]`, its check id. Only checks about
change may be acknowledged (`"acknowledgeable": True` in the expectation's meta): what
moved may have moved in the world. Arithmetic, keys, privacy and completeness never are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.gate.words import bound_of_expectation

if TYPE_CHECKING:
    import pandas as pd

AUDIT, DBT_TEST, UNIT_TEST = "audit", "dbt test", "unit test"
MODEL, RELEASE = "model", "release"
SAMPLE_ROWS = 5
# A frame that judges change says per row what was seen and what was allowed.
OBSERVED, LOWER, UPPER = "observed", "lower", "upper"
ADDRESS = re.compile(r"[\w.%+-]+@[\w-]+(\.[\w-]+)+")


@dataclass(frozen=True)
class Finding:
    """One check's outcome; `sample` shows keys only, never personal data.

    subject: what of the mart is judged by itself, e.g. a source or a metric; "" is all.
    observed: what was seen, in words; bound: what may be seen, in words.
    value, lower, upper: the same as numbers, where the check has them.
    home: the tool the check lives in; AUDIT, DBT_TEST, UNIT_TEST, MODEL or RELEASE.
    acknowledged: who let it through and why; "" when nobody did.
    warns: a failure of it blocks nothing.
    """

    mart: str
    expectation: str
    reason: str
    passed: bool
    observed: str
    sample: tuple[str, ...]
    subject: str = ""
    bound: str = ""
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    acknowledgeable: bool = False
    home: str = AUDIT
    acknowledged: str = ""
    warns: bool = False

    @property
    def rule(self) -> str:
        """The check without its subject, `<mart>.<column or kind>`."""
        return f"{self.mart}.{self.expectation.partition(':')[0]}"

    @property
    def check(self) -> str:
        """The check id."""
        return f"{self.rule}:{self.subject}" if self.subject else self.rule

    @property
    def blocks(self) -> bool:
        """Failed, is no mere warning, and nobody let it through."""
        return not (self.passed or self.warns or self.acknowledged)


def of_outcome(mart: str, outcome: Any, frame: pd.DataFrame) -> Iterator[Finding]:
    """Yields GX's outcome of one expectation as findings.

    One; for a check about change one per row that failed: each is let through, or not,
    by itself. The frame's first column is the key that samples show.
    """
    finding = _whole(mart, outcome, frame)
    rows = _rows(outcome)
    if finding.passed or not finding.acknowledgeable or not rows:
        yield finding
        return
    for row in rows:
        yield _of_row(finding, frame.iloc[row])


def by_mart(
    marts: Sequence[str], outcome: Any, frame: pd.DataFrame
) -> Iterator[Finding]:
    """Yields an outcome on the columns of all marts as one finding per mart."""
    wrong = frame.iloc[_rows(outcome)]
    whole = _whole("", outcome, frame)
    for mart in marts:
        rows = wrong.loc[wrong["mart"] == mart]
        if whole.acknowledgeable and not rows.empty:
            for _, row in rows.iterrows():
                yield replace(_of_row(whole, row), mart=mart)
            continue
        columns = rows.iloc[:, 0].map(str)
        yield replace(
            whole,
            mart=mart,
            passed=whole.passed or (columns.empty and not wrong.empty),
            observed=f"{len(columns)} columns" if len(wrong) else whole.observed,
            sample=tuple(columns.iloc[:SAMPLE_ROWS]),
        )


def without_addresses(text: str) -> str:
    """Returns the text with every e-mail address hidden: errors quote values."""
    return ADDRESS.sub("(an address)", text)


def _whole(mart: str, outcome: Any, frame: pd.DataFrame) -> Finding:
    config = outcome.expectation_config
    meta = config.meta or {}
    column = config.kwargs.get("column")
    name = config.type.removeprefix("expect_")
    return Finding(
        mart=mart,
        expectation=f"{column}: {name}" if column else name,
        reason=str(meta.get("reason", "")),
        passed=bool(outcome.success),
        observed=_observed(outcome),
        sample=_sample(frame, _rows(outcome)),
        bound=bound_of_expectation(config.type, config.kwargs),
        acknowledgeable=bool(meta.get("acknowledgeable", False)),
    )


def _of_row(finding: Finding, row: pd.Series) -> Finding:
    value, lower, upper = (_number(row, name) for name in (OBSERVED, LOWER, UPPER))
    subject = without_addresses(str(row.iloc[0]))
    if value is None:
        return replace(finding, subject=subject, sample=(subject,))
    return replace(
        finding,
        subject=subject,
        sample=(subject,),
        observed=f"{value:,.6g}",
        bound=_between(lower, upper) or finding.bound,
        value=value,
        lower=lower,
        upper=upper,
    )


def _between(lower: float | None, upper: float | None) -> str:
    if lower is not None and upper is not None:
        return f"{lower:,.6g} to {upper:,.6g}"
    if lower is not None:
        return f"at least {lower:,.6g}"
    return f"at most {upper:,.6g}" if upper is not None else ""


def _number(row: pd.Series, column: str) -> float | None:
    value = row.get(column)
    if value is None or value != value:  # NaN is not itself
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _observed(outcome: Any) -> str:
    raised = [
        str(info.get("exception_message", ""))
        for info in _exceptions(outcome.exception_info)
        if info.get("raised_exception")
    ]
    if raised:
        return without_addresses(raised[0])
    result = outcome.result or {}
    return str(
        result.get("observed_value", f"{result.get('unexpected_count', 0)} rows")
    )


def _sample(frame: pd.DataFrame, rows: Sequence[int]) -> tuple[str, ...]:
    keys = frame[frame.columns[0]]
    return tuple(without_addresses(str(keys.iloc[row])) for row in rows[:SAMPLE_ROWS])


def _rows(outcome: Any) -> list[int]:
    return list((outcome.result or {}).get("unexpected_index_list") or [])


def _exceptions(info: Any) -> list[dict[str, Any]]:
    # One dict, or one dict per metric.
    if not isinstance(info, dict):
        return []
    return [info] if "raised_exception" in info else list(info.values())
