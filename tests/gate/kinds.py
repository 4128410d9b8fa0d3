"""What a corruption is: a name, what happened, where it strikes and how.

Share and seed choose what is struck: a share of the rows it can hit, at least one. The
same share and seed choose the same rows, whatever the order of the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import duckdb

FAMILIES = (
    *("arithmetic", "volume", "silence", "time", "scores", "identity", "money"),
    *("text", "completeness", "privacy", "metrics", "duplicates", "keys"),
)
# Nothing of these families may pass, however little of it.
AT_ANY_SIZE = ("arithmetic", "privacy", "completeness", "duplicates")
SOURCE, RAW, STAGING, MART, FILE = (
    "source answer",
    "raw file",
    "staging",
    "mart",
    "published file",
)
LEVELS = (SOURCE, RAW, STAGING, MART, FILE)


@dataclass(frozen=True)
class Chooser:
    """Chooses a share of anything, at least one, by seed and content."""

    share: float
    seed: int

    def count(self, whole: int) -> int:
        return max(1, ceil(self.share * whole)) if whole else 0

    def of(self, items: Sequence[Any]) -> list[Any]:
        """The chosen ones, in the order they came in."""
        order = sorted(range(len(items)), key=lambda i: (self._hash(items[i]), i))
        chosen = set(order[: self.count(len(items))])
        return [item for i, item in enumerate(items) if i in chosen]

    def _hash(self, item: Any) -> str:
        return hashlib.sha256(f"{self.seed} {item!r}".encode()).hexdigest()


@dataclass(frozen=True)
class Rows:
    """SQL on chosen rows of a table: change their columns, drop or repeat them.

    change: a SET list. repeat: a REPLACE list for the copies, "" for exact ones.
    sql: a statement of its own over {table} and the temporary table chosen (rid).
    """

    where: str = "true"
    change: str | None = None
    repeat: str | None = None
    sql: str | None = None

    def statement(self) -> str:
        if self.sql is not None:
            return self.sql
        if self.change is not None:
            return f"UPDATE {{table}} SET {self.change} WHERE rowid IN (FROM chosen)"
        if self.repeat is not None:
            star = f"* REPLACE ({self.repeat})" if self.repeat else "*"
            return (
                f"INSERT INTO {{table}} SELECT {star} FROM {{table}}"
                " WHERE rowid IN (FROM chosen)"
            )
        return "DELETE FROM {table} WHERE rowid IN (FROM chosen)"

    def apply(
        self, connection: duckdb.DuckDBPyConnection, table: str, choose: Chooser
    ) -> int:
        """Strikes a table; returns how many rows. Raises: LookupError for none."""
        ((whole,),) = connection.execute(
            f"SELECT count(*) FROM {table} WHERE {self.where}"
        ).fetchall()
        if not whole:
            raise LookupError(f"{table} has no row where {self.where}")
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE chosen AS SELECT rowid AS rid"
            f" FROM {table} AS candidate WHERE {self.where}"
            f" ORDER BY hash(cast(candidate AS VARCHAR) || '{choose.seed}'), rowid"
            f" LIMIT {choose.count(whole)}"
        )
        connection.execute(self.statement().format(table=table))
        return choose.count(whole)


@dataclass(frozen=True)
class Answers:
    """A source's answers: `change(payload, choose)` of those whose path matches.

    payload: the decoded JSON, or text; the same is returned, changed.
    of_text: JSON as text too.
    """

    path: str
    change: Callable[[Any, Chooser], Any]
    of_text: bool = False


@dataclass(frozen=True)
class Folder:
    """A folder of files: `change(folder, choose)`.

    Of the source level the inbox that people drop files into; of the raw level the
    source's raw folder; of the file level the new release, before its smoke test.
    """

    change: Callable[[Path, Chooser], None]


@dataclass(frozen=True)
class Shared:
    """SQL on the shareable file before it is searched for people: Rows of one table."""

    rows: Rows


@dataclass(frozen=True)
class Corruption:
    """One thing that goes wrong.

    hits: the source; `source.table` of a raw file; `schema.model`; the published table.
    stopped_by: patterns (fnmatch) of the findings that should stop it, each names the
    mart or source concerned: `<mart>.<expectation>`, or a source refusing its load.
    at_any_size: one row is enough to be caught.
    may_pass: why less of it, or all of it, is not caught.
    """

    name: str
    family: str
    level: str
    hits: str
    story: str
    how: Rows | Answers | Folder | Shared
    stopped_by: tuple[str, ...]
    at_any_size: bool = False
    may_pass: str = ""

    @property
    def source(self) -> str:
        """The source concerned, of the levels before the warehouse."""
        return self.hits.partition(".")[0]
