"""A community to score, as files of the universal import: up to a million members.

    python -m tests.bench.scored_community --members 10000 --activities 100000 \
        --seed 1 --out FOLDER --as-of 2026-11-20 [--days 60]

People join a community that doubles every year, come in their own rhythm, and leave;
a few read first, then write, then speak, and are named (labels). Some rows are told of
late, some again: attendance after the event, reactions a week later. With --days the
files are as of that many days earlier, and FOLDER/days/<date> holds what each day adds.
The same arguments give the same files; the number in an account's id is its person's.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench import scored_files as tell
from tests.bench.scored_arrow import FIRST_DAY
from tests.bench.scored_doings import (
    ANNOUNCED_DAYS,
    Activities,
    Deals,
    Events,
    Registrations,
    activities,
    deals,
    events,
    registrations,
)
from tests.bench.scored_people import Column, People, companies_of, people

SHORTEST_DAYS = 730
# A registration tells of an application and mostly of what came of it: of a hundred
# rows of the stream 80 are activities of the file and 20 what 12 registrations tell.
OF_ITS_OWN, REGISTRATIONS = 0.8, 0.17
ROWS_A_CHUNK = 1_000_000


@dataclass(frozen=True)
class Scored:
    """Everything that is told of a community until its last day."""

    seed: int
    days: int  # from the first day to the last
    people: People
    events: Events
    registrations: Registrations
    activities: Activities
    deals: Deals

    def write(self, folder: Path, day: date) -> dict[str, int]:
        """Writes the files as exported at the end of a day; returns rows by file."""
        return self._write(folder, -1, self._number(day))

    def write_new(self, folder: Path, day: date) -> dict[str, int]:
        """Writes what is told on that day: new rows, late ones, and changed ones."""
        return self._write(folder, self._number(day) - 1, self._number(day))

    def last_day(self) -> date:
        """The last day on which anything is told."""
        return _date(self.days - 1)

    def _number(self, day: date) -> int:
        number = int((np.datetime64(day) - FIRST_DAY).astype(int))
        if not 0 <= number < self.days:
            raise ValueError(f"{day} is not within {_date(0)} .. {self.last_day()}")
        return number

    def _write(self, folder: Path, after: int, through: int) -> dict[str, int]:
        folder.mkdir(parents=True, exist_ok=True)
        return {
            name: rows
            for name, tables in self._tables(after, through).items()
            if (rows := _written(folder / f"{name}.parquet", tables))
        }

    def _tables(self, after: int, through: int) -> dict[str, Iterator[pa.Table]]:
        """Tables by file, in chunks: what is told after a day, through another."""

        def told(*days: Column) -> Iterator[Column]:
            is_told = np.zeros(len(days[0]), dtype=bool)
            for day in days:
                is_told |= (day > after) & (day <= through)
            rows = np.flatnonzero(is_told)
            for start in range(0, len(rows), ROWS_A_CHUNK):
                yield rows[start : start + ROWS_A_CHUNK]

        all_, did, came = self.people, self.activities, self.registrations
        is_first = after < 0
        return {
            "accounts": map(partial(tell.accounts, all_), told(all_.joined)),
            "affiliations": map(
                partial(tell.affiliations, all_, day=through),
                told(all_.joined, all_.moved),
            ),
            "labels": map(partial(tell.labels, all_), told(all_.named)),
            "events": map(
                partial(tell.events, self.events),
                told(np.maximum(self.events.day - ANNOUNCED_DAYS, 0)),
            ),
            "registrations": map(
                partial(tell.registrations, came, day=through),
                told(came.arrives, came.closes),
            ),
            "activities": map(
                partial(tell.activities, did, all_, day=through),
                told(did.arrives, did.recounted),
            ),
            "deals": map(
                partial(tell.deals, self.deals, day=through),
                told(self.deals.created, self.deals.closed),
            ),
            **(self._of_companies() if is_first else {}),
        }

    def _of_companies(self) -> dict[str, Iterator[pa.Table]]:
        random, size = np.random.default_rng(self.seed), len(self.people)
        return {
            "companies": iter([tell.companies(size)]),
            "contracts": iter([tell.contracts(random, size, self.days)]),
        }


def scored_community(
    members: int, activities_: int, as_of: date, *, seed: int = 1
) -> Scored:
    """A community of that many members who do about that much until that day.

    activities_: rows of the stream, those that registrations tell of included.
    """
    days = int((np.datetime64(as_of) - FIRST_DAY).astype(int)) + 1
    if days < SHORTEST_DAYS:
        raise ValueError(f"as-of {as_of} is before {_date(SHORTEST_DAYS - 1)}")
    random = np.random.default_rng(seed)
    everybody = people(random, members, days)
    held = events(random, members, days)
    registered = registrations(
        random, everybody, held, int(activities_ * REGISTRATIONS), days
    )
    done = activities(
        random, everybody, held, registered, int(activities_ * OF_ITS_OWN), days
    )
    sold = deals(random, companies_of(members), days)
    return Scored(seed, days, everybody, held, registered, done, sold)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _date(number: int) -> date:
    found: date = (FIRST_DAY + np.timedelta64(number, "D")).item()
    return found


def _written(file: Path, tables: Iterator[pa.Table]) -> int:
    """Writes tables as one file, none without any row; returns its rows."""
    writer, rows = None, 0
    for table in tables:
        if not table.num_rows:
            continue
        writer = writer or pq.ParquetWriter(file, table.schema)
        writer.write_table(table)
        rows += table.num_rows
    if writer:
        writer.close()
    return rows


def main() -> None:
    """Writes the files from the command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--members", type=int, required=True)
    parser.add_argument("--activities", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--days", type=int, default=0, help="days apart, at the end")
    given = parser.parse_args()
    made = scored_community(
        given.members, given.activities, given.as_of, seed=given.seed
    )
    before = given.as_of - timedelta(days=given.days)
    for name, rows in made.write(given.out, before).items():
        print(f"{name}: {rows:,} rows")
    for day in days_between(before + timedelta(days=1), given.as_of):
        rows = made.write_new(given.out / "days" / day.isoformat(), day)
        print(f"{day}: {rows}")


if __name__ == "__main__":
    main()
