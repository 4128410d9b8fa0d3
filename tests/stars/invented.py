"""People on snapshot days whose chance of being named is known, as int_star_people."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.stars.backtest import Calendar
from pipelines.stars.features import NAMES
from pipelines.stars.snapshots import NEVER

QUARTER = 91
MEMBERS = 600
TODAY = 10_000

Columns = dict[str, Any]


def calendar(quarters: int = 14) -> Calendar:
    """Quarter ends up to today; the last six are judged, too."""
    days = TODAY - QUARTER * np.arange(quarters, 0, -1)
    return Calendar(judged=days[-6:], learned=days, today=TODAY)


def columns(*, seed: int, strength: float, quarters: int = 14) -> Columns:
    """A community whose members go through better and worse years.

    How much they work decides, at `strength`, whether they are named soon;
    strength 0: who is named has nothing to do with what anybody does.
    """
    draw = np.random.default_rng(seed)
    days = [*calendar(quarters).learned, TODAY]
    star_day = np.full(MEMBERS, NEVER)
    pace = np.zeros(MEMBERS)
    frames = []
    for place, day in enumerate(days):
        changes = (draw.random(MEMBERS) < 0.15) | (place == 0)
        pace = np.where(changes, draw.gamma(0.7, 1.0, MEMBERS), pace)
        hazard = 0.00012 * np.exp(strength * np.minimum(pace, 4))
        named = day + 1 + draw.exponential(1 / hazard).astype(np.int64)
        is_named = (named <= day + QUARTER) & (star_day == NEVER)
        star_day[is_named] = named[is_named]
        frame: Columns = {name: np.zeros(MEMBERS) for name in NAMES}
        work = draw.poisson(pace)
        frame |= {
            "day": np.full(MEMBERS, day),
            "member_id": np.array([f"m_{n:03}" for n in range(MEMBERS)], dtype=object),
            "member_number": np.arange(1, MEMBERS + 1),
            "star_day": star_day,
            "is_date_lower_bound": np.zeros(MEMBERS, dtype=bool),
            "can_be_named": star_day > TODAY,
            "next_active_day": day + 1 + draw.poisson(60 / (0.2 + pace)),
            "weight": np.ones(MEMBERS),
            "work_30d": draw.poisson(pace / 6),
            "work_180d": work,
            "work_365d": work + draw.poisson(pace),
            "active_weeks_182d": np.minimum(26, work + draw.poisson(1, MEMBERS)),
            "share_points": 4.0 * work,
            "points_180d": 8.0 * work,
            "points_365d": 12.0 * work,
            "recency_days": draw.integers(0, 300, MEMBERS),
            "things_365d": draw.poisson(3, MEMBERS),
            "score": draw.random(MEMBERS),
            "types_365d": np.ones(MEMBERS),
        }
        frames.append(frame)
    return {name: np.concatenate([f[name] for f in frames]) for name in frames[0]}


def picked(given: Columns, rows: Any) -> Columns:
    """These rows of the columns, in this order."""
    return {name: column[rows] for name, column in given.items()}
