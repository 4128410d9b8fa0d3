"""The mart `publications`: one row per release, what it holds and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from pipelines.publish.catalogue import Mart, quoted

DESCRIPTION = (
    "One row per release: when it was published, the last day it covers, the code and"
    " formula it was built with, the checks it passed, rows per mart and what changed."
)
COLUMNS: dict[str, tuple[str, str]] = {
    "release_id": (
        "VARCHAR",
        "Release, `<as-of day>-<run clock in UTC>`. Primary key.",
    ),
    "published_at": ("TIMESTAMPTZ", "The run's clock (UTC)."),
    "data_through": ("DATE", "As-of date: the last local day the marts describe."),
    "git_commit": ("VARCHAR", "Commit of the code, NULL outside a git checkout."),
    "formula_version": ("VARCHAR", "Score formula that member_scores shows."),
    "is_synthetic": ("BOOLEAN", "True: rows come from the sandbox community."),
    "checks_run": ("BIGINT", "Checks evaluated before publication."),
    "checks_failed": ("BIGINT", "Checks that failed without blocking (warnings)."),
    "mart_rows": ("VARCHAR", "Rows per mart, `mart=rows`, joined by comma and space."),
    "mart_hashes": (
        "VARCHAR",
        "Content hash per mart, `mart=hash`: equal rows give equal hashes, any order.",
    ),
    "changes": (
        "VARCHAR",
        "Marts that differ from the release before, `mart +added/-removed rows` or"
        " `mart changed`; `first release` or `no change`.",
    ),
    "fingerprint": ("VARCHAR", "Hash of what the release was built from."),
    "acknowledged": (
        "VARCHAR",
        "Blocked checks that somebody let through: `check: why (who, when)`, joined by"
        " semicolon and space; NULL when none. Restricted.",
    ),
    "allowed_because": (
        "VARCHAR",
        "Why what changed from the release before was allowed: checks that passed, and"
        " those let through; NULL before this was kept.",
    ),
    "withdrawn_because": (
        "VARCHAR",
        "Who rolled this release back, to which, when (UTC) and why; NULL for a release"
        " that was not. Restricted.",
    ),
}
# What people wrote of each other: not in the shareable file.
RESTRICTED = ("acknowledged", "withdrawn_because")
# Releases that were rolled back, by id: their row here, in JSON's types, and why.
Withdrawn: TypeAlias = Mapping[str, tuple[Mapping[str, Any], str]]
# Rows about the run itself: besides publications, which is not hashed, the only ones
# that may differ between identical runs. Hashed are the rows that meet the condition.
RUN_DEPENDENT = {"metrics": "metric_id <> 'identity_match_rate'"}


@dataclass(frozen=True)
class Publication:
    """The facts of one release that the publisher is given."""

    release_id: str
    published_at: datetime
    data_through: date
    git_commit: str | None
    formula_version: str
    is_synthetic: bool
    checks_run: int
    checks_failed: int
    fingerprint: str
    acknowledged: str | None = None
    allowed_because: str | None = None


def write_publications(
    connection: duckdb.DuckDBPyConnection,
    publication: Publication,
    previous: Path | None,
    marts: Sequence[Mart],
    withdrawn: Withdrawn,
) -> None:
    """Creates release.marts.publications: the earlier rows and the new one.

    previous: the release that readers have; its file may be older than some columns.
    withdrawn: releases that were rolled back, which its file does not know.
    """
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in COLUMNS.items())
    table = "release.marts.publications"
    connection.execute(f"CREATE TABLE {table} ({columns})")
    counts = {mart.name: _content(connection, mart.name) for mart in marts}
    before: dict[str, tuple[int, str]] | None = None
    if previous is not None:
        file = previous / "parquet" / "publications.parquet"
        connection.execute(
            f"INSERT INTO {table} BY NAME FROM read_parquet({quoted(str(file))})"
        )
        before = _content_of(connection, table, previous.name)
    _insert_withdrawn(connection, table, withdrawn)
    values = {
        **dict.fromkeys(COLUMNS),
        **publication.__dict__,
        "mart_rows": _joined({name: rows for name, (rows, _) in counts.items()}),
        "mart_hashes": _joined({name: text for name, (_, text) in counts.items()}),
        "changes": _changes(before, counts),
    }
    connection.execute(
        f"INSERT INTO {table} VALUES ({', '.join('?' * len(COLUMNS))})",
        [values[name] for name in COLUMNS],
    )
    connection.execute(f"COMMENT ON TABLE {table} IS {quoted(DESCRIPTION)}")
    for name, (_, text) in COLUMNS.items():
        connection.execute(f"COMMENT ON COLUMN {table}.{name} IS {quoted(text)}")


def _content(connection: duckdb.DuckDBPyConnection, mart: str) -> tuple[int, str]:
    """Returns rows and an order-independent content hash of a mart of the release."""
    condition = RUN_DEPENDENT.get(mart, "true")
    row = connection.execute(
        f"SELECT count(*), coalesce(sum(hash({mart})) FILTER ({condition}), 0)"
        f" FROM release.marts.{mart} AS {mart}"
    ).fetchone()
    assert row is not None
    return int(row[0]), f"{int(row[1]) % 2**64:016x}"


def row_of(release: Path) -> dict[str, Any]:
    """Returns a release's own row of its publications, by column.

    A release made before a column was has no value for it. Raises: duckdb.Error when
    its file is damaged, KeyError when it does not know itself.
    """
    return rows_of(release)[release.name]


def rows_of(release: Path) -> dict[str, dict[str, Any]]:
    """Returns the rows of a release's publications, by release id.

    Raises: duckdb.Error when the file is damaged.
    """
    file = release / "parquet" / "publications.parquet"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute(f"FROM read_parquet({quoted(str(file))})")
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {
        row["release_id"]: {**dict.fromkeys(COLUMNS), **row}
        for row in sorted(rows, key=lambda row: row["published_at"])
    }


def _insert_withdrawn(
    connection: duckdb.DuckDBPyConnection, table: str, withdrawn: Withdrawn
) -> None:
    """Adds the rows of releases that readers once had and have no longer."""
    known = {
        row[0]
        for row in connection.execute(f"SELECT release_id FROM {table}").fetchall()
    }
    for release_id, (row, told) in sorted(withdrawn.items()):
        if release_id in known:  # rolled back to again: it is no longer withdrawn
            continue
        values = {**row, "withdrawn_because": told}
        connection.execute(
            f"INSERT INTO {table} VALUES ({', '.join('?' * len(COLUMNS))})",
            [values.get(name) for name in COLUMNS],
        )


def _content_of(
    connection: duckdb.DuckDBPyConnection, table: str, release_id: str
) -> dict[str, tuple[int, str]]:
    row = connection.execute(
        f"SELECT mart_rows, mart_hashes FROM {table} WHERE release_id = ?", [release_id]
    ).fetchone()
    if row is None:
        return {}
    rows = dict(pair.split("=") for pair in row[0].split(", "))
    hashes = dict(pair.split("=") for pair in row[1].split(", "))
    return {name: (int(rows[name]), hashes[name]) for name in rows}


def _joined(values: dict[str, int] | dict[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(values.items()))


def _changes(
    before: dict[str, tuple[int, str]] | None, after: dict[str, tuple[int, str]]
) -> str:
    if before is None:
        return "first release"
    changes = []
    for name, (rows, content) in sorted(after.items()):
        old_rows, old_content = before.get(name, (0, ""))
        if rows != old_rows:
            changes.append(f"{name} {rows - old_rows:+d} rows")
        elif content != old_content:
            changes.append(f"{name} changed")
    return ", ".join(changes) or "no change"
