"""From a connector's rows to landed rows: system columns, content hash, unchanged ones.

Dict rows come out as lists of dicts, Arrow tables as Arrow tables.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sources._base.erased import Erased
from sources._base.errors import SchemaChanged

if TYPE_CHECKING:
    from sources._base.source import Table

BATCH = 5_000
FILE_COLUMNS = ("_source_file", "_source_line")
# Columns that say of which platform the ids of a row are, and what an answer is to.
TOLD_BY = (
    *("source", "source_a", "source_b", "platform", "account_id", "from_type"),
    *("to_type", "question", "question_kind", "feed_kind"),
    *("user_email", "email", "author_handle"),
)
ARROW: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "json": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
}


@dataclass(frozen=True)
class RowEraser:
    """Rewrites the rows of one table that tell of erased people; the rest stays."""

    erased: Erased
    source: str
    table: Table

    def row(self, row: dict[str, Any], row_hash: str) -> tuple[dict[str, Any], str]:
        """Returns the row as it may land, with the hash that tells its versions."""
        changes = self.erased.row(self.source, self.table.personal, row)
        if not changes:
            return row, row_hash
        return {**row, **changes}, self.erased.row_hash(row_hash) or row_hash

    def arrow(self, rows: pa.Table) -> pa.Table:
        """Returns rows of files or of raw, rewritten; the same object when none is.

        Versions of rows known by content get another `_row_hash`; a file's own hash
        stays, it says which rows replace which.
        """
        columns = [name for name in self.table.personal if name in rows.column_names]
        told = [name for name in TOLD_BY if name in rows.column_names]
        new: dict[str, list[Any]] = {}
        changed: set[int] = set()
        wanted = rows.select(list(dict.fromkeys([*columns, *told])))
        for at, row in enumerate(wanted.to_pylist()):
            for name, value in self.erased.row(
                self.source, self.table.personal, row
            ).items():
                if name not in new:
                    new[name] = rows[name].to_pylist()
                new[name][at] = value
                changed.add(at)
        if changed and self.has_versions and "_row_hash" in rows.column_names:
            hashes = rows["_row_hash"].to_pylist()
            new["_row_hash"] = [
                self.erased.row_hash(value) if at in changed else value
                for at, value in enumerate(hashes)
            ]
        for name, values in new.items():
            position = rows.column_names.index(name)
            kind = rows.schema.field(name)
            rows = rows.set_column(position, kind, pa.array(values, kind.type))
        return rows

    @property
    def has_versions(self) -> bool:
        """Whether `_row_hash` is of the row; in other tables it is the file's."""
        return self.table.skip_unchanged or self.table.name == "quarantine"


@dataclass(frozen=True)
class LandedRows:
    """One batch as it lands, with how many rows were left out as unchanged."""

    rows: list[dict[str, Any]] | pa.Table
    landed: int
    unchanged: int


def landed_rows(
    rows: Iterable[Any],
    *,
    table: Table,
    observed_at: datetime,
    newest: Mapping[tuple[str, ...], str],
    erase: RowEraser | None = None,
) -> Iterator[LandedRows]:
    """Yields batches ready to land, without the people who are erased.

    newest: content hash of the newest landed version by key (as text); a row equal to
    it, or to a version already seen in this run, is counted and left out.
    """
    latest = dict(newest)
    batch: list[dict[str, Any]] = []
    unchanged = 0
    for row in _single_rows(rows):
        if isinstance(row, pa.Table):
            arrow = _arrow(row, table, observed_at)
            if erase is not None:
                arrow = erase.arrow(arrow)
            yield LandedRows(arrow, row.num_rows, 0)
            continue
        _refuse_unknown(row, table)
        row_hash = content_hash(row, table)
        if erase is not None:
            row, row_hash = erase.row(row, row_hash)
        if table.skip_unchanged:
            key = tuple(str(row.get(column)) for column in table.key)
            if latest.get(key) == row_hash:
                unchanged += 1
                continue
            latest[key] = row_hash
        batch.append({**row, "_observed_at": observed_at, "_row_hash": row_hash})
        if len(batch) >= BATCH:
            yield LandedRows(batch, len(batch), unchanged)
            batch, unchanged = [], 0
    if batch or unchanged:
        yield LandedRows(batch, len(batch), unchanged)


def content_hash(row: Mapping[str, Any], table: Table) -> str:
    """Returns 16 hex digits over the row's own columns, volatile ones left out."""
    own = {name: row.get(name) for name in table.columns if name not in table.volatile}
    text = json.dumps(own, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _single_rows(rows: Iterable[Any]) -> Iterator[Any]:
    for item in rows:
        if isinstance(item, list):
            yield from item
        else:
            yield item


def _refuse_unknown(row: Mapping[str, Any], table: Table) -> None:
    unknown = set(row) - set(table.columns) - set(FILE_COLUMNS)
    if unknown:
        raise SchemaChanged(
            f"{table.name}: a row has columns the table does not declare:"
            f" {', '.join(sorted(unknown))}; project the row before it lands"
        )


def _arrow(rows: pa.Table, table: Table, observed_at: datetime) -> pa.Table:
    # Arrow rows come from files, which are known by content; a hash per row would cost
    # more than the whole load (85,000 rows/s), so the file's hash stands in for it.
    count = rows.num_rows
    columns = {
        name: rows[name].cast(ARROW[kind])
        if name in rows.column_names
        else pa.nulls(count, ARROW[kind])
        for name, kind in table.columns.items()
    }
    columns["_observed_at"] = pa.array([observed_at] * count, ARROW["timestamp"])
    for name, kind in (
        ("_row_hash", pa.string()),
        ("_source_file", pa.string()),
        ("_source_line", pa.int64()),
    ):
        columns[name] = (
            rows[name].cast(kind)
            if name in rows.column_names
            else pa.nulls(count, kind)
        )
    return pa.table(columns)
