"""Ambassadors: customers who speak and write for the community and report it.

Since the programme began they report on the vendor's portal: talks elsewhere, slides,
stories and who they brought along. Additive: who and when depends on nothing but the
person, the employer and past visits, and nobody else's random numbers are drawn.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sources._sandbox import names
from sources._sandbox.model import JST, Company, Person, PortalAct
from sources._sandbox.portal import in_order
from sources._sandbox.streams import AMBASSADOR, heavy_tail, stream

BEGAN = datetime.combine(date(2025, 7, 1), time(12), JST)
# Of the customers on the portal who stay: the first few, and one in so many others.
FIRST, ONE_IN = 10, 12
STAYS_DAYS = 600
# They are asked after their second visit; a talk every four to ten weeks from then on.
ASKED_AFTER = timedelta(days=45)
PACES = (26.0, 70.0)
SLIDES, STORY, REFERRAL = 0.85, 0.15, 0.3
# Numbers of their own, beyond those of the other acts on the portal.
FIRST_NUMBER, A_PERSON = 10**12, 10_000


def reports(
    seed: int,
    people: Sequence[Person],
    firms: Sequence[Company],
    visits: Mapping[int, Sequence[tuple[datetime, str]]],
    now: datetime,
) -> list[PortalAct]:
    """All reports up to `now`. visits: person -> (when, role), in order of time."""
    acts = [
        act
        for person in chosen(people, firms)
        if len(attended := visits.get(person.index, ())) > 1
        for act in _reports(seed, person, attended[1][0])
        if act.occurred_at <= now
    ]
    return sorted(acts, key=in_order)


def chosen(people: Sequence[Person], firms: Sequence[Company]) -> list[Person]:
    """Who is asked; the same whoever turns up later."""
    fit = [
        person
        for person in people
        if person.kind == "event" and person.portal and _stays_a_customer(person, firms)
    ]
    return [
        person
        for place, person in enumerate(fit)
        if place < FIRST or place % ONE_IN == 0
    ]


def employers(people: Sequence[Person], firms: Sequence[Company]) -> dict[int, date]:
    """Company -> since when the first ambassadors knew it: it keeps its contract."""
    since: dict[int, date] = {}
    for person in chosen(people, firms)[:FIRST]:
        since.setdefault(person.jobs[0].company, person.joined_at.date())
    return since


def _stays_a_customer(person: Person, firms: Sequence[Company]) -> bool:
    if person.is_internal or person.leaves_on is None:
        return False
    stays = person.leaves_on - person.joined_at.date() >= timedelta(days=STAYS_DAYS)
    return stays and all(firms[job.company].customer_from for job in person.jobs)


def _reports(seed: int, person: Person, visited: datetime) -> Iterator[PortalAct]:
    """Without end in sight but that the person leaves."""
    rng = stream(seed, AMBASSADOR, person.index)
    pace = rng.uniform(*PACES)
    moment = max(BEGAN, visited + ASKED_AFTER)
    number = FIRST_NUMBER + person.index * A_PERSON
    while True:
        moment += timedelta(days=pace * rng.uniform(0.6, 1.4))
        if not person.active_on(moment.date() + timedelta(days=2)):
            return
        topic = rng.choice(names.TOPICS)
        told = [("speak", f"{topic}の事例を社外で話しました", 0.0)]
        if rng.random() < SLIDES:
            told.append(("slide", f"{topic}の実践 登壇資料", rng.uniform(1, 30)))
        if rng.random() < STORY:
            told.append(("customer_story", f"{topic}の導入事例", rng.uniform(1, 40)))
        if rng.random() < REFERRAL:
            told.append(("referral_made", "同僚をご紹介", rng.uniform(1, 40)))
        for kind, title, hours in told:
            when = moment + timedelta(hours=hours)
            is_output = kind in ("slide", "customer_story")
            yield PortalAct(
                number=number,
                person=person.index,
                kind=kind,
                occurred_at=when.replace(microsecond=0),
                title=title,
                parent=None,
                reactions=heavy_tail(rng, 2.0) if is_output else 0,
                event=None,
            )
            number += 1
