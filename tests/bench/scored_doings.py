"""What the people of a scored community do: events, registrations, activities.

Arrays over rows; days are whole numbers since the first day, seconds count from its
local midnight. `arrives` is the day on which a source first tells of a row: mostly its
own, for some much later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.bench.scored_people import (
    BOT,
    CODER,
    GROUPS,
    NEVER,
    READER,
    SPEAKER,
    WRITER,
    Column,
    People,
)

DAY = 86_400
ANNOUNCED_DAYS = 60  # events are told of that long before
MEMBERS_PER_EVENT = 100
EVENTS_PER_YEAR = 52  # at least
LATE, LATE_MEAN_DAYS, LATE_AT_MOST = 0.05, 6, 40
ONLINE, ONSITE, HYBRID = range(3)
ACCEPTED, WAITLISTED, CANCELLED = range(3)
ATTENDEE, LIGHTNING, TALKING, STAFF = range(4)
ROLES_BY_PHASE = {
    READER: (1.0, 0.0, 0.0, 0.0),
    WRITER: (0.94, 0.03, 0.02, 0.01),
    SPEAKER: (0.5, 0.12, 0.28, 0.1),
    CODER: (0.95, 0.02, 0.03, 0.0),
    BOT: (1.0, 0.0, 0.0, 0.0),
}
TYPES = (
    "post", "reply", "repost", "reaction", "answer", "blog", "slide", "video",
    "customer_story", "referral_made", "commit", "pr_merged", "review_approved",
    "co_author", "pr_merge_action", "download", "speak", "survey_answer",
)  # fmt: skip
TYPE_SHARES = {
    READER: {"reaction": 0.40, "reply": 0.25, "post": 0.14, "repost": 0.1,
             "answer": 0.05, "download": 0.06},
    WRITER: {"post": 0.36, "reply": 0.2, "answer": 0.15, "blog": 0.09, "repost": 0.1,
             "reaction": 0.1},
    SPEAKER: {"post": 0.3, "answer": 0.2, "blog": 0.15, "slide": 0.12, "reply": 0.15,
              "video": 0.03, "customer_story": 0.03, "referral_made": 0.02},
    CODER: {"commit": 0.58, "pr_merged": 0.15, "review_approved": 0.17,
            "co_author": 0.05, "pr_merge_action": 0.05},
    BOT: {"pr_merge_action": 0.6, "reply": 0.4},
}  # fmt: skip
LIKED = ("post", "answer", "blog", "slide", "video", "customer_story", "reply")
NO_OBJECT = ("speak", "survey_answer", "download")
SEEN_TWICE = 100  # every so manieth output is told of by both platforms
COUNTED_AGAIN = 20  # every so manieth liked output is told of again a week later


@dataclass(frozen=True)
class Events:
    """Columns over events, by day."""

    day: Column
    group: Column
    format: Column
    is_cancelled: Column
    is_taken: Column  # attendance is

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True)
class Registrations:
    """Columns over registrations. attended: what is said once the event is over."""

    member: Column
    event: Column
    status: Column
    role: Column
    second: Column  # of the application
    attended: Column  # 1 came, 0 did not, -1 nobody says
    arrives: Column
    closes: Column  # the day on which attendance is told, NEVER where it is not


@dataclass(frozen=True)
class Activities:
    """Columns over activities; twin: the row of the same thing, else its own."""

    member: Column
    kind: Column  # index into TYPES
    second: Column
    event: Column  # -1 without one
    on_forum: Column
    reactions: Column  # -1 where the platform counts none
    twin: Column
    arrives: Column
    recounted: Column  # the day on which a later count is told, NEVER for most

    def __len__(self) -> int:
        return len(self.member)


@dataclass(frozen=True)
class Deals:
    """Columns over deals, two a company; the days on which they begin and end."""

    created: Column
    closed: Column
    amount: Column


def deals(random: np.random.Generator, companies: int, days: int) -> Deals:
    """Two deals for each of so many companies."""
    count = companies * 2
    created = random.integers(0, days, count)
    return Deals(
        created=created,
        closed=created + random.integers(10, 200, count),
        amount=random.integers(1, 500, count) * 10_000,
    )


def events(random: np.random.Generator, members: int, days: int) -> Events:
    """Events until ANNOUNCED_DAYS after the last day."""
    count = max(members // MEMBERS_PER_EVENT, EVENTS_PER_YEAR * days // 365)
    day = random.integers(0, days + ANNOUNCED_DAYS, count)
    # Meetups are in the middle of the week: half of them move to one weekday.
    day = np.where(random.random(count) < 0.5, day - day % 7 + 2, day)
    return Events(
        day=np.sort(day).astype(np.int32),
        group=random.integers(0, GROUPS + 1, count).astype(np.int8),
        format=random.choice(3, count, p=(0.45, 0.4, 0.15)).astype(np.int8),
        is_cancelled=random.random(count) < 0.04,
        is_taken=random.random(count) < 0.8,
    )


def visits(
    random: np.random.Generator, all_: People, count: int, days: int
) -> tuple[Column, Column]:
    """Returns (member, day) of that many doings: in visits, in each one's own rhythm.

    More of them at first than before people leave, and more while somebody rises.
    """
    member = np.repeat(
        np.arange(len(all_), dtype=np.int32), random.multinomial(count, all_.weight)
    )
    joined = all_.joined[member]
    life = np.minimum(all_.left[member], days) - joined
    share = random.random(count)
    rises = all_.path_days[member] > 0
    since = life * np.where(rises, share**0.7, share**1.3)
    gap = all_.gap[member]
    visit = np.floor(since / gap)
    # The same visit of the same member is the same day: a little off the rhythm.
    mixed = (
        member * np.int64(2_654_435_761) + visit.astype(np.int64) * 40_503
    ) & 65_535
    day = joined + (visit + mixed / 65_536 * 0.4) * gap
    # A visit that would be after the end is the one before it.
    day = np.where(day < days, day, day - gap)
    return member, np.maximum(day, joined).astype(np.int32)


def registrations(
    random: np.random.Generator, all_: People, held: Events, count: int, days: int
) -> Registrations:
    """About that many; one a member and event, the rest of a rush is left out."""
    member, day = visits(random, all_, count, days)
    is_human = ~all_.is_bot[member]
    member, day = member[is_human], day[is_human]
    event = np.searchsorted(held.day, day + 1).astype(np.int64)
    event += random.geometric(0.35, len(event)) - 1
    is_there = (event < len(held)) & (
        held.day[np.minimum(event, len(held) - 1)] - day < 45
    )
    member, day, event = member[is_there], day[is_there], event[is_there]
    _, first = np.unique(member * np.int64(len(held)) + event, return_index=True)
    member, day, event = member[first], day[first], event[first].astype(np.int32)
    rows = len(member)
    phase = all_.phase(member, day)
    status = random.choice(3, rows, p=(0.87, 0.04, 0.09))
    came = random.random(rows) < np.where(phase == SPEAKER, 0.97, 0.78)
    is_told = held.is_taken[event] & ~held.is_cancelled[event] & (status == ACCEPTED)
    return Registrations(
        member=member,
        event=event,
        status=status.astype(np.int8),
        role=_drawn(random, phase, ROLES_BY_PHASE),
        second=day.astype(np.int64) * DAY + _time_of_day(random, all_, member),
        attended=np.where(is_told, came, -1).astype(np.int8),
        arrives=_arrival(random, day),
        closes=np.where(is_told, _arrival(random, held.day[event]), NEVER).astype(
            np.int32
        ),
    )


def activities(
    random: np.random.Generator,
    all_: People,
    held: Events,
    registered: Registrations,
    count: int,
    days: int,
) -> Activities:
    """That many of people's own, and what speakers and guests tell of events."""
    member, day = visits(random, all_, count, days)
    shares = {
        phase: tuple(chances.get(name, 0.0) for name in TYPES)
        for phase, chances in TYPE_SHARES.items()
    }
    kind = _drawn(random, all_.phase(member, day), shares)
    second = day.astype(np.int64) * DAY + _time_of_day(random, all_, member)
    told = _told_of_events(random, held, registered, days)
    at = [
        np.concatenate(pair)
        for pair in zip((member, kind, second), told[:3], strict=True)
    ]
    event = np.concatenate([np.full(len(member), -1, np.int32), told[3]])
    return _as_platforms_tell(random, all_, *at, event)


def _told_of_events(
    random: np.random.Generator, held: Events, registered: Registrations, days: int
) -> tuple[Column, Column, Column, Column]:
    """Talks in a list of talks too (short ones as talks), and answers to surveys."""
    came = (registered.attended == 1) & (held.day[registered.event] < days)
    chance = random.random(len(came))
    talked = came & np.isin(registered.role, (LIGHTNING, TALKING)) & (chance < 0.5)
    answered = came & (registered.role == ATTENDEE) & (chance < 0.1)
    rows = np.concatenate([np.flatnonzero(talked), np.flatnonzero(answered)])
    kind = np.repeat(
        [TYPES.index("speak"), TYPES.index("survey_answer")],
        [talked.sum(), answered.sum()],
    )
    event = registered.event[rows]
    # Talks at the event's start, answers when it is over.
    hour = np.where(kind == TYPES.index("speak"), 19, 21)
    second = held.day[event].astype(np.int64) * DAY + hour * 3_600
    return registered.member[rows], kind.astype(np.int8), second, event


def _as_platforms_tell(
    random: np.random.Generator,
    all_: People,
    member: Column,
    kind: Column,
    second: Column,
    event: Column,
) -> Activities:
    """Puts rows on platforms, with reactions; some things are told of by both."""
    rows = len(member)
    # Events are the portal's, and so is what is told of them.
    on_forum = all_.has_forum[member] & (random.random(rows) < 0.5) & (event < 0)
    is_liked = np.isin(kind, [TYPES.index(name) for name in LIKED])
    counted = np.floor(random.lognormal(0.3, 1.4, rows)).astype(np.int32)
    reactions = np.where(is_liked, counted, -1).astype(np.int32)
    number = np.arange(rows)
    arrives = _arrival(random, second // DAY)
    both = np.flatnonzero(
        all_.has_forum[member] & is_liked & (number % SEEN_TWICE == 0)
    )
    source = np.concatenate([number, both])
    twin_forum = np.concatenate([on_forum, ~on_forum[both]])
    # The other platform tells later, and may count other reactions.
    later = np.concatenate([np.zeros(rows, np.int32), np.ones(len(both), np.int32)])
    arrives = arrives[source] + later
    again = (reactions[source] > 0) & (np.arange(len(source)) % COUNTED_AGAIN == 0)
    return Activities(
        member=member[source],
        kind=kind[source].astype(np.int8),
        second=second[source],
        event=event[source].astype(np.int32),
        on_forum=twin_forum,
        reactions=reactions[source] + later,
        twin=source.astype(np.int32),
        arrives=arrives.astype(np.int32),
        recounted=np.where(again, arrives + 7, NEVER).astype(np.int32),
    )


def _drawn(
    random: np.random.Generator, phase: Column, shares: dict[int, tuple[float, ...]]
) -> Column:
    """An index for each row, by the shares of its phase."""
    chance = random.random(len(phase))
    drawn = np.zeros(len(phase), dtype=np.int8)
    for one, chances in shares.items():
        rows = phase == one
        bounds = np.cumsum(chances)
        drawn[rows] = np.searchsorted(bounds / bounds[-1], chance[rows], side="right")
    return drawn


def _time_of_day(random: np.random.Generator, all_: People, member: Column) -> Column:
    """Seconds of the local day, about each one's own hour; nothing spills over."""
    hour = all_.hour[member] + random.normal(0, 1.5, len(member))
    seconds: Column = (np.clip(hour, 0, 23.999) * 3_600).astype(np.int64)
    return seconds


def _arrival(random: np.random.Generator, day: Column) -> Column:
    """The day itself, or up to LATE_AT_MOST days later."""
    wait = np.minimum(random.geometric(1 / LATE_MEAN_DAYS, len(day)), LATE_AT_MOST)
    arrives: Column = (day + np.where(random.random(len(day)) < LATE, wait, 0)).astype(
        np.int32
    )
    return arrives
