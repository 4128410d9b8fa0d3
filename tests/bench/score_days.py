"""Sixty days, one refresh a day, and then all of it again from nothing.

Every day the inbox gets what the community's platforms tell on it: late rows, changed
ones, an export a week (tests/bench/life.py); a platform joins, a conference doubles
attendance, ten days are a holiday. A day that the gate holds back waits for the next,
but those of the conference: what asks for it is let through, by the command.

At the end everything that a run made is thrown away but what is kept for good (raw
rows, decisions about identity), the last day is built once more, and every mart must
have the same rows.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from pipelines.gate import record
from pipelines.gate.findings import Finding
from pipelines.publish.publications import RUN_DEPENDENT
from pipelines.workspace import Workspace
from tests.bench.benchmark import Bench, Benchmark, Failed, Figures
from tests.bench.life import LAST_DAY, Calendar, Life, life
from tests.bench.score_days_write import report
from tests.bench.score_warehouse import export
from tests.conftest import PROJECT
from tests.pipelines.harness import Project, clean_environment

NAME = "score_days"
DAYS, MEMBERS, ACTIVITIES = 60, 300, 18_000
# Days after the first. The gate needs four weeks for what is usual.
JOINS, CONFERENCE, HOLIDAY = 12, (36, 37), range(44, 54)
# Attendance is told the day after; a day held back comes with the one after that.
AFTERMATH = 3
HOURS = (5, 6, 7)  # of the refresh, and of those after what was let through
WHO, REASON = "organiser", "the conference"
OF_THE_RUN = {"publications"}
# Derived by runs; without it a run starts from nothing. The rest are facts: what was
# read and when, what was decided about who is who, and the key of pseudonyms.
FACTS = ("inbox", "raw", "identity/decisions", "share.key")


def calendar(first: date) -> Calendar:
    """What is not as usual in the days after the first."""

    def after(days: int) -> date:
        return first + timedelta(days=days)

    return Calendar(
        conference=tuple(map(after, CONFERENCE)),
        holiday=tuple(map(after, HOLIDAY)),
        joins=after(JOINS),
    )


def clock(day: date, hour: int = HOURS[0]) -> str:
    """The clock of the refresh that publishes a day."""
    return f"{day + timedelta(days=1)}T{hour:02}:00:00+09:00"


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
    """What came of the days that are done; a stopped bench goes on after them."""

    file: Path

    def days(self) -> dict[str, Figures]:
        read: dict[str, Figures] = (
            json.loads(self.file.read_text()) if self.file.exists() else {}
        )
        return read

    def did(self, day: str, what: Figures) -> None:
        temporary = self.file.with_suffix(".new")
        temporary.write_text(json.dumps({**self.days(), day: what}, indent=1))
        temporary.replace(self.file)


def live(
    lived: Life,
    inbox: Path,
    diary: Diary,
    refresh: Callable[[date], Figures | None],
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Tells and refreshes every day that is not done yet."""
    for day in lived.days():
        if day.isoformat() in diary.days():
            continue
        lived.tell(inbox, day)
        began = time.monotonic()
        came = refresh(day) or {}
        came["seconds"] = round(time.monotonic() - began, 1)
        diary.did(day.isoformat(), came)
        say(f"{day}: {came}")


def run(bench: Bench) -> Figures:
    """Lives sixty days by the real job, rebuilds the last, and compares."""
    folder = bench.folder / NAME
    folder.mkdir(parents=True, exist_ok=True)
    days = bench.size(DAYS, 2)
    lived = life(
        days,
        members=MEMBERS,
        activities=ACTIVITIES,
        calendar=calendar(LAST_DAY - timedelta(days=days)),
    )
    daily = Project(folder / "daily", runs_unit_tests=False)
    diary = Diary(folder / "diary.json")
    live(
        lived,
        daily.data / "inbox",
        diary,
        lambda day: day_by_job(daily, lived, day),
        bench.say,
    )
    whole = Project(folder / "rebuilt", runs_unit_tests=False)
    shutil.rmtree(whole.data, ignore_errors=True)
    from_nothing(daily.data, whole.data)
    if _refreshed(whole, lived.last, HOURS[0]):
        raise Failed(f"the rebuild of {lived.last} was held back")
    # The warehouses: the last day may have been held back.
    found = differences(*(_marts(one, folder / "marts") for one in (daily, whole)))
    seconds = sorted(day["seconds"] for day in diary.days().values())
    return {
        "days": len(lived.days()) - 1,
        "members": MEMBERS,
        "files": sum(path.is_file() for path in (daily.data / "inbox").rglob("*")),
        "late": _late(daily),
        "seconds": seconds[len(seconds) // 2],
        "marts": {mart: list(rows) for mart, rows in found.items()},
        "conference": [day.isoformat() for day in _aftermath(lived)],
        "blocked": {
            day: {"let_through": came["let_through"], "findings": came["blocked"]}
            for day, came in diary.days().items()
            if came["blocked"]
        },
    }


def day_by_job(project: Project, lived: Life, day: date) -> Figures:
    """Refreshes a day; what the conference asks for is let through.

    Returns "blocked" (the findings that held it back, one by one) and "let_through"
    (the checks). Raises: Failed when a refresh fails for another reason.
    """
    blocked: list[Finding] = []
    through: list[str] = []
    for hour in HOURS:
        now = _refreshed(project, day, hour)
        blocked += now
        is_real = day in _aftermath(lived) and all(f.acknowledgeable for f in now)
        if not now or not is_real:
            break
        for check in [finding.check for finding in now]:
            _let_through(project, day, hour, check)
            through.append(check)
    return {
        "blocked": [
            {"check": f.check, "observed": f.observed, "bound": f.bound}
            for f in blocked
        ],
        "let_through": through,
    }


def _aftermath(lived: Life) -> list[date]:
    """The days of the conference and those that hear of it."""
    if lived.calendar is None:
        return []
    first, last = lived.calendar.conference[0], lived.calendar.conference[-1]
    count = (last - first).days + AFTERMATH
    return [first + timedelta(days=number) for number in range(count + 1)]


def _refreshed(project: Project, day: date, hour: int) -> list[Finding]:
    """Returns what held the day back, nothing when it is published."""
    # The inbox is named: without one the harness takes it for the sandbox.
    inbox = project.data / "inbox"
    done = project.refresh("--inbox", str(inbox), clock=clock(day, hour))
    found = record.read(Workspace(project.data))
    if done.returncode == 1 and found and found.as_of == day and found.is_blocked:
        return found.blocking
    if done.returncode != 0:
        raise Failed(
            f"the refresh of {day} ended with {done.returncode}:\n{done.stdout}"
        )
    return []


def _let_through(project: Project, day: date, hour: int, check: str) -> None:
    inbox = str(project.data / "inbox")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pipelines.gate.acknowledge", check),
            *("--data", str(project.data), "--inbox", inbox),
            *("--who", WHO, "--reason", REASON, "--clock", clock(day, hour)),
        ],
        cwd=PROJECT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Failed(f"{check} of {day} was not let through:\n{done.stderr}")


def _marts(project: Project, folder: Path) -> Path:
    """The marts of the last build as files, in a folder of the project's name."""
    workspace = Workspace(project.data)
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'marts'"
        ).fetchall()
    shutil.rmtree(folder / project.data.name, ignore_errors=True)
    return export(workspace, folder / project.data.name, [name for (name,) in names])


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


BENCHMARK = Benchmark(
    NAME, "Sixty days, and the last of them from nothing", run, report
)
