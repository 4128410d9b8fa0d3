"""How long a member usually stays away, and how surely this silence goes on.

A gap is the time between two days with activity. A member's own gaps tell most, but
most members have few: those of the community stand in for what is missing, as if every
member had had COMMUNITY_GAPS more gaps, spread like the community's. A member's gaps
grow shorter with the habit, so each is compared with the community's gaps of the same
ordinal (the first gap with first gaps, the fortieth with those after the 33rd).

Written out, with S0 the Kaplan-Meier curve of the community (gaps still open are
censored: all that is known is that they are longer) and n own gaps, the chance that a
gap of the member lasts longer than t days is

    S(t) = (COMMUNITY_GAPS x S0(t) + own gaps longer than t) / (COMMUNITY_GAPS + n)

and the chance that a silence of c days goes on for another h is S(c + h) / S(c). That
is Kaplan-Meier with a Dirichlet prior (Susarla and Van Ryzin, 1976) in which the
member's own open gap, censored at c, has dropped out of the quotient. What is unusual
for a member is read from the gaps that are over: the open one is what is judged.

Days are integers since 1990-01-01, members integers from 1: plain arrays, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
Shares = NDArray[np.float64]

# Gaps that the community adds to a member's own. On three real communities 10 and 20
# rank who falls silent alike and better than 1, 3 or 5; more would only blur who is
# who.
COMMUNITY_GAPS = 10

# Nine of ten gaps are over after so many days: a longer silence is unusual.
UNUSUAL = 0.10

# Ordinals from which a gap belongs to the next class: the habit doubles.
CLASSES: Days = np.array([1, 2, 3, 5, 9, 17, 33, 65])

# Fewer gaps make no curve of their own; those of all ordinals stand in.
LEAST_GAPS = 50

# No gap is followed for longer: ten years.
LONGEST = 3650

_SPAN = 1 << 20  # more days than there are: member x _SPAN + day sorts by both


@dataclass(frozen=True)
class ActivityDays:
    """Days with activity, of any number of members.

    member, day: one element per member and day, sorted by both, no pair twice.
    """

    member: Days
    day: Days

    @property
    def ordinal(self) -> Days:
        """Which day of its member each is, from 1: the ordinal of the gap after it."""
        rows = np.arange(len(self.member), dtype=np.int64)
        is_first = np.diff(self.member, prepend=-1) != 0
        return rows - np.maximum.accumulate(np.where(is_first, rows, 0)) + 1

    @property
    def next_day(self) -> Days:
        """The member's next day with activity; -1 after the last one."""
        following = np.full(len(self.member), -1, dtype=np.int64)
        same = self.member[1:] == self.member[:-1]
        following[:-1][same] = self.day[1:][same]
        return following


def kaplan_meier(durations: Days, is_ended: NDArray[np.bool_]) -> Shares:
    """Returns the share of gaps longer than 0, 1, ... LONGEST days.

    durations: days of each gap, or days it is open so far where not is_ended.
    """
    durations = np.minimum(durations, LONGEST)
    ended = np.bincount(durations[is_ended], minlength=LONGEST + 1)
    observed = np.bincount(durations, minlength=LONGEST + 1)
    at_risk = observed[::-1].cumsum()[::-1]
    return np.cumprod(1 - ended / np.maximum(at_risk, 1))


@dataclass(frozen=True)
class Rhythm:
    """What was known at the end of one day about every member's gaps.

    members: who was ever active by then, ascending. silent_days: of each, until that
    day. gaps: how many gaps of each were over.
    """

    members: Days
    silent_days: Days
    gaps: Days
    _curve: Days  # row of _curves for each member
    _curves: NDArray[np.float64]
    _ended: Days  # member x _SPAN + days of every gap that was over, sorted

    def only(self, chosen: NDArray[np.bool_]) -> Rhythm:
        """The same of some members."""
        return replace(
            self,
            members=self.members[chosen],
            silent_days=self.silent_days[chosen],
            gaps=self.gaps[chosen],
            _curve=self._curve[chosen],
        )

    @cached_property
    def _ends(self) -> Days:
        return np.searchsorted(self._ended, (self.members + 1) * _SPAN)

    def longer(self, days: Days) -> Days:
        """Counts each member's own gaps that lasted longer than so many days."""
        return self._ends - np.searchsorted(
            self._ended, self.members * _SPAN + days, side="right"
        )

    def weight_beyond(self, days: Days) -> Shares:
        """Gaps longer than so many days, the member's own and the community's share."""
        shares = self._curves[self._curve, np.minimum(days, LONGEST)]
        return COMMUNITY_GAPS * shares + self.longer(days)

    def survival(self, days: Days) -> Shares:
        """The chance that a gap of each member lasts longer than so many days."""
        return self.weight_beyond(days) / (COMMUNITY_GAPS + self.gaps)

    def stays_silent(self, horizon_days: int) -> Shares:
        """The chance that the silence goes on for so many more days."""
        now = self.weight_beyond(self.silent_days)
        later = self.weight_beyond(self.silent_days + horizon_days)
        # Nobody was ever silent for so long: nothing speaks for coming back either.
        return np.divide(later, now, out=np.ones_like(now), where=now > 0)

    def usual_limit(self, share: float = UNUSUAL) -> Days:
        """The least number of days that at most `share` of a member's gaps exceed.

        -1 where no number of days does: too many never come back.
        """
        low = np.zeros(len(self.members), dtype=np.int64)
        high = np.full(len(self.members), LONGEST, dtype=np.int64)
        never = self.survival(high) > share
        while (low < high).any():
            middle = (low + high) // 2
            is_enough = self.survival(middle) <= share
            high = np.where(is_enough, middle, high)
            low = np.where(is_enough, low, np.minimum(middle + 1, high))
        return np.where(never, -1, low)


def rhythm(days: ActivityDays, today: int) -> Rhythm:
    """Returns what the activity up to the end of a day tells."""
    known = days.day <= today
    following = days.next_day
    is_ended = (following >= 0) & (following <= today)
    durations = np.where(is_ended, following, today) - days.day
    ordinal = days.ordinal
    of_class = np.searchsorted(CLASSES, ordinal, side="right") - 1
    last = known & ~is_ended
    ended = known & is_ended
    return Rhythm(
        members=days.member[last],
        silent_days=durations[last],
        gaps=ordinal[last] - 1,
        _curve=of_class[last],
        _curves=_curves(durations[known], is_ended[known], of_class[known]),
        _ended=np.sort(days.member[ended] * _SPAN + durations[ended]),
    )


def _curves(
    durations: Days, is_ended: NDArray[np.bool_], of_class: Days
) -> NDArray[np.float64]:
    everybody = kaplan_meier(durations, is_ended)
    curves = np.tile(everybody, (len(CLASSES), 1))
    for number in range(len(CLASSES)):
        chosen = of_class == number
        if chosen.sum() >= LEAST_GAPS:
            curves[number] = kaplan_meier(durations[chosen], is_ended[chosen])
    return curves
