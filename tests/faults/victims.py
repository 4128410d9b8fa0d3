"""What is killed: publications, a roll-back, an acknowledgement, an erasure.

Each on a small data folder of three people, with what has to be so after the kill and
after it is done again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from pipelines.gate import acknowledge, acknowledgements, record, rollbacks
from pipelines.gate.record import Record
from pipelines.gate.rollback import roll_back
from pipelines.privacy import decode, tombstones
from pipelines.privacy.erase import main as erase
from pipelines.publish import release as releasing
from pipelines.publish.release import current_release, verify
from pipelines.workspace import Workspace
from sources._base.tombstones import FOLDER
from tests.faults.reading import release_ids
from tests.pipelines.findings import DOUBLED
from tests.pipelines.published import (
    AS_OF,
    CLOCK,
    make_release,
    make_warehouse,
    publish_day,
)
from tests.privacy import kept
from tests.privacy.kept import AT, MEMBER, VALUES, names

WHO, WHY = "hanako", "merged father and son"


@dataclass(frozen=True)
class Victim:
    """Work that is killed.

    make: the folder before it, which does not exist yet. work: done in a process of its
    own. again: what a person does after the kill; raises when it cannot be done.
    problems: what is not as it has to be then. is_published: readers look meanwhile.
    is_traced: it is also killed before a line of ours.
    """

    name: str
    make: Callable[[Path], None]
    work: Callable[[Path], None]
    again: Callable[[Path], None]
    problems: Callable[[Path], list[str]]
    is_published: bool = True
    is_traced: bool = True


def day_id(day: int) -> str:
    return make_release(Path(), day=day).release_id


def _publish(folder: Path, day: int) -> None:
    _small_macro(folder)
    publish_day(folder, day=day, keep=2)


def _small_macro(folder: Path) -> None:
    # As tests/pipelines/published.py does in a test's own process.
    releasing.AS_OF_SQL = folder / "as_of.sql"


def _warehouse(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.joinpath("as_of.sql").write_text(AS_OF)
    make_warehouse(folder / "warehouse.duckdb")


def _days(folder: Path, days: int) -> None:
    """Releases of so many days, each with rows that the one before did not have."""
    _warehouse(folder)
    for day in range(days):
        _publish(folder, day)
        with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
            connection.execute(f"UPDATE marts.dim_events SET title = 'day {day}'")
            connection.execute(
                "INSERT INTO marts.fct_outputs SELECT * REPLACE"
                f" (output_id || '-{day}' AS output_id) FROM marts.fct_outputs LIMIT 1"
            )


def _current(folder: Path) -> str:
    release = current_release(folder / "published")
    return release.name if release else ""


def _publish_again(folder: Path, day: int) -> None:
    """The killed run once more, unless it had published; then the next day's."""
    if _current(folder) != day_id(day):
        _publish(folder, day)
    _publish(folder, day + 1)


def _left_overs(folder: Path, *, kept_releases: int) -> list[str]:
    published = folder / "published"
    hidden = [*published.glob(".*"), *(published / "releases").glob(".*")]
    found = [f"left over: {path.relative_to(folder)}" for path in sorted(hidden)]
    releases = sorted((published / "releases").iterdir())
    if len(releases) > kept_releases:
        found.append(f"{len(releases)} releases are kept, not {kept_releases}")
    for release in releases:
        try:
            verify(release)
        except releasing.SmokeTestFailed as error:
            found.append(f"{release.name}: {error}")
    return found


def _told_once(folder: Path, days: list[int]) -> list[str]:
    told = release_ids(folder / "published")
    expected = [day_id(day) for day in days]
    return [] if told == expected else [f"publications tell {told}, not {expected}"]


def _publication(name: str, day: int) -> Victim:
    return Victim(
        name=name,
        make=lambda folder: _days(folder, day) if day else _warehouse(folder),
        work=lambda folder: _publish(folder, day),
        again=lambda folder: _publish_again(folder, day),
        problems=lambda folder: [
            *_left_overs(folder, kept_releases=2),
            *_told_once(folder, list(range(day + 2))),
        ],
    )


def _roll_back(folder: Path) -> None:
    roll_back(
        folder / "published",
        day_id(0),
        who=WHO,
        reason=WHY,
        clock=CLOCK + timedelta(days=1, hours=3),
    )


def _roll_back_again(folder: Path) -> None:
    if _current(folder) != day_id(0):
        _roll_back(folder)


def _rolled_back(folder: Path) -> list[str]:
    found = _left_overs(folder, kept_releases=2)
    if _current(folder) != day_id(0):
        found.append(f"readers have {_current(folder)}")
    if rollbacks.in_force(folder / "published", day_id(0)) is None:
        found.append("no roll-back is told to be in force")
    _publish(folder, 2)
    return found + _told_once(folder, [0, 1, 2])


def _blocked(folder: Path) -> None:
    workspace = Workspace(folder)
    _days(folder, 1)
    record.write(
        workspace,
        Record(
            release_id=day_id(1),
            clock=CLOCK + timedelta(days=1),
            as_of=CLOCK.date(),
            position=rollbacks.position(workspace),
            is_blocked=True,
            findings=(DOUBLED,),
        ),
    )


def _acknowledge(folder: Path) -> None:
    code = acknowledge.main(
        [
            *(DOUBLED.check, "--reason", "the conference was that day", "--who", WHO),
            *("--data", str(folder), "--inbox", str(folder)),
            *("--clock", "2026-11-22T05:00:00+09:00"),
        ]
    )
    if code:
        raise RuntimeError(f"acknowledge ended with {code}")


def _acknowledged(folder: Path) -> list[str]:
    workspace = Workspace(folder)
    given = acknowledgements.pending(workspace, rollbacks.position(workspace))
    found = [f"left over: {path.name}" for path in (folder / "gate").glob(".*")]
    if not any(one.covers(DOUBLED) for one in given):
        found.append("it is not let through")
    return found + _left_overs(folder, kept_releases=2)


def _person(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.joinpath("as_of.sql").write_text(AS_OF)
    _small_macro(folder)
    kept.make(folder)


def _erase(folder: Path) -> None:
    code = erase([MEMBER, "--data", str(folder), "--clock", AT])
    if code:
        raise RuntimeError(f"erase ended with {code}")


def _erased(folder: Path) -> list[str]:
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        for _, text in decode.texts(path):
            plain = text.replace("connpass:hanako_s", "")
            found += [
                f"{path.relative_to(folder)} holds {value}"
                for value in VALUES
                if names(value, plain) or value == text
            ]
    pending = list((folder / FOLDER / tombstones.PENDING).glob("*"))
    return found + [f"still to be done: {path.name}" for path in pending]


VICTIMS = {
    victim.name: victim
    for victim in (
        _publication("publication", day=2),
        _publication("first publication", day=0),
        Victim(
            "roll-back",
            make=lambda folder: _days(folder, 2),
            work=_roll_back,
            again=_roll_back_again,
            problems=_rolled_back,
        ),
        Victim(
            "acknowledgement",
            make=_blocked,
            work=_acknowledge,
            again=_acknowledge,
            problems=_acknowledged,
        ),
        Victim(
            "erasure",
            make=_person,
            work=_erase,
            again=_erase,
            problems=_erased,
            is_published=False,
            is_traced=False,
        ),
    )
}


def work(name: str, folder: Path) -> None:
    """Does a victim's work; by name, so that another process can be told."""
    VICTIMS[name].work(folder)


def copied(made: Path, folder: Path) -> Path:
    """A copy of a victim's folder, its links kept."""
    shutil.copytree(made, folder, symlinks=True)
    return folder
