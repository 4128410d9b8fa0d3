"""The people of a scored community: who joins when, how busy, how long, who rises.

Everything is an array over members; days are whole numbers since FIRST_DAY of the
community. Heavy-tailed on purpose: the busiest hundredth does a third of it all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from sources._sandbox.names import FAMILY, GIVEN

Column: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[Any]]

NEVER = np.int32(1_000_000)  # a day that does not come
GROWTH = 0.7  # a year: twice as many members and doings every year
READER, WRITER, SPEAKER, CODER, BOT = range(5)
KIND_SHARES = {READER: 0.62, WRITER: 0.25, CODER: 0.13}
ONCE = 0.35  # come for a fortnight and are not seen again
MEAN_DAYS = 500
RISING, FEWEST_RISING = 0.01, 8  # who walk the path to becoming a star
NAMED_OF_RISING = 0.75
NAMED_OTHERWISE = 0.0003  # named for what nobody measured
BOTS, INTERNAL = 0.003, 0.01
GAPS = np.array([2.0, 7.0, 14.0, 30.0, 60.0])  # days between two visits
GAP_SHARES = (0.08, 0.22, 0.25, 0.25, 0.20)
MEMBERS_PER_COMPANY = 50
EMPLOYED = 0.7
HAS_FORUM_ACCOUNT = 0.4
GROUPS = 6
HALF_YEAR = 182.625


@dataclass(frozen=True)
class People:
    """Columns over members. joined, left, named: days; named is NEVER for most."""

    joined: Column
    left: Column
    named: Column
    path_days: Column  # of who rises: from joining until the path is walked; else 0
    weight: Column  # share of all that is done
    gap: Column  # own rhythm, days
    hour: Column  # own time of the day, local
    kind: Column  # READER ... BOT: what they mostly do
    group: Column  # working group, GROUPS is none
    company: Column  # index, -1 without one; company 0 is the organiser
    moved: Column  # day of a change of employer, NEVER for most
    has_forum: Column
    is_bot: Column
    is_internal: Column
    family: Column
    given: Column

    def __len__(self) -> int:
        return len(self.joined)

    def phase(self, member: Column, day: Column) -> Column:
        """What a member does on a day: who rises reads, then writes, then speaks."""
        path = self.path_days[member]
        walked = (day - self.joined[member]) / np.maximum(path, 1)
        step = np.select([walked < 0.3, walked < 0.6], [READER, WRITER], SPEAKER)
        return np.where(path > 0, step, self.kind[member]).astype(np.int8)


def people(random: np.random.Generator, members: int, days: int) -> People:
    """Members who joined within that many days."""
    joined = np.sort(growing(random, members, days)).astype(np.int32)
    rank = random.permutation(members)
    weight = 1.0 / (rank + 5 + members / 2_000)
    is_bot = random.random(members) < BOTS
    is_internal = ~is_bot & (random.random(members) < INTERNAL)

    stays = np.where(
        random.random(members) < ONCE,
        random.integers(1, 15, members),
        30 + random.exponential(MEAN_DAYS, members),
    )
    weight = np.where(stays < 15, np.minimum(weight, np.median(weight)), weight)

    may_rise = np.flatnonzero(~is_bot & ~is_internal & (joined < days - 400))
    rising = random.permutation(may_rise)[: max(int(members * RISING), FEWEST_RISING)]
    path_days = np.zeros(members, dtype=np.int32)
    path_days[rising] = random.integers(200, 600, len(rising))
    weight[rising] = np.maximum(weight[rising], np.quantile(weight, 0.97))
    stays[rising] += path_days[rising] + 180

    named = np.full(members, NEVER, dtype=np.int32)
    chosen = rising[random.random(len(rising)) < NAMED_OF_RISING]
    unforeseen = random.permutation(may_rise)[: int(members * NAMED_OTHERWISE)]
    named[unforeseen] = _next_half_year(joined[unforeseen] + 200)
    named[chosen] = _next_half_year(joined[chosen] + path_days[chosen])
    left = np.minimum(joined + stays, NEVER - 1).astype(np.int32)
    named[named > np.minimum(left, days)] = NEVER

    firms = companies_of(members)
    company = np.where(
        random.random(members) < EMPLOYED, random.integers(0, firms, members), -1
    )
    company[is_internal] = 0
    company[(company == 0) & ~is_internal] = -1
    moved = np.full(members, NEVER, dtype=np.int32)
    moves = (company > 0) & (random.random(members) < 0.1)
    moved[moves] = joined[moves] + random.integers(60, 900, moves.sum())
    active_days = np.minimum(left, days) - joined + 30
    weight *= np.where(is_bot, 5.0, 1.0) * np.sqrt(active_days)
    return People(
        joined=joined,
        left=left,
        named=named,
        path_days=path_days,
        weight=weight / weight.sum(),
        gap=random.choice(GAPS, members, p=GAP_SHARES),
        # At noon, after work, late: three kinds of people.
        hour=random.choice(np.array([12.3, 20.0, 22.8]), members, p=(0.25, 0.5, 0.25)),
        kind=np.where(is_bot, BOT, _kinds(random, members)).astype(np.int8),
        group=random.integers(0, GROUPS + 1, members).astype(np.int8),
        company=company.astype(np.int32),
        moved=moved,
        has_forum=random.random(members) < HAS_FORUM_ACCOUNT,
        is_bot=is_bot,
        is_internal=is_internal,
        family=random.integers(0, len(FAMILY), members),
        given=random.integers(0, len(GIVEN), members),
    )


def companies_of(members: int) -> int:
    """How many companies; the first is the organiser's."""
    return max(members // MEMBERS_PER_COMPANY, 3)


def growing(random: np.random.Generator, count: int, days: int) -> Column:
    """Days from 0 to `days`, the more the later: the community doubles every year."""
    rate = GROWTH * days / 365
    spread = np.log1p(random.random(count) * np.expm1(rate)) / rate
    found: Column = np.minimum((spread * days).astype(np.int32), days - 1)
    return found


def _kinds(random: np.random.Generator, members: int) -> Column:
    return random.choice(list(KIND_SHARES), members, p=list(KIND_SHARES.values()))


def _next_half_year(day: Column) -> Column:
    """Names are announced twice a year."""
    found: Column = (np.ceil(day / HALF_YEAR) * HALF_YEAR).astype(np.int32)
    return found
