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
from pathlib import Path

import duckdb

from pipelines.publish.catalogue import Mart, quoted
from pipelines.publish.publications import Publication, write_publications
from pipelines.publish.shareable import write_shareable

# Clients two minor versions back (1.4) can read files of this storage version.
STORAGE_VERSION = "v1.2.0"
COMMUNITY = "community.duckdb"
SHAREABLE = "community_shareable.duckdb"
AS_OF_SQL = Path(__file__).parent / "as_of.sql"
READABLE_BY_GROUP = 0o640


class SmokeTestFailed(Exception):
    """The new files do not answer; the old release stays."""


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
    Raises: SmokeTestFailed; the current release is untouched then.
    """
    releases = release.published / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    for left_over in releases.glob(".building-*"):
        shutil.rmtree(left_over)
    building = releases / f".building-{release.release_id}"
    building.mkdir(mode=0o750)
    previous = current_release(release.published)
    _write_community(release, building, previous)
    write_shareable(
        building / COMMUNITY,
        building / SHAREABLE,
        marts=release.marts,
        key=release.share_key,
        minimum_group=release.minimum_group,
        storage_version=STORAGE_VERSION,
    )
    report(building)
    smoke_test(building, release.marts)
    for path in building.rglob("*"):
        path.chmod(0o750 if path.is_dir() else READABLE_BY_GROUP)
    target = releases / release.release_id
    if (
        target.exists()
    ):  # the same clock again: it was never made current or is replaced
        _retire(target, previous)
    building.rename(target)
    point_to(release.published, target)
    _drop_old(release)
    return target


def point_to(published: Path, target: Path) -> None:
    """Replaces `current`, in one step, and the fixed names that go through it."""
    _link(published / "current", f"releases/{target.name}")
    for name in (COMMUNITY, SHAREABLE, "parquet"):
        _link(published / name, f"current/{name}")


def _link(link: Path, target: str) -> None:
    if link.is_symlink() and link.readlink() == Path(target):
        return
    temporary = link.with_name(f".{link.name}.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    os.replace(temporary, link)  # noqa: PTH105 - the atomic step, by its own name


def _retire(target: Path, previous: Path | None) -> None:
    if previous is not None and target.resolve() == previous:
        raise FileExistsError(
            f"release {target.name} is published already; a release is never rewritten,"
            " run again with a later clock"
        )
    shutil.rmtree(target)


def _write_community(release: Release, folder: Path, previous: Path | None) -> None:
    parquet = folder / "parquet"
    parquet.mkdir()
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH '{release.warehouse}' AS warehouse (READ_ONLY)")
        connection.execute(
            f"ATTACH '{folder / COMMUNITY}' AS release"
            f" (STORAGE_VERSION '{STORAGE_VERSION}')"
        )
        connection.execute("CREATE SCHEMA release.marts")
        for mart in release.marts:
            copy_table(connection, mart.name, source="warehouse", target="release")
        write_publications(connection, release.publication, previous, release.marts)
        # Created under an attached name a macro breaks in the reopened file.
        connection.execute("USE release.marts")
        connection.execute(AS_OF_SQL.read_text())
        connection.execute("USE memory")
        for name in (*(mart.name for mart in release.marts), "publications"):
            connection.execute(
                f"COPY release.marts.{name} TO '{parquet / name}.parquet'"
                " (FORMAT parquet, COMPRESSION zstd)"
            )
        connection.execute("CHECKPOINT release")
        connection.execute("DETACH release")


def copy_table(
    connection: duckdb.DuckDBPyConnection, name: str, *, source: str, target: str
) -> None:
    """Copies one table of schema `marts` with its comments (CTAS alone loses them)."""
    connection.execute(
        f"CREATE TABLE {target}.marts.{name} AS FROM {source}.marts.{name}"
    )
    copy_comments(connection, name, source=source, target=target)


def copy_comments(
    connection: duckdb.DuckDBPyConnection, name: str, *, source: str, target: str
) -> None:
    """Re-applies the comments of the table and of the columns the copy has."""
    table = connection.execute(
        "SELECT comment FROM duckdb_tables() WHERE database_name = ?"
        " AND schema_name = 'marts' AND table_name = ?",
        [source, name],
    ).fetchone()
    if table and table[0]:
        connection.execute(
            f"COMMENT ON TABLE {target}.marts.{name} IS {quoted(table[0])}"
        )
    columns = connection.execute(
        "SELECT column_name, any_value(comment) FILTER (database_name = $source)"
        " FROM duckdb_columns() WHERE database_name IN ($source, $target)"
        " AND schema_name = 'marts' AND table_name = $name"
        " GROUP BY column_name HAVING bool_or(database_name = $target)",
        {"source": source, "target": target, "name": name},
    ).fetchall()
    for column, comment in columns:
        if comment:
            connection.execute(
                f'COMMENT ON COLUMN {target}.marts.{name}."{column}"'
                f" IS {quoted(comment)}"
            )


def smoke_test(folder: Path, marts: Sequence[Mart]) -> None:
    """Asks the new files through read-only connections, as a reader will.

    Raises: SmokeTestFailed naming the file and the table.
    """
    try:
        with duckdb.connect(str(folder / COMMUNITY), read_only=True) as connection:
            for mart in marts:
                rows = _count(connection, f"marts.{mart.name}")
                file = folder / "parquet" / f"{mart.name}.parquet"
                if rows != _count(connection, f"read_parquet('{file}')"):
                    raise SmokeTestFailed(f"{file.name} is short of rows of the table")
            connection.execute("USE marts")
            connection.execute(
                "SELECT count(*) FROM member_scores_as_of("
                "(SELECT max(data_through) FROM publications))"
            ).fetchall()
        with duckdb.connect(str(folder / SHAREABLE), read_only=True) as connection:
            _count(connection, "marts.publications")
    except duckdb.Error as error:
        raise SmokeTestFailed(f"the new release does not answer: {error}") from error


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return int(row[0]) if row else 0


def _drop_old(release: Release) -> None:
    folders = sorted(
        p for p in (release.published / "releases").iterdir() if p.is_dir()
    )
    current = current_release(release.published)
    for folder in folders[: -release.keep]:
        if folder.resolve() != current and not folder.name.startswith("."):
            shutil.rmtree(folder)
