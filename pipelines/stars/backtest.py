"""Who becomes a star, asked of the past: nothing a model sees lies after its day.

For every month end the model of the last quarter end before it speaks; it has learned
from quarter ends whose 180 days were over by then, and from labels known by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from pipelines.stars.features import BASELINES
from pipelines.stars.judging import calibration_error, judge, resamples
from pipelines.stars.model import StarModel, fit
from pipelines.stars.snapshots import Integers, Numbers, Outcomes, Snapshots

# What a probability is about, in days.
HORIZON: Final = 180
HORIZONS: Final = (30, 90, 180)

# Fewer stars with a date teach nothing: ten a handful of independent features.
LEAST_STARS: Final = 30

# The first so many members in their fair order are judged; int_star_people has them.
JUDGED_MEMBERS: Final = 20_000
SEED: Final = 7

PROBABILITY: Final = "probability"
PREDICTORS: Final = (PROBABILITY, *BASELINES)

Row = dict[str, Any]


@dataclass(frozen=True)
class Calendar:
    """Snapshot days by their use, and the as-of day; all ascending."""

    judged: Integers
    learned: Integers
    today: int


@dataclass(frozen=True)
class Lesson:
    """What can be learned on a day: rows, who became a star, how many did."""

    rows: Snapshots
    outcome: Outcomes
    stars: int
    through: int

    @property
    def is_enough(self) -> bool:
        return self.stars >= LEAST_STARS

    @cached_property
    def model(self) -> StarModel:
        return fit(self.rows.values, self.outcome, self.rows.weight)


def lesson(
    people: Snapshots, calendar: Calendar, day: int, *, horizon: int = HORIZON
) -> Lesson:
    """Returns what was known on a day of snapshots whose horizon was over by then."""
    days = calendar.learned[calendar.learned + horizon <= day]
    rows = people.only(np.isin(people.day, days)).open(known=day)
    outcome = rows.becomes_star(horizon, known=day)
    return Lesson(
        rows=rows,
        outcome=outcome,
        stars=len(np.unique(rows.number[outcome])),
        through=int(days.max()) if len(days) else 0,
    )


@dataclass(frozen=True)
class Walk:
    """The past month by month: rows of one month end, and the model's word on them."""

    month: int
    rows: Snapshots
    probability: Numbers | None

    def number(self, predictor: str) -> Numbers | None:
        """Returns what a predictor says of each row; None where it cannot."""
        if predictor == PROBABILITY:
            return self.probability
        column: Numbers = self.rows.baselines[:, BASELINES.index(predictor)]
        return column


def walk(people: Snapshots, calendar: Calendar) -> Iterator[Walk]:
    """Yields every judged month end, by the model of the last quarter end before it."""
    fair = people.only(people.number <= JUDGED_MEMBERS)
    learned_on: int | None = None
    known: Lesson | None = None
    for month in calendar.judged:
        before = calendar.learned[calendar.learned <= month]
        if len(before) and before[-1] != learned_on:
            learned_on = int(before[-1])
            known = lesson(people, calendar, learned_on)
        rows = fair.only(fair.day == month).open(known=int(month))
        has_learned = known is not None and known.is_enough
        yield Walk(
            month=int(month),
            rows=rows,
            probability=(
                known.model.probability(rows.values)
                if known is not None and has_learned
                else None
            ),
        )


def backtest(people: Snapshots, calendar: Calendar) -> Iterator[Row]:
    """Yields one row a month end, horizon, outcome and predictor.

    Judged are members active in the 365 days before who are no stars. A probability of
    180 days is taken to spread evenly over them; it is one of becoming a star only, so
    nothing else has a calibration.
    """
    for step in walk(people, calendar):
        for horizon in HORIZONS:
            if step.month + horizon <= calendar.today and len(step.rows.day):
                yield from _judged(step, horizon, calendar.today)


def _judged(step: Walk, horizon: int, today: int) -> Iterator[Row]:
    # Who is found to have been a star all along was no candidate.
    is_open = ~(step.rows.is_bound & (step.rows.star_day <= today))
    rows = step.rows.only(is_open)
    drawn = resamples(len(rows.day), seed=SEED + step.month)
    outcomes = {
        "star": rows.becomes_star(horizon, known=today),
        "active": rows.stays_active(horizon),
    }
    for outcome, came in outcomes.items():
        for predictor in PREDICTORS:
            number = step.number(predictor)
            if number is None:
                continue
            number = number[is_open]
            found = judge(number, came, drawn)
            is_probability = predictor == PROBABILITY and outcome == "star"
            yield {
                "month": step.month,
                "horizon_days": horizon,
                "outcome": outcome,
                "baseline": predictor,
                "auc": found.auc,
                "lift_at_top_decile": found.lift_at_top_decile,
                "calibration_error": (
                    calibration_error(within(number, horizon), came)
                    if is_probability and found.auc is not None
                    else None
                ),
                "n": found.people,
                "positives": found.positives,
                "lower": found.lower,
                "upper": found.upper,
            }


def within(probability: Numbers, horizon: int) -> Numbers:
    """Returns the probability of so many days, at an even pace over all of HORIZON."""
    result: Numbers = 1 - (1 - probability) ** (horizon / HORIZON)
    return result


@dataclass(frozen=True)
class Verdict:
    """The model beside the best baseline, over the months both spoke of.

    None: no month could be judged.
    """

    model_auc: float | None
    baseline: str
    baseline_auc: float | None

    @property
    def is_model_better(self) -> bool:
        return (
            self.model_auc is not None
            and self.baseline_auc is not None
            and self.model_auc > self.baseline_auc
        )


def verdict(rows: list[Row]) -> Verdict:
    """Returns how model and baselines did on becoming a star within the horizon."""
    asked = [
        row
        for row in rows
        if row["outcome"] == "star"
        and row["horizon_days"] == HORIZON
        and row["auc"] is not None
    ]
    months = {row["month"] for row in asked if row["baseline"] == PROBABILITY}
    both = [row for row in asked if row["month"] in months] if months else asked
    means = {
        predictor: _mean([row["auc"] for row in both if row["baseline"] == predictor])
        for predictor in PREDICTORS
    }
    # The first of equals, in the order of BASELINES.
    best = max(BASELINES, key=lambda name: means[name] or 0)
    return Verdict(means[PROBABILITY], best, means[best])


def _mean(numbers: list[float]) -> float | None:
    return round(sum(numbers) / len(numbers), 6) if numbers else None
