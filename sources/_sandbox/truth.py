"""The truth beside the community: what the marts should find out by themselves."""

import csv
from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sources._sandbox.model import Deal, Person, PortalAct, Registration
from sources._sandbox.output import Output

# Somebody is a star once all three are reached.
STAR_VISITS, STAR_TALKS, STAR_OUTPUTS = 5, 2, 3


@dataclass(frozen=True, slots=True)
class Star:
    """A person who became a star, when and by what above all."""

    person_id: str
    star_on: date
    why: str
    visits: int
    talks: int
    outputs: int


@dataclass(frozen=True, slots=True)
class Leaver:
    """A person who does nothing any more from that day on."""

    person_id: str
    left_on: date
    why: str
    last_seen_on: date | None


@dataclass(frozen=True, slots=True)
class TouchedDeal:
    """A deal and whether people of the company attended before it."""

    deal_id: str
    touched_before_creation: bool  # within 180 days before
    touched_before_close: bool  # at any time before
    is_won: bool | None  # None: still open


@dataclass(frozen=True, slots=True)
class Move:
    """An employment of a person."""

    person_id: str
    company_id: str
    company: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Truth:
    """The answers, known only because the community is made up."""

    stars: tuple[Star, ...]
    leavers: tuple[Leaver, ...]
    deals: tuple[TouchedDeal, ...]
    moves: tuple[Move, ...]
    bots: tuple[str, ...]
    internal: tuple[str, ...]


def find_stars(
    people: list[Person],
    attended: dict[int, list[tuple[datetime, str]]],
    output: Output,
    told: Iterable[PortalAct] = (),
) -> list[Star]:
    """Who met the three conditions, and on which day.

    `attended`: person -> (when, role) of the visits, in order of time. `told`: what
    ambassadors report; a talk elsewhere is a visit too.
    """
    published = _days_with_output(output)
    spoken: dict[int, list[tuple[datetime, str]]] = {}
    for act in told:
        if act.kind == "speak":
            spoken.setdefault(act.person, []).append((act.occurred_at, "speaker"))
        elif act.kind in ("slide", "customer_story"):
            published.setdefault(act.person, []).append((act.occurred_at, act.kind))
    stars = []
    for person in people:
        visits = [*attended.get(person.index, []), *spoken.get(person.index, [])]
        if person.is_internal or person.kind == "bot" or len(visits) < STAR_VISITS:
            continue
        steps = sorted([*visits, *published.get(person.index, [])])
        counts = {"visit": 0, "talk": 0, "output": 0.0, "staff": 0}
        for when, kind in steps:
            if kind in ("attendee", "speaker", "lt", "staff"):
                counts["visit"] += 1
                counts["talk"] += kind in ("speaker", "lt")
                counts["staff"] += kind == "staff"
            else:
                counts["output"] += 0.34 if kind == "post" else 1.0
            if (
                counts["visit"] >= STAR_VISITS
                and counts["talk"] >= STAR_TALKS
                and counts["output"] >= STAR_OUTPUTS
            ):
                why = "speaker" if counts["talk"] * 2 >= counts["output"] else "writer"
                stars.append(
                    Star(
                        person.person_id,
                        when.date(),
                        why,
                        int(counts["visit"]),
                        int(counts["talk"]),
                        int(counts["output"]),
                    )  # fmt: skip
                )
                break
    return stars


def touched(deal: Deal, visits: list[datetime], now: datetime) -> TouchedDeal:
    """Whether the company's people attended before the deal was made, or closed."""
    is_open = deal.closed_at > now
    end = now if is_open else deal.closed_at
    return TouchedDeal(
        deal_id=str(deal.id),
        touched_before_creation=any(
            0 < (deal.created_at - visit).total_seconds() <= 180 * 86_400
            for visit in visits
        ),
        touched_before_close=any(visit < end for visit in visits),
        is_won=None if is_open else deal.is_won,
    )


def last_seen(
    registrations: Iterable[Registration], output: Output
) -> dict[int, datetime]:
    """Person -> the last thing seen of them in public."""
    latest: dict[int, datetime] = {}
    moments = [(row.person, row.registered_at) for row in registrations]
    moments += [(post.person, post.created_at) for post in output.posts]
    moments += [(entry.person, entry.published_at) for entry in output.entries]
    for person, when in moments:
        if person not in latest or when > latest[person]:
            latest[person] = when
    return latest


def write_truth(truth: Truth, folder: Path) -> list[Path]:
    """Writes one CSV per kind of truth; gives the paths."""
    names = ("stars", "leavers", "deals", "moves")
    return [write_table(folder, name, getattr(truth, name)) for name in names]


def write_table(folder: Path, name: str, rows: Sequence[Any]) -> Path:
    """Writes records of one dataclass as CSV with a header; gives the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if rows:
            writer.writerow([column.name for column in fields(rows[0])])
            writer.writerows(astuple(row) for row in rows)
    return path


def _days_with_output(output: Output) -> dict[int, list[tuple[datetime, str]]]:
    """Person -> (when, kind) of what they published, in order of time."""
    found: dict[int, list[tuple[datetime, str]]] = {}
    for entry in output.entries:
        insort(found.setdefault(entry.person, []), (entry.published_at, "entry"))
    for item in output.presentations:
        if item.presenter is not None:
            insort(found.setdefault(item.presenter, []), (item.created_at, "slide"))
    for post in output.posts:
        if post.kind == "original":
            insort(found.setdefault(post.person, []), (post.created_at, "post"))
    return found
