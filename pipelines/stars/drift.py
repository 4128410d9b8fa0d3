"""Who is drifting away, and whether what says so told it in the past.

Days are integers since 1990-01-01, members integers from 1, points whole millionths:
sums are exact and do not depend on the order of rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipelines.stars.rhythm import ActivityDays, Days, Rhythm, Shares, rhythm

_SPAN = 1 << 20

# Points are made in the last so many days and in as many before.
WINDOW_DAYS = 90
YEAR_DAYS = 365

# Predictors of silence; at_risk is the rule, survival the rhythm, the rest baselines.
PREDICTORS = (
    *("at_risk", "at_risk_graded", "survival"),
    *("recency", "rfm", "activity_count", "score"),
)


@dataclass(frozen=True)
class Rules:
    """The thresholds of the reasons (seed risk_rules).

    drop: share of the points that is gone. least_before: of so many at least, in
    millionths.
    stage_days: a stage is lower than so many days ago. unusual: share of gaps that are
    longer. listed_days: a silence is news for so many days.
    """

    drop: float
    least_before: int
    stage_days: int
    unusual: float
    listed_days: int


@dataclass(frozen=True)
class History:
    """What members did and which stages they had.

    member, day: sorted by both, no pair twice. activities: of that day; 0 on a day that
    only brought points. points: made that day, in millionths. stage_member, stage_from,
    stage_rank: sorted by member and first day of the stage; who is silent ranks below
    everybody.
    """

    member: Days
    day: Days
    activities: Days
    points: Days
    stage_member: Days
    stage_from: Days
    stage_rank: Days
    half_life_days: int

    def only(self, member_limit: int) -> History:
        """The members up to a number."""
        rows = self.member <= member_limit
        stages = self.stage_member <= member_limit
        return replace(
            self,
            member=self.member[rows],
            day=self.day[rows],
            activities=self.activities[rows],
            points=self.points[rows],
            stage_member=self.stage_member[stages],
            stage_from=self.stage_from[stages],
            stage_rank=self.stage_rank[stages],
        )


@dataclass(frozen=True)
class Snapshot:
    """Everybody active within `active_within` days of one day, as known at its end.

    points_now, points_before: made in the two windows, in millionths. drop_ratio: NaN
    where there were none before.
    """

    rhythm: Rhythm
    members: Days
    silent_days: Days
    activity_days: Days
    points_now: Days
    points_before: Days
    drop_ratio: Shares
    has_fallen: NDArray[np.bool_]
    has_dropped: NDArray[np.bool_]
    is_silent: NDArray[np.bool_]
    at_risk: NDArray[np.bool_]
    predictors: dict[str, Shares]

    def stays_silent(self, horizon_days: int) -> Shares:
        """The chance that each stays away for so many more days."""
        return self.rhythm.stays_silent(horizon_days)


class Drift:
    """Snapshots of one history; what they share is made ready once."""

    def __init__(self, history: History, rules: Rules) -> None:
        self._history = history
        self._rules = rules
        is_active = history.activities > 0
        self._days = ActivityDays(history.member[is_active], history.day[is_active])
        self._active_keys = self._days.member * _SPAN + self._days.day
        self._keys = history.member * _SPAN + history.day
        self._activities = np.append(0, history.activities.cumsum())
        self._points = np.append(0, history.points.cumsum())
        self._stage_keys = history.stage_member * _SPAN + history.stage_from

    def snapshot(self, today: int, *, active_within: int) -> Snapshot:
        """Returns what was known at the end of a day."""
        rules = self._rules
        known = rhythm(self._days, today)
        known = known.only(known.silent_days < active_within)
        members, silent = known.members, known.silent_days
        activity_days = known.gaps + 1
        beyond = known.survival(silent)
        was_beyond = known.survival(np.maximum(silent - rules.listed_days, 0))

        now = self._made(members, today - WINDOW_DAYS, today)
        before = self._made(members, today - 2 * WINDOW_DAYS, today - WINDOW_DAYS)
        had_points = before > 0
        drop = np.full(len(members), np.nan)
        drop[had_points] = 1 - now[had_points] / before[had_points]
        has_habit = activity_days > 1
        had_enough = has_habit & (before >= rules.least_before)
        # In whole millionths: exactly half is half.
        has_fallen = had_enough & (before - now >= rules.drop * before)
        has_dropped = has_habit & (
            self._stage(members, today) < self._stage(members, today - rules.stage_days)
        )
        is_silent = (
            has_habit
            & (beyond <= rules.unusual)
            & ((silent < rules.listed_days) | (was_beyond > rules.unusual))
        )
        at_risk = has_fallen | has_dropped | is_silent
        graded = np.where(
            has_habit,
            np.maximum.reduce(
                [
                    np.where(had_enough, np.clip(drop, 0, 1), 0),
                    has_dropped.astype(np.float64),
                    1 - beyond,
                ]
            ),
            0,
        )
        year = self._within(members, self._active_keys, today - YEAR_DAYS, today)
        made = self._made(members, today - YEAR_DAYS, today)
        count = self._count(members, today - YEAR_DAYS, today)
        return Snapshot(
            rhythm=known,
            members=members,
            silent_days=silent,
            activity_days=activity_days,
            points_now=now,
            points_before=before,
            drop_ratio=drop,
            has_fallen=has_fallen,
            has_dropped=has_dropped,
            is_silent=is_silent,
            at_risk=at_risk,
            predictors={
                "at_risk": at_risk.astype(np.float64),
                "at_risk_graded": graded,
                "recency": silent.astype(np.float64),
                "rfm": -(fifths(-silent) + fifths(year) + fifths(made)),
                "activity_count": -count.astype(np.float64),
                "score": -self._score(members, today),
            },
        )

    def falls_silent(self, members: Days, today: int, days: int) -> NDArray[np.bool_]:
        """True for those without any activity in the days after a day."""
        active_days = self._within(members, self._active_keys, today, today + days)
        return np.equal(active_days, 0)

    def _within(self, members: Days, keys: Days, after: int, until: int) -> Days:
        first = np.searchsorted(keys, members * _SPAN + after, side="right")
        return np.searchsorted(keys, members * _SPAN + until, side="right") - first

    def _sum(self, running: Days, members: Days, after: int, until: int) -> Days:
        first = np.searchsorted(self._keys, members * _SPAN + after, side="right")
        last = np.searchsorted(self._keys, members * _SPAN + until, side="right")
        return running[last] - running[first]

    def _made(self, members: Days, after: int, until: int) -> Days:
        return self._sum(self._points, members, after, until)

    def _count(self, members: Days, after: int, until: int) -> Days:
        return self._sum(self._activities, members, after, until)

    def _stage(self, members: Days, day: int) -> Days:
        """The rank of each member's stage; that of the first day before it began."""
        last = np.searchsorted(self._stage_keys, members * _SPAN + day, side="right")
        first = np.searchsorted(self._history.stage_member, members)
        return self._history.stage_rank[np.maximum(last - 1, first)]

    def _score(self, members: Days, today: int) -> Shares:
        history = self._history
        rows = history.day <= today
        age = today - history.day[rows]
        decayed = history.points[rows] / 1e6 * 0.5 ** (age / history.half_life_days)
        sums = np.bincount(history.member[rows], weights=decayed)
        sums = np.append(sums, np.zeros(max(0, int(members.max(initial=0)) + 1)))
        return np.round(sums[members], 9)


def fifths(numbers: Days) -> Shares:
    """1 for the lowest fifth to 5 for the highest; equal numbers share a mean rank."""
    if len(numbers) == 0:
        return np.zeros(0)
    ordered = np.sort(numbers)
    below = np.searchsorted(ordered, numbers, side="left")
    through = np.searchsorted(ordered, numbers, side="right")
    return np.ceil((below + through + 1) / 2 / len(numbers) * 5)
