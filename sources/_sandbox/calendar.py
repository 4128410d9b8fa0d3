"""When events happen: monthly, seasonal, with one conference a year."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random

from sources._sandbox import names
from sources._sandbox.model import JST, Event, Group
from sources._sandbox.streams import CALENDAR, stream

FIRST_DAY = date(2023, 10, 1)
# The community has its nominal size after that many days (38 months).
GROWN_AFTER_DAYS = 1_157
# Events are planned that far ahead; registrations of later ones are not open yet.
LOOK_AHEAD_DAYS = 75
# Of the people, those who come to events; each comes five times on average, which makes
# four of five attendees regulars.
ATTENDING_SHARE = 0.62
SEASON = {1: 0.65, 2: 1.0, 3: 0.9, 4: 0.8, 5: 0.9, 6: 1.1,
          7: 1.1, 8: 0.35, 9: 1.1, 10: 1.2, 11: 1.2, 12: 0.75}  # fmt: skip


def plan_groups(members: int, seed: int) -> list[Group]:
    """The groups of a community that will have so many members."""
    events_a_month = max(1.6, members * ATTENDING_SHARE * 5 / 38 / event_size(members))
    count = max(2, min(70, round(events_a_month / 0.7)))
    rng = stream(seed, CALENDAR, 1 << 40)
    groups = []
    for index in range(count):
        main = index == 0
        if index < len(names.AREAS):
            subdomain, title, area, prefecture = names.AREAS[index][:4]
        else:
            subdomain, title = f"tsunagari-{index:02d}", f"ツナガリ会 第{index}分科会"
            area, prefecture = f"第{index}分科会", rng.choice(names.PREFECTURES)
        tag = subdomain.replace("-", "_")
        groups.append(
            Group(
                index=index,
                subdomain=subdomain,
                title=title,
                working_group=area,
                hash_tag=tag,
                prefecture=prefecture,
                weight=1.4 if main else rng.uniform(0.6, 1.1),
                rate=0.95 if main else rng.uniform(0.35, 0.75) if count > 3 else 0.35,
                # Working groups start later than the community they grow out of.
                starts_month=0 if index < 2 else int(rng.random() ** 2 * 20),
            )
        )
    return groups


def event_size(members: int) -> float:
    """How many people attend a usual event: 14 of 200 members, about 110 of 100,000."""
    return float(14 * (max(members, 20) / 200) ** 0.33)


def plan_events(
    members: int, seed: int, groups: list[Group], until: date
) -> list[Event]:
    """All events that start up to `until`, in order of their start."""
    scale = members * ATTENDING_SHARE / _total_weight(members, seed)
    events = [
        _plan_event(seed, group, month, kind, scale)
        for group in groups
        for month in range(_month_index(until) + 1)
        for kind in _kinds_held(seed, group, month)
    ]
    return sorted(
        (event for event in events if event.day <= until),
        key=lambda event: (event.started_at, event.number),
    )


@lru_cache(maxsize=8)
def _total_weight(members: int, seed: int) -> float:
    """The weights of all events up to the day of nominal size (not of today)."""
    months = _month_index(FIRST_DAY + timedelta(days=GROWN_AFTER_DAYS)) + 1
    return sum(
        _weight(stream(seed, CALENDAR, _number(group, month, kind)), group, month, kind)
        for group in plan_groups(members, seed)
        for month in range(months)
        for kind in _kinds_held(seed, group, month)
        if kind != "users"
    )


def _kinds_held(seed: int, group: Group, month: int) -> list[str]:
    """What the group holds in that month: nothing, a meet-up, the conference ..."""
    calendar_month = (FIRST_DAY.month - 1 + month) % 12 + 1
    rng = stream(seed, CALENDAR, (1 << 32) + group.index * 4_096 + month)
    kinds = []
    if group.index == 0 and calendar_month == 11:
        kinds.append("conference")
    elif (
        month >= group.starts_month
        and rng.random() < group.rate * SEASON[calendar_month]
    ):
        kinds.append("meetup")
    if group.index == 0 and calendar_month in (2, 5, 9, 12) and rng.random() < 0.8:
        kinds.append("users")
    return kinds


def _number(group: Group, month: int, kind: str) -> int:
    """The connpass id: it grows with time and never depends on other events."""
    return (
        300_000
        + month * 997
        + group.index * 13
        + ("meetup", "conference", "users").index(kind)
    )


def _month_index(day: date) -> int:
    return (day.year - FIRST_DAY.year) * 12 + day.month - FIRST_DAY.month


def _weight(rng: Random, group: Group, month: int, kind: str) -> float:
    growth = 0.6 + month / 38
    factor = 4.0 if kind == "conference" else 1.0
    return group.weight * growth * factor * rng.lognormvariate(0, 0.25)


def _start(rng: Random, month: int, kind: str) -> datetime:
    """An evening in the week, or a Saturday; not around New Year."""
    years, index = divmod(FIRST_DAY.month - 1 + month, 12)
    first = date(FIRST_DAY.year + years, index + 1, 1)
    if kind == "conference":
        day = first + timedelta(days=(5 - first.weekday()) % 7 + 14)
        return datetime.combine(day, time(10, 0), JST)
    day = first + timedelta(
        days=rng.randint(7, 24) if index == 0 else rng.randint(3, 24)
    )
    if day.weekday() >= 5 and rng.random() < 0.85:
        day -= timedelta(days=3)
    hour = (
        time(13, 0)
        if day.weekday() >= 5 or kind == "users"
        else time(19, rng.choice((0, 0, 30)))
    )
    return datetime.combine(day, hour, JST)


def _plan_event(seed: int, group: Group, month: int, kind: str, scale: float) -> Event:
    number = _number(group, month, kind)
    rng = stream(seed, CALENDAR, number)
    newcomers = 0.0 if kind == "users" else scale * _weight(rng, group, month, kind)
    start = _start(rng, month, kind)
    published = start - timedelta(
        days=62 if kind == "conference" else rng.randint(24, 42),
        hours=rng.randint(1, 9),
    )
    cancelled = None
    if kind == "meetup" and month > 2 and rng.random() < 0.04:
        cancelled = start - timedelta(days=rng.randint(1, 5), hours=3)
    mode = (
        "hybrid"
        if kind == "conference"
        else rng.choice(("online", "onsite", "onsite", "hybrid"))
    )
    area = names.AREAS[group.index] if group.index < len(names.AREAS) else None
    onsite = mode != "online" and area is not None
    topic = rng.choice(names.TOPICS)
    titles = {
        "meetup": f"{group.title} #{month + 1} {topic}",
        "conference": f"ツナガリ会カンファレンス {start.year}",
        "users": f"ツナガリ ユーザー会 {start.year}年{start.month}月 {topic}",
    }
    late = rng.random() < 0.1
    expected = newcomers * 5
    return Event(
        number=number,
        group=group,
        title=titles[kind],
        kind=kind,
        started_at=start,
        ended_at=start + timedelta(hours=8 if kind == "conference" else 2),
        published_at=published,
        edited_at=published + (start - published) * rng.uniform(0.3, 0.9),
        cancelled_at=cancelled,
        limit=None
        if rng.random() < 0.35
        else max(10, round(expected * rng.uniform(0.95, 1.6))),
        format=mode,
        place=area[4]
        if onsite and area
        else ("オンライン" if mode == "online" else "例示会場"),
        address=area[5] if onsite and area else "",
        prefecture="" if mode == "online" else group.prefecture,
        lat=area[6] if onsite and area else None,
        lon=area[7] if onsite and area else None,
        is_attendance_taken=kind != "meetup" or rng.random() < 0.85,
        asks_company=rng.random() < 0.65,
        asks_email=rng.random() < 0.35,
        exported_on=start.date()
        + timedelta(days=rng.randint(60, 150) if late else rng.randint(1, 3)),
        has_old_layout=start.date() < date(2025, 4, 1),
        on_portal=kind == "users" or (group.index < 2 and rng.random() < 0.5),
        newcomers=newcomers,
    )
