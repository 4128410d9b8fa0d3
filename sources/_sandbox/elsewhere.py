"""Events that are (also) on other platforms, and who signed up for them there.

The truth of cross-platform duplicates: an `Elsewhere` with `is_same` is the event that
connpass shows too; the others are on that platform alone, built to be taken for the
same (another city on the same evening under the same title).
"""

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sources._sandbox.model import Event, Person, Registration

if TYPE_CHECKING:
    from sources._sandbox.community import Community

# Platform -> one in so many events of the calendar is on it too.
SHARES = {
    "doorkeeper": 5,
    "peatix": 7,
    "eventhub": 9,
    "techplay": 11,
    "eventregist": 13,
    "zoom": 6,
}
FIRST_NUMBER = {
    "doorkeeper": 180_000,
    "peatix": 4_100_000,
    "eventhub": 2_000,
    "techplay": 960_000,
    "eventregist": 51_000,
    "zoom": 84_759_840_000,
}
OVERLAP = 0.15  # of the people on connpass, those who sign up on the other one too
TWIN_CITY = {"東京都": "大阪府", "大阪府": "福岡県"}


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One event on another platform. event: number, title, place are that platform's.

    is_same: connpass shows this very event, under `original.number`.
    links_back: its description names the address of the connpass page.
    """

    platform: str
    number: int
    event: Event
    original: Event
    is_same: bool
    links_back: bool
    registrations: tuple[Registration, ...]

    @property
    def event_id(self) -> str:
        """The id as the platform writes it: EventHub's are no numbers."""
        is_number = self.platform != "eventhub"
        return str(self.number) if is_number else f"eh{self.number:x}"


@dataclass(frozen=True, slots=True)
class RealEvent:
    """An event of a platform, and what really took place: the same on other platforms.

    real_event_id: connpass:<id>, or another city's event that connpass does not show.
    """

    source: str
    event_id: str
    real_event_id: str


def real_events(community: "Community") -> list[RealEvent]:
    """The truth about every event that is on another platform, the portal included."""
    on_portal = [
        RealEvent("portal", event.portal_id, f"connpass:{event.number}")
        for event in community.events
        if event.on_portal and event.kind != "users"
    ]
    return on_portal + [
        RealEvent(
            platform,
            found.event_id,
            f"connpass:{found.original.number}"
            if found.is_same
            else f"{found.event.prefecture}:{found.original.number}",
        )
        for platform in SHARES
        for found in elsewhere(community, platform)
    ]


def elsewhere(community: "Community", platform: str) -> list[Elsewhere]:
    """Everything of the community on that platform, by start. Shows what is known now.

    Registrations may hold later facts (a cancellation of next week): whoever shows them
    compares with `community.now`, as for those of connpass.
    """
    by_event: dict[int, list[Registration]] = {}
    for row in community.registrations:
        if row.platform == "connpass":
            by_event.setdefault(row.event, []).append(row)
    found = []
    for event in community.events:
        dice = random.Random(f"{community.seed} {platform} {event.number}")  # noqa: S311
        if event.kind == "users" or dice.randrange(SHARES[platform]):
            continue
        found.append(_shown(community, platform, event, by_event, dice))
        if event.prefecture in TWIN_CITY and dice.random() < 0.3:
            found.append(_twin(community, platform, event, dice))
    return found


def _shown(
    community: "Community",
    platform: str,
    event: Event,
    by_event: dict[int, list[Registration]],
    dice: random.Random,
) -> Elsewhere:
    number = FIRST_NUMBER[platform] + (event.number % 90_000) * 2
    rows = by_event.get(event.number, [])
    both = [row for row in rows if dice.random() < OVERLAP]
    return Elsewhere(
        platform=platform,
        number=number,
        event=replace(event, title=_retitled(event.title, dice)),
        original=event,
        is_same=True,
        links_back=dice.random() < 0.6,
        registrations=tuple(_signed_up(community, event, rows, both, number, dice)),
    )


def _twin(
    community: "Community", platform: str, event: Event, dice: random.Random
) -> Elsewhere:
    """The same evening and title in another city: not the same event."""
    number = FIRST_NUMBER[platform] + (event.number % 90_000) * 2 + 1
    city = TWIN_CITY[event.prefecture]
    twin = replace(event, place=f"{city}会場", address=f"{city} 1-2-3", prefecture=city,
                   format="onsite", lat=None, lon=None)  # fmt: skip
    return Elsewhere(
        platform=platform,
        number=number,
        event=twin,
        original=event,
        is_same=False,
        links_back=False,
        registrations=tuple(_signed_up(community, event, [], [], number, dice)),
    )


def _retitled(title: str, dice: random.Random) -> str:
    """The title as organisers type it again: as it is, in other widths, with a tag."""
    choice = dice.randrange(5)
    if choice == 0:
        return "".join(_wide(letter) for letter in title)
    if choice == 1:
        return f"【オンライン同時開催】{title}"
    if choice == 2:
        return title.replace(" ", "　")
    return title


def _wide(letter: str) -> str:
    return chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter


def _signed_up(
    community: "Community",
    event: Event,
    rows: list[Registration],
    both: list[Registration],
    first: int,
    dice: random.Random,
) -> list[Registration]:
    """People who are not on the connpass list, and the few who are on both."""
    there = {row.person for row in rows}
    others = [
        person
        for person in community.people
        if person.index not in there
        and person.kind == "event"
        and person.joined_at < event.started_at
        and person.active_on(event.day)
    ]
    extra = [person for person in others if dice.random() < 0.06]
    made = [
        _registration(event, person, number, first, dice)
        for number, person in enumerate(extra)
    ]
    again = [
        replace(
            row,
            number=first * 1_000 + len(made) + at,
            registered_at=row.registered_at + timedelta(hours=3),
            waited_until=None,
            role="attendee",
        )
        for at, row in enumerate(both)
    ]
    return [row for row in (*made, *again) if row.registered_at < community.now]


def _registration(
    event: Event, person: Person, number: int, first: int, dice: random.Random
) -> Registration:
    lead = timedelta(hours=dice.randrange(2, 20 * 24))
    cancels = dice.random() < 0.12
    registered = max(event.started_at - lead, event.published_at)
    return Registration(
        number=first * 1_000 + number,
        event=event.number,
        person=person.index,
        platform="",
        role="attendee",
        registered_at=registered,
        waited_until=None,
        cancelled_at=registered + timedelta(hours=1) if cancels else None,
        attended=not cancels and dice.random() < 0.8,
        referrer=None,
    )
