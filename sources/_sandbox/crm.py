"""The CRM: contacts that change, merge and are archived; deals and their stages."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sources._sandbox.model import JST, Company, Contact, Deal, Person
from sources._sandbox.streams import CONTACT, DEAL, stream

STAGES = (
    # id, label, is closed, probability: HubSpot's default sales pipeline
    ("appointmentscheduled", "Appointment Scheduled", "false", "0.2"),
    ("qualifiedtobuy", "Qualified To Buy", "false", "0.4"),
    ("presentationscheduled", "Presentation Scheduled", "false", "0.6"),
    ("decisionmakerboughtin", "Decision Maker Bought-In", "false", "0.8"),
    ("contractsent", "Contract Sent", "false", "0.9"),
    ("closedwon", "Closed Won", "true", "1.0"),
    ("closedlost", "Closed Lost", "true", "0.0"),
)


def make_contacts(
    seed: int, people: list[Person], companies: list[Company], now: datetime
) -> list[Contact]:
    """The contacts created up to `now`; a tenth of the people have two."""
    contacts: list[Contact] = []
    for person in people:
        if person.kind != "bot":
            contacts.extend(_contacts_of(seed, person, companies))
    return [contact for contact in contacts if contact.created_at <= now]


def modified_at(seed: int, contact: Contact, now: datetime) -> datetime:
    """The last change up to `now`: a new fact, or somebody saving the record."""
    latest = contact.created_at
    facts = [when for when, _ in contact.changes]
    facts += [when for when in (contact.archived_at, contact.merged_at) if when]
    latest = max([latest, *(when for when in facts if when <= now)])
    rng = stream(seed, CONTACT, (1 << 40) + contact.id)
    saved = contact.created_at
    end = min(now, contact.archived_at or now)
    while True:
        saved += timedelta(days=rng.expovariate(1 / 150))
        if saved > end:
            return latest
        latest = max(
            latest, saved.replace(microsecond=saved.microsecond // 1000 * 1000)
        )


def _contact_id(person: int, place: int) -> int:
    """Old portals have short ids, new records twelve digits: text order misleads."""
    if person < 60:
        return 501 + person * 50 + place
    return 103_107_104_018 + person * 26 + place * 13


def _contacts_of(
    seed: int, person: Person, companies: list[Company]
) -> Iterator[Contact]:
    rng = stream(seed, CONTACT, person.index)
    first = person.jobs[0]
    is_customer = companies[first.company].customer_from is not None
    chance = {
        "crm": 1.0,
        "x": 0.05,
        "portal": 0.9,
        "event": 0.65 if is_customer else 0.35,
    }
    if person.is_internal or rng.random() > chance[person.kind]:
        return
    created = person.joined_at + timedelta(days=rng.expovariate(1 / 25), minutes=7)
    created = created.replace(microsecond=created.microsecond // 1000 * 1000)
    job = person.job_on(created.date())
    way = rng.random()
    email: str | None = job.email if way < 0.8 else person.private_email
    if way > 0.97:
        email = None
    changes: list[tuple[datetime, int]] = []
    second: Contact | None = None
    for later in person.jobs:
        noticed = datetime.combine(later.from_date, time(11, 0), JST)
        noticed += timedelta(days=rng.randint(20, 120), milliseconds=rng.randrange(900))
        if later.from_date <= created.date() or not person.active_on(later.from_date):
            continue
        if rng.random() < 0.6:
            changes.append((noticed, later.company))
        elif second is None:
            second = _second(rng.random(), person, later.email, later.company, noticed)
    if second is None and rng.random() < 0.08:
        other = person.private_email if email != person.private_email else job.email
        noticed = created + timedelta(days=rng.randint(10, 400))
        second = _second(rng.random(), person, other, job.company, noticed)
    archived = rng.random() < 0.03
    yield Contact(
        id=_contact_id(person.index, 0),
        person=person.index,
        created_at=created,
        email=email,
        company=job.company,
        title=job.title,
        changes=tuple(changes),
        archived_at=created + timedelta(days=rng.randint(100, 800))
        if archived
        else None,
        merged_at=None,
        merged_into=None,
    )
    if second:
        yield second


def _second(
    chance: float, person: Person, email: str, company: int, created: datetime
) -> Contact:
    """Another contact of the same person; two thirds are merged into the first."""
    merged = created + timedelta(days=30 + chance * 300) if chance < 0.66 else None
    return Contact(
        id=_contact_id(person.index, 1),
        person=person.index,
        created_at=created,
        email=email,
        company=company,
        title=person.job_on(created.date()).title,
        changes=(),
        archived_at=None,
        merged_at=merged,
        merged_into=_contact_id(person.index, 0) if merged else None,
    )


def make_deals(
    seed: int,
    companies: list[Company],
    contacts: list[Contact],
    touches: dict[int, list[datetime]],
    now: datetime,
) -> list[Deal]:
    """The deals created up to `now`.

    `touches`: company -> when one of its people attended, in order. A company seen at
    events in the half year before wins more often: the effect the marts look for.
    """
    known: dict[int, list[Contact]] = {}
    for contact in contacts:
        known.setdefault(contact.company, []).append(contact)
    deals: list[Deal] = []
    for company in companies[1:]:
        deals.extend(_deals_of(seed, company, known.get(company.index, []), touches))
    return [deal for deal in deals if deal.created_at <= now]


def _deals_of(
    seed: int,
    company: Company,
    contacts: list[Contact],
    touches: dict[int, list[datetime]],
) -> Iterator[Deal]:
    rng = stream(seed, DEAL, company.index)
    visits = touches.get(company.index, [])
    created = company.created_at + timedelta(
        days=rng.randint(5, 200), hours=rng.randint(0, 8)
    )
    for place in range(6):
        days = rng.randint(25, 240)
        closed = created + timedelta(days=days)
        recent = any(
            created - timedelta(days=180) <= visit < created for visit in visits
        )
        wins = rng.random() < (0.55 if recent else 0.3)
        if place == 0 and company.customer_from:
            days = min(
                days, (company.customer_from - company.created_at.date()).days - 5
            )
            created = datetime.combine(
                company.customer_from, time(10), JST
            ) - timedelta(days=days)
            closed, wins = created + timedelta(days=days), True
        steps = sorted(rng.random() for _ in range(rng.randint(1, 4)))
        moves = [(created, STAGES[0][0])]
        moves += [
            (created + timedelta(days=days * step * 0.95), STAGES[number + 1][0])
            for number, step in enumerate(steps)
        ]
        moves.append((closed, "closedwon" if wins else "closedlost"))
        size = rng.lognormvariate(14.2, 0.9)
        present = [contact.id for contact in contacts if contact.created_at <= created]
        yield Deal(
            id=479_475_667_160 + company.index * 100_003 + place * 13,
            company=company.index,
            contacts=tuple(sorted(present)[: rng.randint(0, 2)]),
            name=f"{company.name} {('新規', '追加', '更新')[min(place, 2)]}",
            amount=None if rng.random() < 0.03 else max(1, int(size / 10_000)) * 10_000,
            currency="JPY",
            owner=1 + rng.randrange(4),
            created_at=created,
            stages=tuple(moves),
            closed_at=closed,
            is_won=wins,
        )
        if rng.random() < 0.35:
            return
        created = closed + timedelta(days=rng.randint(90, 420), hours=rng.randint(0, 6))
