"""Sixty days, one refresh a day, and then all of it again from nothing.

Every day the inbox gets what the community's platforms tell on it: new rows, late ones,
changed ones; once a week an export of events and registrations takes the place of the
week's before. At the end everything that a run made is thrown away but what is kept for
good (raw rows, decisions about identity), the last day is built once more, and
every mart must have the same rows.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from pipelines.publish.publications import RUN_DEPENDENT
from tests.bench.benchmark import Bench, Benchmark, Failed, Figures
from tests.bench.scored_community import Scored, scored_community
from tests.bench.tables import table
from tests.pipelines.harness import Project

NAME = "score_days"
LAST_DAY = date(2026, 11, 20)
DAYS, MEMBERS, ACTIVITIES = 60, 150, 12_000
EXPORTED = ("events", "registrations")  # whole, once a week
EXPORT_EVERY = 7
OF_THE_RUN = {"publications"}
# Derived by runs; without it a run starts from nothing. The rest are facts: what was
# read and when, what was decided about who is who, and the key of pseudonyms.
FACTS = ("inbox", "raw", "identity/decisions", "share.key")


@dataclass(frozen=True)
class Life:
    """A community whose last days are told one by one into an inbox."""

    community: Scored
    first: date  # its files hold everything until then
    last: date

    def tell(self, inbox: Path, day: date) -> None:
        """Puts into the inbox what a day adds; the same day twice changes nothing."""
        files = inbox / "files"
        if day == self.first:
            self.community.write(files / "0", day)
            return
        self.community.write_new(files / day.isoformat(), day)
        if (day - self.first).days % EXPORT_EVERY == 0:
            self._export(files, day)

    def _export(self, files: Path, day: date) -> None:
        """Replaces the last export by one of that day."""
        whole = files.parent / "exporting"
        self.community.write(whole, day)
        (files / "export").mkdir(exist_ok=True)
        for name in EXPORTED:
            (whole / f"{name}.parquet").replace(files / "export" / f"{name}.parquet")
        shutil.rmtree(whole)

    def days(self) -> list[date]:
        """Every day from the first to the last."""
        count = (self.last - self.first).days
        return [self.first + timedelta(days=number) for number in range(count + 1)]


def life(days: int, *, members: int, activities: int, seed: int = 1) -> Life:
    """A community that is told whole on one day and daily on so many after it."""
    community = scored_community(members, activities, LAST_DAY, seed=seed)
    return Life(community, LAST_DAY - timedelta(days=days), LAST_DAY)


def clock(day: date) -> str:
    """The clock of the refresh that publishes a day."""
    return f"{day + timedelta(days=1)}T05:00:00+09:00"


def from_nothing(data: Path, into: Path) -> Path:
    """A data folder with the facts of another and nothing that was made of them."""
    for name in FACTS:
        found, copy = data / name, into / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            shutil.copytree(found, copy)
        elif found.exists():
            shutil.copy2(found, copy)
    return into


def differences(one: Path, other: Path) -> dict[str, tuple[int, int, int]]:
    """Compares the marts of two folders of Parquet files row for row.

    Returns mart -> (rows of one, rows only in one, rows only in the other).
    Raises: Failed when one has a mart that the other lacks.
    """
    names = [
        {file.stem for file in folder.glob("*.parquet")} for folder in (one, other)
    ]
    if alone := names[0] ^ names[1]:
        raise Failed(f"only one of the two has {', '.join(sorted(alone))}")
    return {mart: _compared(one, other, mart) for mart in sorted(names[0] - OF_THE_RUN)}


def _compared(one: Path, other: Path, mart: str) -> tuple[int, int, int]:
    kept = RUN_DEPENDENT.get(mart, "true")
    here, there = (
        f"FROM '{folder / mart}.parquet' WHERE {kept}" for folder in (one, other)
    )
    return (
        _count(here),
        _count(f"{here} EXCEPT ALL {there}"),
        _count(f"{there} EXCEPT ALL {here}"),
    )


def _count(query: str) -> int:
    ((rows,),) = duckdb.sql(f"SELECT count(*) FROM ({query})").fetchall()
    return int(rows)


@dataclass(frozen=True)
class Diary:
    """Which days are done and what each cost; a stopped bench goes on after them."""

    file: Path

    def seconds(self) -> dict[str, float]:
        read: dict[str, float] = (
            json.loads(self.file.read_text()) if self.file.exists() else {}
        )
        return read

    def did(self, day: str, seconds: float) -> None:
        temporary = self.file.with_suffix(".new")
        temporary.write_text(json.dumps({**self.seconds(), day: round(seconds, 1)}))
        temporary.replace(self.file)


def live(
    lived: Life,
    inbox: Path,
    diary: Diary,
    refresh: Callable[[date], None],
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Tells and refreshes every day that is not done yet."""
    for day in lived.days():
        if day.isoformat() in diary.seconds():
            continue
        lived.tell(inbox, day)
        began = time.monotonic()
        refresh(day)
        diary.did(day.isoformat(), time.monotonic() - began)
        say(f"{day}: {diary.seconds()[day.isoformat()]:.0f} s")


def run(bench: Bench) -> Figures:
    """Lives sixty days by the real job, rebuilds the last, and compares."""
    folder = bench.folder / NAME
    folder.mkdir(parents=True, exist_ok=True)
    lived = life(bench.size(DAYS, 2), members=MEMBERS, activities=ACTIVITIES)
    daily = Project(folder / "daily", runs_unit_tests=False)
    diary = Diary(folder / "diary.json")
    live(
        lived,
        daily.data / "inbox",
        diary,
        lambda day: _refreshed(daily, day),
        bench.say,
    )
    whole = Project(folder / "rebuilt", runs_unit_tests=False)
    shutil.rmtree(whole.data, ignore_errors=True)
    from_nothing(daily.data, whole.data)
    _refreshed(whole, lived.last)
    found = differences(_published(daily), _published(whole))
    seconds = [cost for day, cost in diary.seconds().items()]
    return {
        "days": len(lived.days()) - 1,
        "members": MEMBERS,
        "files": len(list((daily.data / "inbox").rglob("*.parquet"))),
        "late": _late(daily),
        "seconds": sorted(seconds)[len(seconds) // 2],
        "marts": {mart: list(rows) for mart, rows in found.items()},
    }


def _refreshed(project: Project, day: date) -> None:
    # The inbox is named: without one the harness takes it for the sandbox.
    inbox = project.data / "inbox"
    done = project.refresh("--inbox", str(inbox), clock=clock(day))
    if done.returncode != 0:
        raise Failed(
            f"the refresh of {day} ended with {done.returncode}:\n{done.stdout}"
        )


def _published(project: Project) -> Path:
    return project.data / "published" / "parquet"


def _late(project: Project) -> int:
    """Activities that came after the day on which they happened, in the days alone."""
    ((late,),) = duckdb.sql(
        f"""
        SELECT count(*) FROM (
            SELECT
                cast(timezone('Asia/Tokyo', occurred_at) AS date) AS occurred,
                cast(parse_filename(parse_dirpath(filename)) AS date) AS told
            FROM read_parquet(
                '{project.data}/inbox/files/2*/activities.parquet', filename = true
            )
        ) WHERE occurred < told
        """
    ).fetchall()
    return int(late)


def report(figures: Figures) -> str:
    """Says what was lived, and every mart's rows with how many differ."""
    marts = figures["marts"]
    wrong = sum(one + other for _, one, other in marts.values())
    rows = [
        (f"`{mart}`", count, one, other) for mart, (count, one, other) in marts.items()
    ]
    return (
        f"{figures['days']} days of a community of {figures['members']} members, one"
        f" refresh a day ({figures['seconds']:.0f} s, median):"
        f" {figures['files']} files, {figures['late']:,} rows that came late or again,"
        f" and every week an export in the place of the last. Then a rebuild of the"
        f" last day from raw rows and decisions alone: **{wrong:,} rows differ** in"
        f" {len(marts)} marts (`publications` and metric 56 tell of the run itself and"
        " are left out).\n\n"
        + table(("mart", "rows", "only daily", "only rebuilt"), rows)
    )


BENCHMARK = Benchmark(
    NAME, "Sixty days, and the last of them from nothing", run, report
)
