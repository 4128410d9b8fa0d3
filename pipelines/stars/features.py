"""What the model of stars knows of a member on a day, and how it is said to people.

Columns are those of int_star_features. They enter as signed logarithms: a tenth merged
work says less than the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """Features that say the same thing to people, taken together.

    signs: +1 where more can only speak for a star, -1 where it can only speak against,
    0 where the data may decide. shown: what `ja` and `en` are filled with, when it is
    `least` or more: nought of something is no reason for anybody.
    """

    name: str
    signs: dict[str, int]
    ja: str
    en: str
    shown: str
    least: int = 1


GROUPS: Final = (
    Group(
        "work",
        {"work_30d": 1, "work_180d": 1, "work_365d": 1},
        "直近180日の成果物{:.0f}件",
        "substantial outputs in 180 days: {:.0f}",
        "work_180d",
    ),
    Group(
        "part",
        {"part_180d": 1, "other_180d": 0},
        "直近180日の小さな貢献{:.0f}件",
        "smaller contributions in 180 days: {:.0f}",
        "part_180d",
    ),
    Group(
        "help",
        {"help_180d": 1, "help_365d": 1},
        "直近1年の回答・レビュー{:.0f}件",
        "answers and reviews in a year: {:.0f}",
        "help_365d",
    ),
    Group(
        "talk",
        {"talk_180d": 1, "talk_365d": 1},
        "直近1年の登壇{:.0f}回",
        "talks in a year: {:.0f}",
        "talk_365d",
    ),
    Group(
        "organise",
        {"organise_365d": 1},
        "直近1年の運営{:.0f}回",
        "events organised in a year: {:.0f}",
        "organise_365d",
    ),
    Group(
        "attend",
        {"attend_180d": 1, "attend_365d": 1},
        "直近1年の参加{:.0f}回",
        "events attended in a year: {:.0f}",
        "attend_365d",
    ),
    Group(
        "quick",
        {"quick_180d": 1},
        "直近180日の投稿・反応{:.0f}件",
        "posts and replies in 180 days: {:.0f}",
        "quick_180d",
    ),
    Group(
        "points",
        {
            "event_points": 1,
            "share_points": 1,
            "points_30d": 1,
            "points_180d": 1,
            "points_365d": 1,
        },
        "直近180日に得たポイント{:.0f}",
        "points made in 180 days: {:.0f}",
        "points_180d",
    ),
    Group(
        "trend",
        {
            "event_slope_30d": 0,
            "event_slope_90d": 0,
            "event_slope_180d": 0,
            "share_slope_30d": 0,
            "share_slope_90d": 0,
            "share_slope_180d": 0,
        },
        "発信ポイントが90日前より{:+.0f}",
        "share points against 90 days ago: {:+.0f}",
        "share_slope_90d",
    ),
    Group(
        "regularity",
        {
            "active_days_30d": 1,
            "active_days_90d": 1,
            "active_days_365d": 1,
            "active_weeks_91d": 1,
            "active_weeks_182d": 1,
            "active_months_360d": 1,
            "longest_gap_days": -1,
        },
        "直近26週のうち{:.0f}週で活動",
        "active weeks of the last 26: {:.0f}",
        "active_weeks_182d",
    ),
    Group(
        "recency",
        {"recency_days": -1},
        "最後の活動から{:.0f}日",
        "days since the last activity: {:.0f}",
        "recency_days",
        least=0,
    ),
    Group(
        "breadth",
        {"types_365d": 1, "channels_365d": 0, "groups_180d": 1, "groups_365d": 1},
        "直近1年に{:.0f}種類の活動",
        "kinds of activity in a year: {:.0f}",
        "types_365d",
        least=2,
    ),
    Group(
        "tenure",
        {"tenure_days": 0},
        "最初の活動から{:.0f}日",
        "days since the first activity: {:.0f}",
        "tenure_days",
    ),
    Group(
        "answers",
        {"replies_180d": 1, "repliers_180d": 1, "reactions_180d": 1},
        "直近180日に{:.0f}人から返信",
        "people who replied in 180 days: {:.0f}",
        "repliers_180d",
    ),
    Group(
        "contract",
        {"has_contract": 1},
        "勤務先の契約が有効",
        "their company has a contract",
        "has_contract",
    ),
)

SIGNS: Final = {name: sign for group in GROUPS for name, sign in group.signs.items()}
NAMES: Final = tuple(SIGNS)
PLACES: Final = {name: place for place, name in enumerate(NAMES)}

# One number each, more of it nearer to a star; what the model has to beat.
BASELINES: Final = ("score", "recent_work", "recency", "rfm", "activity_count")


def damped(values: Matrix) -> Matrix:
    """Returns signed logarithms: sign(x) ln(1 + |x|)."""
    result: Matrix = np.sign(values) * np.log1p(np.abs(values))
    return result
