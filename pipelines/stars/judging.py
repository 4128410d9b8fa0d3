"""How well a number told who would do something: AUC, lift, calibration, an interval.

Nothing here knows what the number or the outcome is. All draws are seeded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Outcomes = NDArray[np.bool_]
Weights = NDArray[np.float64]

# Fewer people say nothing about an order.
LEAST_PEOPLE = 20

# The ends of the interval are the 5th and 195th of so many: steady to about .005.
RESAMPLES = 200

BINS = 10


@dataclass(frozen=True)
class Judgement:
    """How well one number told one outcome. None: too few people, or all alike."""

    people: int
    positives: int
    auc: float | None
    lower: float | None
    upper: float | None
    lift_at_top_decile: float | None


def resamples(people: int, *, seed: int) -> Weights:
    """Returns how often each person is drawn, one row per resample."""
    draws = np.random.default_rng(seed).multinomial(
        people, np.full(people, 1 / people), size=RESAMPLES
    )
    return draws.astype(np.float64)


def judge(number: Numbers, outcome: Outcomes, drawn: Weights) -> Judgement:
    """Judges by the people as they are and as `drawn` (see resamples)."""
    people, positives = len(outcome), int(outcome.sum())
    if people < LEAST_PEOPLE or positives in (0, people):
        return Judgement(people, positives, None, None, None, None)
    everybody = np.ones((1, people))
    spread = auc(number, outcome, drawn)
    lower, upper = np.nanpercentile(spread, [2.5, 97.5])
    return Judgement(
        people=people,
        positives=positives,
        auc=float(auc(number, outcome, everybody)[0]),
        lower=float(lower),
        upper=float(upper),
        lift_at_top_decile=lift_at_top_decile(number, outcome),
    )


def auc(number: Numbers, outcome: Outcomes, weights: Weights) -> Numbers:
    """The chance that who did it has the higher number of two; ties count half.

    weights: one row per answer. NaN where a row weighs only one outcome.
    """
    order = np.argsort(number, kind="stable")
    starts = np.flatnonzero(np.diff(number[order], prepend=-np.inf))
    positive = np.add.reduceat(weights[:, order] * outcome[order], starts, axis=1)
    negative = np.add.reduceat(weights[:, order] * ~outcome[order], starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative / 2
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    wins = (positive * below).sum(axis=1)
    shares = np.full(len(pairs), np.nan)
    np.divide(wins, pairs, out=shares, where=pairs > 0)
    return shares


def lift_at_top_decile(number: Numbers, outcome: Outcomes) -> float:
    """How much more often the tenth with the highest numbers did it than everybody.

    Of people with the same number at its edge each is in it in part.
    """
    least = np.partition(number, -_tenth(number))[-_tenth(number)]
    above = number > least
    tied = number == least
    room = _tenth(number) - int(above.sum())
    hits = outcome[above].sum() + room * outcome[tied].mean()
    return float(hits / _tenth(number) / outcome.mean())


def calibration_error(probability: Numbers, outcome: Outcomes) -> float:
    """How far probabilities are from what happened: the mean over ten equal groups."""
    order = np.argsort(probability, kind="stable")
    groups = np.array_split(order, min(BINS, len(order)))
    return float(
        sum(
            len(group) * abs(probability[group].mean() - outcome[group].mean())
            for group in groups
        )
        / len(order)
    )


def _tenth(number: Numbers) -> int:
    return -(-len(number) // 10)
