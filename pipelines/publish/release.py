"""One release: the marts copied, described, smoke-tested; then `current` points to it.

    published/current -> releases/<release id>       replaced by os.replace
    published/community.duckdb -> current/community.duckdb, and so on

Killed at any instruction, a reader has either the old release or the new one, whole:
a release is built in a folder whose name starts with a dot, renamed when complete, and
only then pointed to.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.gate import rollbacks
from pipelines.publish import formulas
from pipelines.publish.catalogue import Mart, quoted
from pipelines.publish.comments import copy_comments
from pipelines.publish.publications import (
    Publication,
    Withdrawn,
    row_of,
    rows_of,
    write_publications,
)
from pipelines.publish.shareable import write_shareable

# Clients two minor versions back (1.4) can read files of this storage version.
STORAGE_VERSION = "v1.2.0"
COMMUNITY = "community.duckdb"
SHAREABLE = "community_shareable.duckdb"
AS_OF_SQL = Path(__file__).parent / "as_of.sql"
READABLE_BY_GROUP = 0o640


class SmokeTestFailed(Exception):
    """The new files do not answer; the old release stays."""


class EarlierClock(FileExistsError):
    """The run's clock is before that of the release readers have."""


@dataclass(frozen=True)
class Release:
    """What a release is made of."""

    release_id: str
    warehouse: Path
    published: Path
    marts: Sequence[Mart]
    publication: Publication
    share_key: bytes
    minimum_group: int
    keep: int


def current_release(published: Path) -> Path | None:
    """Returns the folder `current` points to, None before the first release."""
    link = published / "current"
    return link.resolve() if link.exists() else None


def publish(release: Release, report: Callable[[Path], None]) -> Path:
    """Builds the release and makes it current. Returns its folder.

    report: writes the quality report into the folder it is given.
    Raises: FileExistsError when the release is published already; SmokeTestFailed and
    PersonalDataFound. The current release is untouched then.
    """
    releases = release.published / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    for left_over in releases.glob(".building-*"):
        shutil.rmtree(left_over)
    target = releases / release.release_id
    previous = current_release(release.published)
    taken_back = rollbacks.withdrawn(release.published)
    _refuse_to_rewrite(release, target, previous, taken_back)
    building = releases / f".building-{release.release_id}"
    building.mkdir(mode=0o750)
    _write_community(release, building, previous, taken_back)
    write_shareable(
        building / COMMUNITY,
        building / SHAREABLE,
        marts=release.marts,
        key=release.share_key,
        minimum_group=release.minimum_group,
        storage_version=STORAGE_VERSION,
    )
    formulas.write(building, previous)
    report(building)
    smoke_test(building, release.marts)
    _seal(building)
    if target.exists():  # a run killed before it could point to it
        shutil.rmtree(target)
    building.rename(target)
    point_to(release.published, target)
    _drop_old(release, previous)
    return target


def point_to(published: Path, target: Path) -> None:
    """Replaces `current`, in one step.

    The fixed names that go through it are made first: dangling before the first
    release, right with it, and never again touched.
    """
    for name in (COMMUNITY, SHAREABLE, "parquet"):
        _link(published / name, f"current/{name}")
    _link(published / "current", f"releases/{target.name}")


def _link(link: Path, target: str) -> None:
    if link.is_symlink() and link.readlink() == Path(target):
        return
    temporary = link.with_name(f".{link.name}.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    os.replace(temporary, link)  # noqa: PTH105 - the atomic step, by its own name


def refuse_earlier_clock(published: Path, clock: datetime) -> None:
    """Refuses a run whose clock went back: the newest rows would count as old ones.

    Rows are told apart by the clock of the run that landed them, releases by theirs.
    Raises: EarlierClock, with what to do.
    """
    current = current_release(published)
    if current is None:
        return
    latest = row_of(current)["published_at"]
    if clock < latest:
        raise EarlierClock(
            f"the clock of this run ({clock.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC) is"
            f" before that of the current release ({latest:%Y-%m-%d %H:%M:%S} UTC):"
            " run again with a later clock. Is the machine's clock right, or was it"
            " wrong then (make rollback takes that release back)? An earlier day is"
            " described with AS_OF="
        )


def _refuse_to_rewrite(
    release: Release, target: Path, previous: Path | None, taken_back: Withdrawn
) -> None:
    if previous is None:
        return
    refuse_earlier_clock(release.published, release.publication.published_at)
    known = {*rows_of(previous), *taken_back}
    if target.name in known or target.resolve() == previous:
        raise FileExistsError(
            f"release {target.name} is published already; a release is never rewritten,"
            " run again with a later clock"
        )


def _seal(folder: Path) -> None:
    """Sets the modes and waits for the disk, so that a rename is never ahead of it."""
    for path in folder.rglob("*"):
        path.chmod(0o750 if path.is_dir() else READABLE_BY_GROUP)
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_community(
    release: Release, folder: Path, previous: Path | None, taken_back: Withdrawn
) -> None:
    parquet = folder / "parquet"
    parquet.mkdir()
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            f"ATTACH {quoted(str(release.warehouse))} AS warehouse (READ_ONLY)"
        )
        connection.execute(
            f"ATTACH {quoted(str(folder / COMMUNITY))} AS release"
            f" (STORAGE_VERSION '{STORAGE_VERSION}')"
        )
        connection.execute("CREATE SCHEMA release.marts")
        for mart in release.marts:
            _copy(connection, mart)
        write_publications(
            connection, release.publication, previous, release.marts, taken_back
        )
        # Created under an attached name a macro breaks in the reopened file.
        connection.execute("USE release.marts")
        connection.execute(AS_OF_SQL.read_text())
        connection.execute("USE memory")
        for name in (*(mart.name for mart in release.marts), "publications"):
            file = quoted(str(parquet / f"{name}.parquet"))
            connection.execute(
                f"COPY release.marts.{name} TO {file}"
                " (FORMAT parquet, COMPRESSION zstd)"
            )
        connection.execute("CHECKPOINT release")
        connection.execute("DETACH release")


def _copy(connection: duckdb.DuckDBPyConnection, mart: Mart) -> None:
    """Copies one mart with its comments, ordered by its key: look-ups read less."""
    order = f" ORDER BY {', '.join(mart.key)}" if mart.key else ""
    connection.execute(
        f"CREATE TABLE release.marts.{mart.name}"
        f" AS FROM warehouse.marts.{mart.name}{order}"
    )
    copy_comments(connection, mart.name, source="warehouse", target="release")


def smoke_test(folder: Path, marts: Sequence[Mart]) -> None:
    """Asks the new files through read-only connections, as a reader will.

    Raises: SmokeTestFailed naming the file and the table.
    """
    try:
        with duckdb.connect(str(folder / COMMUNITY), read_only=True) as connection:
            for mart in marts:
                file = folder / "parquet" / f"{mart.name}.parquet"
                in_table = _content(connection, f"marts.{mart.name}")
                in_file = _content(connection, f"read_parquet({quoted(str(file))})")
                if in_table[0] != in_file[0]:
                    raise SmokeTestFailed(
                        f"{file.name} has {in_file[0]} rows, the table {in_table[0]}"
                    )
                if in_table != in_file:
                    raise SmokeTestFailed(f"{file.name} and the table differ")
            connection.execute("USE marts")
            connection.execute(
                "SELECT count(*) FROM member_scores_as_of("
                "(SELECT max(data_through) FROM publications))"
            ).fetchall()
        with duckdb.connect(str(folder / SHAREABLE), read_only=True) as connection:
            for name in (*(m.name for m in marts if not m.restricted), "publications"):
                _count(connection, f"marts.{name}")
    except duckdb.Error as error:
        raise SmokeTestFailed(f"the new release does not answer: {error}") from error


def verify(folder: Path) -> None:
    """Reads every value of a kept release: bits may have fallen since it was made.

    Its own publications say which marts it has and how many rows; table and file must
    hold the same. Raises: SmokeTestFailed.
    """
    try:
        rows = row_of(folder)["mart_rows"].split(", ")
        with duckdb.connect(str(folder / COMMUNITY), read_only=True) as connection:
            for mart, expected in (pair.split("=") for pair in rows):
                file = quoted(str(folder / "parquet" / f"{mart}.parquet"))
                in_table = _content(connection, f"marts.{mart}")
                if in_table != _content(connection, f"read_parquet({file})"):
                    raise SmokeTestFailed(f"{mart}: table and Parquet file differ")
                if in_table[0] != int(expected):
                    raise SmokeTestFailed(f"{mart}: {in_table[0]} rows of {expected}")
        with duckdb.connect(str(folder / SHAREABLE), read_only=True) as connection:
            tables = connection.execute("SELECT table_name FROM duckdb_tables()")
            names = {row[0] for row in tables.fetchall()}
            if "publications" not in names:
                raise SmokeTestFailed(f"{SHAREABLE} has no publications")
            for name in sorted(names):
                _content(connection, f"marts.{name}")
    except KeyError as error:
        raise SmokeTestFailed("it does not know itself") from error
    except duckdb.Error as error:
        words = str(error).splitlines()[0]
        raise SmokeTestFailed(f"it does not answer: {words}") from error


def _content(
    connection: duckdb.DuckDBPyConnection, relation: str
) -> tuple[int, int | None]:
    row = connection.execute(
        f"SELECT count(*), sum(hash(whole)) FROM {relation} AS whole"
    ).fetchone()
    assert row is not None
    return int(row[0]), row[1]


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return int(row[0]) if row else 0


def _drop_old(release: Release, previous: Path | None) -> None:
    """Keeps the newest releases by their clock; a backfill's id names an older day.

    The one before stays too, however old a roll-back made it: it is the way back.
    """
    folders = sorted(
        (
            path
            for path in (release.published / "releases").iterdir()
            if path.is_dir() and not path.name.startswith(".")
        ),
        key=lambda path: path.name.rpartition("-")[2],
    )
    needed = (current_release(release.published), previous)
    for folder in folders[: -release.keep]:
        if folder.resolve() not in needed:
            # Renamed first: killed here, no half release stands among the whole ones.
            leaving = folder.with_name(f".building-{folder.name}")
            folder.rename(leaving)
            shutil.rmtree(leaving)
