"""Who comes to which event: newcomers, and regulars by how often they came before."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from sources._sandbox.calendar import (
    ATTENDING_SHARE,
    FIRST_DAY,
    GROWN_AFTER_DAYS,
    event_size,
)
from sources._sandbox.model import JST, Company, Event, Person, Registration
from sources._sandbox.people import make_person
from sources._sandbox.streams import EVENT, PERSON, round_by_chance, stream

# Shares of the members who arrive otherwise than by an event.
ARRIVALS = (("x", 0.10), ("crm", 0.14), ("portal", 0.06))
STAFF_A_GROUP = 2


@dataclass
class Crowd:
    """Everybody known so far and how often they came, while events go by in order."""

    members: int
    seed: int
    companies: list[Company]
    people: list[Person] = field(default_factory=list)
    came: list[int] = field(default_factory=list)
    tickets: dict[int, list[int]] = field(default_factory=dict)
    all_tickets: list[int] = field(default_factory=list)
    portal_people: list[int] = field(default_factory=list)
    staff: list[int] = field(default_factory=list)
    owners: dict[int, int] = field(default_factory=dict)
    desks: dict[int, str] = field(default_factory=dict)  # company -> an address there
    registrations: list[Registration] = field(default_factory=list)

    def add(self, kind: str, joined_at: datetime, *, internal: bool = False) -> int:
        """A new person; gives the index."""
        index = len(self.people)
        person = make_person(
            self.seed,
            index,
            kind,
            joined_at,
            self.companies,
            previous=self.people[-1] if self.people else None,
            internal=internal,
            desks=self.desks,
        )
        self.people.append(person)
        if kind == "event" and not internal:
            self.desks[person.jobs[0].company] = person.jobs[0].email
        self.came.append(0)
        if person.portal:
            self.portal_people.append(index)
        return index

    def remember(self, index: int, group: int) -> None:
        """The person came: the more often, the likelier next time."""
        weight = {"casual": 1, "regular": 2, "rising": 4}[self.people[index].nature]
        self.came[index] += 1
        mine = self.tickets.setdefault(group, [])
        for _ in range(weight):
            mine.append(index)
            self.all_tickets.append(index)

    def draw_regular(self, rng: Random, group: int) -> int:
        """Somebody who came before, recent and frequent ones first."""
        mine = self.tickets.get(group, [])
        pool = mine if len(mine) > 12 and rng.random() < 0.85 else self.all_tickets
        # Two thirds of the draws fall in the latest third of the visits.
        return pool[len(pool) - 1 - int(len(pool) * rng.random() ** 2.6)]


def gather(
    crowd: Crowd, events: list[Event], until: date, groups: int
) -> list[Registration]:
    """All registrations for the events, which are in order of their start."""
    _found(crowd, groups)
    arrivals = _arrivals(crowd, until)
    waiting = next(arrivals, None)
    for event in events:
        while waiting and waiting[0] <= event.started_at:
            crowd.add(waiting[1], waiting[0])
            waiting = next(arrivals, None)
        crowd.registrations.extend(_hold(crowd, event))
    while waiting:
        crowd.add(waiting[1], waiting[0])
        waiting = next(arrivals, None)
    return crowd.registrations


def _found(crowd: Crowd, groups: int) -> None:
    """The vendor's staff, the first friends and the bots are there from the start."""
    opening = datetime.combine(FIRST_DAY - timedelta(days=60), time(10, 0), JST)
    for place in range(min(3 + groups, 40)):
        index = crowd.add("event", opening + timedelta(minutes=place), internal=True)
        crowd.staff.append(index)
        crowd.all_tickets.append(index)
    for place in range(max(4, round(crowd.members * 0.02))):
        index = crowd.add("event", opening + timedelta(hours=2 + place % 40))
        crowd.all_tickets.append(index)
    for place in range(max(1, crowd.members // 2_000)):
        crowd.add("bot", opening + timedelta(days=1, minutes=place))


def _arrivals(crowd: Crowd, until: date) -> Iterator[tuple[datetime, str]]:
    """Yields: (when, kind) of those who turn up on X, in the CRM, on the portal."""
    weeks = (until - FIRST_DAY).days // 7
    every = GROWN_AFTER_DAYS / 7
    for week in range(weeks + 1):
        rng = stream(crowd.seed, PERSON, (1 << 40) + week)
        growth = 0.6 + 0.8 * week / every
        found = [
            (rng.random() * 7, kind)
            for kind, share in ARRIVALS
            for _ in range(round_by_chance(rng, crowd.members * share * growth / every))
        ]
        for days, kind in sorted(found):
            when = datetime.combine(FIRST_DAY, time(9), JST) + timedelta(
                days=week * 7 + days
            )
            if when.date() <= until:
                yield when, kind


def _hold(crowd: Crowd, event: Event) -> list[Registration]:
    """The registrations for one event; those who attended are remembered."""
    rng = stream(crowd.seed, EVENT, event.number)
    staff = _staff_of(crowd, rng, event)
    crowd.owners[event.number] = staff[0]
    if event.kind == "users":
        return _hold_on_portal(crowd, rng, event, staff)
    newcomers = [
        crowd.add("event", _when_applied(rng, event))
        for _ in range(round_by_chance(rng, event.newcomers))
    ]
    wanted = round_by_chance(rng, 4 * event.newcomers * rng.uniform(0.85, 1.15))
    regulars = _draw(crowd, rng, event, wanted, taken={*staff, *newcomers})
    shy = _draw(crowd, rng, event, wanted // 6, taken={*staff, *newcomers, *regulars})
    if rng.random() < 0.5 * min(1, event.newcomers):
        shy.append(crowd.add("event", _when_applied(rng, event)))
    rows = [
        _apply(crowd, rng, event, person, _role(crowd, rng, person), shy=False)
        for person in (*newcomers, *regulars)
    ]
    rows += [_give_up(rng, event, row) for row in rows if rng.random() < 0.02]
    rows += [_apply(crowd, rng, event, person, "staff", shy=False) for person in staff]
    rows += [_apply(crowd, rng, event, person, "attendee", shy=True) for person in shy]
    rows = _queue(event, rows)
    for row in rows:
        if row.attended:
            crowd.remember(row.person, event.group.index)
    if event.on_portal:
        rows += _also_on_portal(crowd, rng, event, rows)
    return [
        _numbered(row, event.number * 10_000 + place) for place, row in enumerate(rows)
    ]


def _staff_of(crowd: Crowd, rng: Random, event: Event) -> list[int]:
    first = event.group.index * STAFF_A_GROUP
    team = [
        crowd.staff[(first + place) % len(crowd.staff)]
        for place in range(STAFF_A_GROUP)
    ]
    if event.kind == "conference":
        team = [*crowd.staff[: min(8, len(crowd.staff))]]
    rng.shuffle(team)
    return team


def _draw(
    crowd: Crowd, rng: Random, event: Event, wanted: int, taken: set[int]
) -> list[int]:
    """So many different regulars who have not left and are not there already."""
    chosen: list[int] = []
    for _ in range(wanted * 8):
        if len(chosen) >= wanted:
            break
        index = crowd.draw_regular(rng, event.group.index)
        person = crowd.people[index]
        if index not in taken and person.nickname and person.active_on(event.day):
            taken.add(index)
            chosen.append(index)
    return chosen


def _role(crowd: Crowd, rng: Random, person: int) -> str:
    """Who comes often may go on stage; the rising ones do so early."""
    came, nature = crowd.came[person], crowd.people[person].nature
    if came < 2 or nature == "casual":
        return "attendee"
    ambition = 0.42 if nature == "rising" else 0.05
    if rng.random() > ambition:
        return "attendee"
    return "speaker" if came > 4 and rng.random() < 0.45 else "lt"


def _when_applied(rng: Random, event: Event) -> datetime:
    """Many apply at once when the event is published, some at the last moment."""
    share = float(rng.random() ** 1.3 * 0.985)
    when = event.published_at + (event.started_at - event.published_at) * share
    return when.replace(microsecond=0)


def _apply(
    crowd: Crowd, rng: Random, event: Event, index: int, role: str, *, shy: bool
) -> Registration:
    person = crowd.people[index]
    applied = max(_when_applied(rng, event), person.joined_at)
    left = event.started_at - applied
    cancelled = None
    if shy and rng.random() < 0.5:
        cancelled = applied + left * rng.uniform(0.1, 0.98)
    referred = crowd.came[index] == 0 and crowd.all_tickets and rng.random() < 0.12
    return Registration(
        number=0,
        event=event.number,
        person=index,
        platform="connpass",
        role=role,
        registered_at=applied,
        waited_until=None,
        cancelled_at=cancelled.replace(microsecond=0) if cancelled else None,
        attended=not shy,
        referrer=crowd.draw_regular(rng, event.group.index) if referred else None,
    )


def _give_up(rng: Random, event: Event, row: Registration) -> Registration:
    """A second application of the same person, withdrawn before the start."""
    left = event.started_at - row.registered_at
    again = row.registered_at + left * rng.uniform(0.1, 0.5)
    return _changed(
        row,
        registered_at=again.replace(microsecond=0),
        cancelled_at=(again + left * 0.3).replace(microsecond=0),
        attended=False,
        role="attendee",
    )


def _queue(event: Event, rows: list[Registration]) -> list[Registration]:
    """The waiting list: places given up go to whoever applied first."""
    rows = sorted(rows, key=lambda row: (row.registered_at, row.person))
    if event.cancelled_at:
        called_off = event.cancelled_at
        rows = [row for row in rows if row.registered_at < called_off]
        return [_changed(row, attended=False) for row in rows]
    if event.limit is None or len(rows) <= event.limit:
        return rows
    given_up = sorted(
        row.cancelled_at for row in rows[: event.limit] if row.cancelled_at is not None
    )
    queued = rows[: event.limit]
    for row in rows[event.limit :]:
        if row.role != "attendee":  # speakers and staff have places of their own
            queued.append(row)
            continue
        while given_up and given_up[0] < row.registered_at:
            given_up.pop(0)
        promoted = given_up.pop(0) if given_up else event.started_at
        if row.cancelled_at and row.cancelled_at < promoted:
            promoted = event.started_at
        is_in = promoted < event.started_at
        queued.append(
            _changed(row, waited_until=promoted, attended=row.attended and is_in)
        )
    return queued


def _also_on_portal(
    crowd: Crowd, rng: Random, event: Event, rows: list[Registration]
) -> list[Registration]:
    """The event is listed twice: some registered on the portal as well."""
    return [
        Registration(
            number=0,
            event=event.number,
            person=row.person,
            platform="portal",
            role=row.role,
            registered_at=row.registered_at + timedelta(minutes=rng.randint(3, 300)),
            waited_until=None,
            cancelled_at=None,
            attended=row.attended,
            referrer=row.referrer,
        )
        for row in rows
        if crowd.people[row.person].portal
        and row.waited_until is None
        and row.cancelled_at is None
        and rng.random() < 0.45
    ]


def _hold_on_portal(
    crowd: Crowd, rng: Random, event: Event, staff: list[int]
) -> list[Registration]:
    """A meeting for customers only, in no other place than the portal."""
    size = round(event_size(crowd.members) * rng.uniform(0.4, 0.7))
    pool = crowd.portal_people
    chosen: list[int] = []
    for _ in range(size * 6):
        index = pool[len(pool) - 1 - int(len(pool) * rng.random() ** 1.5)]
        person = crowd.people[index]
        is_new = crowd.came[index] == 0
        if index in chosen or index in staff or not person.active_on(event.day):
            continue
        if person.joined_at >= event.started_at or (is_new and rng.random() < 0.75):
            continue
        chosen.append(index)
        if len(chosen) == size:
            break
    rows = [
        _apply(crowd, rng, event, index, "attendee", shy=rng.random() < 0.15)
        for index in chosen
    ]
    rows += [_apply(crowd, rng, event, index, "staff", shy=False) for index in staff]
    for row in rows:
        if row.attended:
            crowd.remember(row.person, event.group.index)
    return [
        _changed(row, platform="portal", number=event.number * 10_000 + place)
        for place, row in enumerate(rows)
    ]


def _numbered(row: Registration, number: int) -> Registration:
    return _changed(row, number=number)


def _changed(row: Registration, **changes: object) -> Registration:
    """A copy with some fields replaced (several times faster than `replace`)."""
    values = {name: getattr(row, name) for name in Registration.__slots__}
    values.update(changes)
    return Registration(**values)


def expected_people(members: int) -> float:
    """How many people there are on the day of nominal size, by plan."""
    return members * (ATTENDING_SHARE + sum(share for _, share in ARRIVALS) + 0.02)
