"""The mart `publications`: one row per release, what it holds and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

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
}
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


def write_publications(
    connection: duckdb.DuckDBPyConnection,
    publication: Publication,
    previous: Path | None,
    marts: Sequence[Mart],
) -> None:
    """Creates release.marts.publications: the earlier rows and the new one."""
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
        before = _last(connection, table)
    values = {
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


def _last(
    connection: duckdb.DuckDBPyConnection, table: str
) -> dict[str, tuple[int, str]]:
    row = connection.execute(
        f"SELECT mart_rows, mart_hashes FROM {table} ORDER BY published_at DESC LIMIT 1"
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
