"""What is told of a community beside the files of the universal import.

    Conference   two days at which more come than in a month, many of them new
    SignIns      a portal's log (inbox/portal/), a file a day
    Group        a group's posts (inbox/facebook/), a file a day, its past in the first

Drawn by seed and day: the same day gives the same file, whatever was told before.
"""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sources._sandbox.names import FAMILY, GIVEN
from tests.bench.scored_arrow import FIRST_DAY, joined, moments, picked, same
from tests.bench.scored_people import Column, People

DAY, HOUR = 86_400, 3_600
ATTENDEES, NEWCOMERS = 40, 30
SHOW_RATE = 0.85
REGISTER_MEAN_DAYS = 9  # before it; announced long before
POSTS_EACH = 2
QUIET_SHARE, BUSY_FACTOR, WEEKEND_SHARE = 0.1, 2.5, 0.4
PAST_DAYS = 200  # that a platform's first export holds


def _number(day: date) -> int:
    return int((np.datetime64(day) - FIRST_DAY).astype(int))


@dataclass(frozen=True)
class Conference:
    """Known from the first day on; who registers is told that day, who came after it.

    Its people come on all of its days; the last ATTENDEES of them are members.
    """

    days: tuple[date, ...]
    people: People
    seed: int

    def tell(self, folder: Path, day: date, *, is_first: bool) -> None:
        """Writes what is told of it on a day, below the folder."""
        random = np.random.default_rng([self.seed, 1])
        opens = _number(self.days[0])
        is_there = (self.people.joined < opens - 40) & (self.people.left > opens)
        known = np.flatnonzero(is_there & ~self.people.is_bot)
        members = random.choice(known, min(ATTENDEES, len(known)), replace=False)
        guests = NEWCOMERS + len(members)
        ids = pa.array([f"n{n}" for n in range(NEWCOMERS)] + [f"p{m}" for m in members])
        registered = opens - random.geometric(1 / REGISTER_MEAN_DAYS, guests)
        came = random.random(guests) < SHOW_RATE
        number = _number(day)
        is_told = registered <= number if is_first else registered == number
        tables = {"events": self._events() if is_first else None}
        tables["accounts"] = self._accounts(
            np.flatnonzero(is_told[:NEWCOMERS]), registered
        )
        if day == self.days[-1] + timedelta(days=1):
            tables["registrations"] = self._registrations(ids, registered, came)
        elif is_told.any():
            rows = np.flatnonzero(is_told)
            tables["registrations"] = self._registrations(
                ids.take(pa.array(rows)), registered[rows], None
            )
        if day in self.days:
            tables["activities"] = self._posts(ids, came, number)
        for name, table in tables.items():
            if table is not None and table.num_rows:
                file = folder / day.isoformat() / f"{name}.parquet"
                file.parent.mkdir(parents=True, exist_ok=True)
                pq.write_table(table, file)

    def _events(self) -> pa.Table:
        rows = len(self.days)
        begins = np.array([_number(day) * DAY + 10 * HOUR for day in self.days])
        return pa.table(
            {
                "source": same("portal", rows),
                "event_id": joined("conference", np.arange(rows)),
                "title": joined("つながりカンファレンス Day ", np.arange(rows) + 1),
                "started_at": moments(begins),
                "ended_at": moments(begins + 8 * HOUR),
                "format": same("onsite", rows),
            }
        )

    def _accounts(self, rows: Column, registered: Column) -> pa.Table:
        family, given = ([name[0] for name in names] for names in (FAMILY, GIVEN))
        return pa.table(
            {
                "source": same("portal", len(rows)),
                "account_id": joined("n", rows),
                "handle": joined("newcomer", rows),
                "name": joined(
                    picked(family, rows * 7 % len(family)),
                    " ",
                    picked(given, rows * 11 % len(given)),
                ),
                "email": joined("newcomer", rows, "@home.example"),
                "first_seen_at": moments(registered[rows] * DAY + 9 * HOUR),
            }
        )

    def _registrations(
        self, ids: pa.Array, registered: Column, came: Column | None
    ) -> pa.Table:
        """Of all its days; attendance once it is over."""
        rows, days = len(ids), len(self.days)
        told = np.full(rows, 2) if came is None else came.astype(int)
        return pa.table(
            {
                "source": same("portal", rows * days),
                "event_id": joined("conference", np.repeat(np.arange(days), rows)),
                "account_id": pa.concat_arrays([ids] * days),
                "status": same("accepted", rows * days),
                "role": same("attendee", rows * days),
                "registered_at": moments(np.tile(registered * DAY + 12 * HOUR, days)),
                "attended": picked(("false", "true", None), np.tile(told, days)),
            }
        )

    def _posts(self, ids: pa.Array, came: Column, number: int) -> pa.Table:
        random = np.random.default_rng([self.seed, 2, number])
        who = np.repeat(np.flatnonzero(came), POSTS_EACH)
        rows = len(who)
        key = joined(f"c{number}x", np.arange(rows))
        url = joined("https://forum.example/conference/", key)
        seconds = number * DAY + random.integers(10 * HOUR, 22 * HOUR, rows)
        return pa.table(
            {
                "source": same("portal", rows),
                "activity_id": key,
                "account_id": ids.take(pa.array(who)),
                "activity_type": same("post", rows),
                "occurred_at": moments(seconds),
                "object_key": url,
                "url": url,
                "reactions": pa.array(random.geometric(0.4, rows)),
            }
        )


@dataclass(frozen=True)
class _Log(ABC):
    """A platform that tells daily what its people did that day."""

    people: People
    seed: int
    quiet: Collection[date]
    busy: Collection[date]

    usual: ClassVar[float]  # rows of a working day
    stream: ClassVar[int]  # of random numbers
    folder: ClassVar[str]
    name: ClassVar[str]
    head: ClassVar[tuple[str, ...]]

    def tell(self, inbox: Path, day: date, *, is_first: bool) -> None:
        """Writes the day's file; the first has the past as well."""
        past = PAST_DAYS if is_first else 0
        days = [day - timedelta(days=ago) for ago in range(past, -1, -1)]
        rows = [row for one in days for row in self._rows(one)]
        if not rows:
            return
        file = inbox / self.folder / f"{self.name}_{day:%Y-%m-%d}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", newline="", encoding="utf-8") as opened:
            writer = csv.writer(opened)
            writer.writerow(self.head)
            writer.writerows(rows)

    def _rows(self, day: date) -> Iterator[tuple[object, ...]]:
        number = _number(day)
        random = np.random.default_rng([self.seed, self.stream, number])
        factor = WEEKEND_SHARE if day.weekday() >= 5 else 1.0
        if day in self.quiet:
            factor *= QUIET_SHARE
        if day in self.busy:
            factor *= BUSY_FACTOR
        is_there = (self.people.joined < number) & (self.people.left > number)
        there = np.flatnonzero(is_there & ~self.people.is_bot)
        # Days differ by a third beyond chance, as real ones do.
        count = random.poisson(random.gamma(9, self.usual * factor / 9))
        for place, member in enumerate(random.choice(there, count)):
            second = int(random.integers(8 * HOUR, 23 * HOUR))
            clock = f"{second // HOUR:02}:{second // 60 % 60:02}:{second % 60:02}"
            reactions = int(random.geometric(0.5)) - 1
            yield self._row(
                f"{day:%Y%m%d}{place:04}", int(member), f"{day} {clock}", reactions
            )

    @abstractmethod
    def _row(
        self, key: str, member: int, when: str, reactions: int
    ) -> tuple[object, ...]:
        """Returns the cells of one thing done, as `head` names them."""


class SignIns(_Log):
    """The log of the portal, on which everybody has an account."""

    usual, stream = 60.0, 3
    folder, name = "portal", "activity"
    head = ("ログID", "会員ID", "アクション", "日時")

    def _row(
        self, key: str, member: int, when: str, reactions: int
    ) -> tuple[object, ...]:
        return f"s{key}", f"p{member}", "ログイン", when


class Group(_Log):
    """A group on a platform of its own; its people are known by name alone."""

    usual, stream = 45.0, 4
    folder, name = "facebook", "posts"
    head = (
        "投稿ID",
        "投稿者ID",
        "投稿者",
        "投稿日時",
        "投稿URL",
        "本文",
        "リアクション数",
    )

    def _row(
        self, key: str, member: int, when: str, reactions: int
    ) -> tuple[object, ...]:
        family = FAMILY[int(self.people.family[member])][0]
        given = GIVEN[int(self.people.given[member])][0]
        url = f"https://www.facebook.com/groups/tsunagari/posts/{key}"
        author = f"{100_000 + member}"
        return (
            key,
            author,
            f"{family} {given}",
            when,
            url,
            "つながりについて",
            reactions,
        )
