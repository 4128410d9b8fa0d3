"""Little communities for property tests: few people, few events, all the oddities."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.scoring.reference import (
    BASE,
    Activity,
    Community,
    Contract,
    Event,
    Member,
    Override,
    Snapshot,
)

AS_OF = date(2024, 6, 30)
FIRST_DAY = date(2022, 11, 1)
# Leap day, turn of the year, fiscal year, the as-of day, and days after it.
NOTABLE_DAYS = (
    date(2023, 12, 31),
    date(2024, 1, 1),
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2024, 4, 1),
    AS_OF,
    AS_OF + timedelta(days=1),
    AS_OF + timedelta(days=30),
)
TYPES = (*sorted(BASE), "certification", "course", "follow_up", "leave", "tested_by")
# Weighted by hand so that caps, talks and stars really occur.
COMMON_TYPES = ("post", "post", "reply", "repost", "attend", "speak", "blog", "slide")

days = st.one_of(
    st.integers(0, (AS_OF - FIRST_DAY).days).map(
        lambda n: FIRST_DAY + timedelta(days=n)
    ),
    st.integers(0, 120).map(lambda n: AS_OF - timedelta(days=n)),
    st.sampled_from(NOTABLE_DAYS),
)
EVENTS = tuple(
    Event(
        event_id=f"connpass:{n}",
        # the last two are one event listed on two platforms
        event_group_id=f"connpass:{min(n, 4)}",
        local_date=AS_OF - timedelta(days=60 * min(n, 4)),
        is_online=n == 1,
        working_group="Tokyo" if n < 3 else None,
        is_attendance_taken=n != 2,
    )
    for n in range(6)
)


@st.composite
def activities(draw: st.DrawFn, member_id: str, number: int) -> Activity:
    kind = draw(st.one_of(st.sampled_from(COMMON_TYPES), st.sampled_from(TYPES)))
    activity = Activity(
        activity_id=f"{member_id}/{number}",
        member_id=member_id,
        activity_type=kind,
        local_date=draw(days),
        object_key=draw(st.sampled_from((None, None, None, "a", "b"))),
    )
    if activity.category == "event":
        event = draw(st.sampled_from((None, *EVENTS)))
        if event:
            activity = replace(
                activity, event_id=event.event_id, local_date=event.local_date
            )
    return activity


@st.composite
def bursts(draw: st.DrawFn, member_id: str) -> list[Activity]:
    """Many quick posts on one day, so that the cap bites."""
    day, count = draw(days), draw(st.integers(0, 7))
    return [
        Activity(
            f"{member_id}/burst{n}", member_id, ("post", "reaction")[n % 3 == 2], day
        )
        for n in range(count)
    ]


@st.composite
def snapshots(draw: st.DrawFn, activity: Activity) -> list[Snapshot]:
    if activity.category != "share" or not draw(st.booleans()):
        return []
    found = draw(
        st.lists(
            st.tuples(st.integers(0, 30), st.sampled_from((0, 1, 9, 42, 999, 5000))),
            max_size=3,
            unique_by=lambda pair: pair[0],
        )
    )
    return [
        Snapshot(
            activity.activity_id, activity.local_date + timedelta(days=after), count
        )
        for after, count in found
    ]


@st.composite
def communities(
    draw: st.DrawFn, *, min_members: int = 0, max_members: int = 3, prefix: str = "m"
) -> Community:
    """Up to three members with up to some 30 activities each."""
    members: list[Member] = []
    stream: list[Activity] = []
    counts: list[Snapshot] = []
    overrides: list[Override] = []
    contracts: list[Contract] = []
    for number in range(draw(st.integers(min_members, max_members))):
        member_id = f"{prefix}{number}"
        members.append(
            Member(
                member_id,
                first_seen=draw(
                    st.one_of(st.none(), days.map(lambda d: min(d, AS_OF)))
                ),
                is_internal=draw(st.sampled_from((False, False, False, True))),
            )
        )
        own = [
            draw(activities(member_id, n)) for n in range(draw(st.integers(0, 14)))
        ] + draw(bursts(member_id))
        for activity in own:
            counts += draw(snapshots(activity))
        stream += own
        if draw(st.integers(0, 5)) == 5:
            first = draw(days)
            length = draw(st.sampled_from((None, 0, 40)))
            overrides.append(
                Override(
                    member_id,
                    draw(st.sampled_from(("star", "active", "light"))),
                    first,
                    None if length is None else first + timedelta(days=length),
                )
            )
        if draw(st.booleans()):
            first = draw(days)
            contracts.append(Contract(member_id, first, first + timedelta(days=200)))
    return Community(
        members=tuple(members),
        activities=tuple(stream),
        events=EVENTS,
        snapshots=tuple(counts),
        overrides=tuple(overrides),
        contracts=tuple(contracts),
        has_crm=draw(st.booleans()),
    )


def stars(count: int = 1) -> Community:
    """Busy people: talks, posts with reactions and blogs all year round."""
    members, stream, counts = [], [], []
    for number in range(count):
        member_id = f"star{number}"
        members.append(Member(member_id))
        for month in range(18):
            day = AS_OF - timedelta(days=30 * month + number)
            for kind in ("speak", "blog", "post", "slide"):
                activity = Activity(f"{member_id}/{kind}{month}", member_id, kind, day)
                stream.append(activity)
            counts.append(Snapshot(f"{member_id}/blog{month}", day, 20 * month))
    return Community(
        members=tuple(members), activities=tuple(stream), snapshots=tuple(counts)
    )
