"""Who may become a star on a snapshot day, and who does: what was known by a day.

A label whose date is a lower bound says who, not when: whoever has one counts from the
day it was told on as a star of unknown age, is never a positive, and is left out of the
snapshots before it as soon as it is known.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.stars.features import BASELINES, NAMES, Matrix

Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]
Outcomes = NDArray[np.bool_]

# Day number of who is no star (yet): later than any day.
NEVER = 1 << 40

# Doubles may differ in their last bits; equal numbers shall be ties.
_DECIMALS = 6


@dataclass(frozen=True)
class Snapshots:
    """Members on snapshot days, sorted by day and number.

    day: days since 1990. number: position of the member in a fair order. star_day:
    NEVER for who is no star. is_bound: its date is a lower bound. can_be_named: as of
    today, who has neither left nor is a star. next_active: first active day after the
    day, or NEVER. weight: members a row stands for.
    """

    day: Integers
    member: NDArray[Any]
    number: Integers
    star_day: Integers
    is_bound: Outcomes
    can_be_named: Outcomes
    next_active: Integers
    weight: Numbers
    values: Matrix
    baselines: Matrix

    def only(self, rows: Outcomes | Integers) -> Snapshots:
        """Returns these rows."""
        return Snapshots(
            **{field.name: getattr(self, field.name)[rows] for field in fields(self)}
        )

    def open(self, known: int) -> Snapshots:
        """Rows of members who on their day are no stars, as known on a later day."""
        named_since = self.star_day <= np.minimum(self.day, known)
        was_star_by = self.is_bound & (self.star_day <= known)
        return self.only(~named_since & ~was_star_by)

    def becomes_star(self, horizon: int, known: int) -> Outcomes:
        """Whether each row's member is named within the horizon, as known on a day."""
        return (
            ~self.is_bound
            & (self.star_day > self.day)
            & (self.star_day <= np.minimum(self.day + horizon, known))
        )

    def stays_active(self, horizon: int) -> Outcomes:
        """Whether each row's member does anything within the horizon."""
        result: Outcomes = self.next_active <= self.day + horizon
        return result


def snapshots(columns: dict[str, Any]) -> Snapshots:
    """Returns the rows of int_star_features with int_star_outcomes, sorted."""
    order = np.lexsort((_integers(columns["member_number"]), _integers(columns["day"])))
    return Snapshots(
        day=_integers(columns["day"]),
        member=np.asarray(columns["member_id"], dtype=object),
        number=_integers(columns["member_number"]),
        star_day=_integers(columns["star_day"]),
        is_bound=np.asarray(columns["is_date_lower_bound"], dtype=np.bool_),
        can_be_named=np.asarray(columns["can_be_named"], dtype=np.bool_),
        next_active=_integers(columns["next_active_day"]),
        weight=_numbers(columns["weight"]),
        values=np.column_stack([_numbers(columns[name]) for name in NAMES]),
        baselines=baselines(columns),
    ).only(order)


def baselines(columns: dict[str, Any]) -> Matrix:
    """Returns one column a baseline, in the order of BASELINES; more is nearer."""
    recency = _numbers(columns["recency_days"])
    count = _numbers(columns["things_365d"])
    found = {
        "score": _numbers(columns["score"]),
        "recent_work": _numbers(columns["work_180d"]),
        "recency": 365 - recency,
        "rfm": _rfm(
            _integers(columns["day"]),
            (-recency, count, _numbers(columns["points_365d"])),
        ),
        "activity_count": count,
    }
    stacked: Matrix = np.column_stack([found[name] for name in BASELINES])
    result: Matrix = np.round(stacked, _DECIMALS)
    return result


def _rfm(day: Integers, numbers: tuple[Numbers, ...]) -> Numbers:
    """Fifths of recency, frequency and points (1 to 5 each), added; ties are alike."""
    total = np.zeros(len(day))
    for one in np.unique(day):
        rows = np.flatnonzero(day == one)
        for number in numbers:
            _, place, counts = np.unique(
                number[rows], return_inverse=True, return_counts=True
            )
            below = (np.cumsum(counts) - counts)[place]
            total[rows] += 1 + np.floor(5 * below / len(rows))
    return total


def _integers(column: Any) -> Integers:
    return np.asarray(column, dtype=np.int64)


def _numbers(column: Any) -> Numbers:
    return np.asarray(column, dtype=np.float64)
