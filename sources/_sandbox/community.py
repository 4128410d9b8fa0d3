"""The whole community, from a size, a seed and a day.

The past does not change when the day moves on: every process has random numbers of its
own, keyed by event or person, and runs forward in time. `generate(200, 1, today)` is a
part of `generate(200, 1, tomorrow)`.
"""

import gc
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sources._sandbox import (
    ambassadors,
    calendar,
    companies,
    crm,
    output,
    portal,
    truth,
)
from sources._sandbox.crowd import Crowd, gather
from sources._sandbox.elsewhere import real_events
from sources._sandbox.identities import identities
from sources._sandbox.model import (
    JST,
    Company,
    Contact,
    Deal,
    Entry,
    Event,
    Group,
    Person,
    PortalAct,
    Post,
    Presentation,
    Registration,
)


@dataclass(frozen=True)
class Community:
    """Everything that has happened up to the end of `today`, and the truth about it.

    Records may hold later facts (a cancellation of next week): who shows them has to
    compare with `now`, the first moment after `today` in Japan.
    """

    members: int
    seed: int
    today: date
    groups: tuple[Group, ...]
    companies: tuple[Company, ...]  # by index; those not in the CRM yet are included
    people: tuple[Person, ...]  # by index; those not seen yet are included
    events: tuple[Event, ...]  # published ones, by start
    owners: dict[int, int]  # event -> person
    registrations: tuple[Registration, ...]
    posts: tuple[Post, ...]  # by id
    entries: tuple[Entry, ...]
    presentations: tuple[Presentation, ...]
    portal_acts: tuple[PortalAct, ...]
    contacts: tuple[Contact, ...]
    deals: tuple[Deal, ...]
    truth: truth.Truth

    @property
    def now(self) -> datetime:
        """The end of `today` in Japan: nothing later has happened."""
        return end_of(self.today)

    def known_people(self) -> list[Person]:
        """Those who have turned up somewhere by now."""
        return [person for person in self.people if person.joined_at <= self.now]

    def at(self, today: date) -> "Community":
        """The same community on another day."""
        return generate(self.members, self.seed, today)

    def activity_count(self) -> int:
        """How many things people did, over all platforms."""
        return sum(
            len(rows)
            for rows in (
                self.registrations,
                self.posts,
                self.entries,
                self.presentations,
                self.portal_acts,
            )
        )

    def write_truth(self, folder: Path) -> list[Path]:
        """Writes the truth as CSV files; gives the paths."""
        written = truth.write_truth(self.truth, folder)
        return [
            *written,
            truth.write_table(folder, "identities", identities(self)),
            truth.write_table(folder, "event_groups", real_events(self)),
        ]


def end_of(day: date) -> datetime:
    """The first moment after that day in Japan."""
    return datetime.combine(day + timedelta(days=1), time(0), JST)


def generate(members: int = 200, seed: int = 1, today: date | None = None) -> Community:
    """The community on that day (default: yesterday in Japan, the last whole day).

    `members` is the size 38 months after the first day, 2023-10-01; it keeps growing.
    """
    today = today or datetime.now(JST).date() - timedelta(days=1)
    if today < calendar.FIRST_DAY + timedelta(days=30):
        raise ValueError(
            f"the sandbox community begins on {calendar.FIRST_DAY}; got {today}"
        )
    was_enabled = gc.isenabled()
    gc.disable()  # a million small records and no cycles: collecting costs a third
    try:
        return _generate(members, seed, today)
    finally:
        if was_enabled:
            gc.enable()


def _generate(members: int, seed: int, today: date) -> Community:
    now = end_of(today)
    horizon = today + timedelta(days=calendar.LOOK_AHEAD_DAYS)
    groups = calendar.plan_groups(members, seed)
    firms = companies.make_companies(members, seed)
    planned = calendar.plan_events(members, seed, groups, horizon)
    crowd = Crowd(members, seed, firms)
    rows = gather(crowd, planned, horizon, len(groups))
    registrations = [row for row in rows if row.registered_at < now]
    events = [event for event in planned if event.published_at < now]

    attended: dict[int, list[Registration]] = {}
    visits: dict[int, list[tuple[datetime, str]]] = {}
    touches: dict[int, list[datetime]] = {}
    day_of = {event.number: event for event in events}
    seen: set[tuple[int, int]] = set()
    for row in registrations:
        if not row.attended or (row.event, row.person) in seen:
            continue
        seen.add((row.event, row.person))
        event = day_of[row.event]
        if event.started_at < now:
            attended.setdefault(row.event, []).append(row)
            visits.setdefault(row.person, []).append((event.started_at, row.role))
            firm = crowd.people[row.person].job_on(event.day).company
            touches.setdefault(firm, []).append(event.started_at)

    published = output.publish(seed, crowd.people, events, registrations, attended, now)
    contacts = crm.make_contacts(seed, crowd.people, firms, now)
    deals = crm.make_deals(seed, firms, contacts, touches, now)
    told = ambassadors.reports(seed, crowd.people, firms, visits, now)
    used = portal.use_portal(seed, crowd.people, now)
    return Community(
        members=members,
        seed=seed,
        today=today,
        groups=tuple(groups),
        companies=tuple(firms),
        people=tuple(crowd.people),
        events=tuple(events),
        owners=crowd.owners,
        registrations=tuple(registrations),
        posts=tuple(published.posts),
        entries=tuple(published.entries),
        presentations=tuple(published.presentations),
        portal_acts=tuple(sorted([*used, *told], key=portal.in_order)),
        contacts=tuple(contacts),
        deals=tuple(deals),
        truth=_truth(
            crowd.people,
            firms,
            registrations,
            published,
            told,
            visits,
            touches,
            deals,
            now,
        ),
    )


def _truth(
    people: list[Person],
    firms: list[Company],
    registrations: list[Registration],
    published: output.Output,
    told: list[PortalAct],
    visits: dict[int, list[tuple[datetime, str]]],
    touches: dict[int, list[datetime]],
    deals: list[Deal],
    now: datetime,
) -> truth.Truth:
    known = [person for person in people if person.joined_at < now]
    latest = truth.last_seen(registrations, published)
    leavers = [
        truth.Leaver(
            person.person_id,
            person.leaves_on,
            person.leaves_why,
            latest[person.index].date() if person.index in latest else None,
        )
        for person in known
        if person.leaves_on and person.leaves_on < now.date()
    ]
    moves = [
        truth.Move(
            person.person_id,
            firms[job.company].company_id,
            firms[job.company].name,
            job.from_date,
            later.from_date if later else None,
        )
        for person in known
        for job, later in zip(person.jobs, [*person.jobs[1:], None], strict=True)
        if job.from_date < now.date()
    ]
    return truth.Truth(
        stars=tuple(truth.find_stars(known, visits, published, told)),
        leavers=tuple(leavers),
        deals=tuple(
            truth.touched(deal, touches.get(deal.company, []), now) for deal in deals
        ),
        moves=tuple(moves),
        bots=tuple(person.person_id for person in known if person.kind == "bot"),
        internal=tuple(person.person_id for person in known if person.is_internal),
    )
