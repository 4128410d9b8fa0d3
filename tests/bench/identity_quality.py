"""One labelled set: ours and the others' precision and recall, rule by rule."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pandas as pd

from pipelines.identity import measure, policy
from pipelines.identity.measure import LabelledSet, Resolution
from tests.bench.benchmark import Failed, Figures
from tests.bench.identity_baselines import methods
from tests.bench.tables import table

RULES_ALONE = "ours, rules only"
OURS = "**ours**"
# Bands of probability; the last one holds 1.
BANDS = (0.0, 0.7, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999, 1.1)


def quality(data: LabelledSet, folder: Path) -> Figures:
    """Measures all methods on the set. folder: where others' tools are installed."""
    rows = []
    for name, method in methods(folder):
        began = time.monotonic()
        try:
            members = method(data)
        except Failed as error:
            rows.append({"method": name, "failed": str(error).splitlines()[-1]})
            continue
        rows.append(_figures(name, members, data, time.monotonic() - began))
    began = time.monotonic()
    result = measure.resolve(data)
    seconds = time.monotonic() - began
    plain = result.pairs[result.pairs["rule"].ne(policy.PROBABLE.name)]
    rows.append(_figures(RULES_ALONE, measure.joined(data.accounts, plain), data, None))
    rows.append(_figures(OURS, result.members, data, seconds))
    person = data.truth.groupby("person_id").size()
    return {
        "accounts": len(data.accounts),
        "labelled": len(data.truth),
        "persons": len(person),
        "true": measure.score(result.members, data.truth).true,
        "members": int(result.members["member_id"].nunique()),
        "methods": rows,
        "rules": measure.by_rule(data, result).to_dict("records"),
        "queue": _queue(data, result),
        "probabilities": _probabilities(data, result),
    }


def _figures(
    name: str, members: pd.DataFrame, data: LabelledSet, seconds: float | None
) -> Figures:
    score = measure.score(members, data.truth)
    bcubed = measure.bcubed(members, data.truth)
    return {
        "method": name,
        "seconds": seconds,
        "linked": score.linked,
        "wrong": score.linked - score.right,
        "precision": score.precision,
        "recall": score.recall,
        "f1": score.f1,
        "bcubed_precision": bcubed.precision,
        "bcubed_recall": bcubed.recall,
        "bcubed_f1": bcubed.f1,
        "largest": int(members.groupby("member_id").size().max()),
    }


def _queue(data: LabelledSet, result: Resolution) -> list[Figures]:
    """By rule: pairs that wait for a person, and how many of those are one person."""
    known = measure.judged(result.reviews, data.truth)
    return [
        {
            "rule": rule,
            "pairs": int(count),
            "judged": int(known["rule"].eq(rule).sum()),
            "right": int(known.loc[known["rule"].eq(rule), "is_right"].sum()),
        }
        for rule, count in result.reviews["rule"].value_counts().items()
    ]


def _probabilities(data: LabelledSet, result: Resolution) -> list[Figures]:
    """By band of the model's probability: pairs, and how many are one person."""
    everything = pd.concat([result.pairs, result.reviews], ignore_index=True)
    scored = everything[everything["rule"].eq(policy.PROBABLE.name)]
    known = measure.judged(scored, data.truth)
    found = []
    for low, high in pairwise(BANDS):
        inside = known[known["probability"].ge(low) & known["probability"].lt(high)]
        found.append(
            {
                "low": low,
                "high": min(high, 1.0),
                "judged": len(inside),
                "right": int(inside["is_right"].sum()),
            }
        )
    return [band for band in found if band["judged"]]


def report(figures: Figures) -> str:
    """The set in words and three tables."""
    parts = [
        f"{figures['accounts']:,} accounts, {figures['labelled']:,} of them labelled:"
        f" {figures['persons']:,} persons, {figures['true']:,} true pairs. Ours:"
        f" {figures['members']:,} members.",
        table(
            (
                *("method", "pairs", "wrong", "precision", "recall", "F1"),
                *("B³ precision", "B³ recall", "B³ F1", "largest", "seconds"),
            ),
            [_method(row) for row in figures["methods"]],
        ),
        _rules_told(figures["rules"]),
        _queue_told(figures["queue"]),
    ]
    if bands := figures["probabilities"]:
        parts.append(bands_told(bands))
    return "\n\n".join(parts)


def _method(row: Figures) -> tuple[object, ...]:
    if "failed" in row:
        return (row["method"], *[None] * 9, row["failed"])
    rates = ("precision", "recall", "f1")
    return (
        *(row["method"], row["linked"], row["wrong"]),
        *(f"{row[name]:.3f}" for name in rates),
        *(f"{row[f'bcubed_{name}']:.3f}" for name in rates),
        row["largest"],
        row["seconds"],
    )


def _rules_told(rules: list[Figures]) -> str:
    if not rules:
        return "No rule links anything."
    headers = ("rule", "its pairs", "judged", "right", "precision")
    more = ("wrong by it", "right only by it")
    return table((*headers, *more), [_rule(row) for row in rules])


def _rule(row: Figures) -> tuple[object, ...]:
    precision = f"{row['precision']:.3f}" if row["judged"] else "not judged"
    return (
        *(row["rule"], row["pairs"], row["judged"], row["right"], precision),
        *(float(row["blamed"]), row["only"]),
    )


def bands_told(bands: list[Figures]) -> str:
    """What the model says, and what is so."""
    rows = [
        (
            f"{band['low']:g} to {band['high']:g}",
            *(band["judged"], band["right"], f"{band['right'] / band['judged']:.3f}"),
        )
        for band in bands
    ]
    return table(("probability", "judged", "one person indeed", "share"), rows)


def _queue_told(queue: list[Figures]) -> str:
    if not queue:
        return "Nothing waits for a person."
    rows = [(row["rule"], row["pairs"], row["judged"], row["right"]) for row in queue]
    headers = ("in the queue by", "pairs", "judged", "one person indeed")
    return table(headers, rows)
