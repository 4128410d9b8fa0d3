"""Rows of the raw zone with the roles of their columns, file by file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sources import discover
from sources._base.raw import EMPTY
from sources._base.rows import TOLD_BY
from sources._base.source import QUARANTINE, Table


@dataclass(frozen=True)
class RawFile:
    """One Parquet file of raw, of a load or merged from many."""

    path: Path
    source: str
    table: Table

    def read(self) -> pa.Table:
        # partitioning=None: folders named a=b would add columns
        return pq.read_table(self.path, partitioning=None)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yields the personal columns of every row, with what says whose they are."""
        there = pq.read_schema(self.path).names
        wanted = [*self.table.personal, *TOLD_BY]
        columns = [name for name in dict.fromkeys(wanted) if name in there]
        parquet = pq.ParquetFile(self.path)
        for batch in parquet.iter_batches(columns=columns):
            yield from batch.to_pylist()


def raw_files(raw: Path) -> Iterator[RawFile]:
    """Yields the files of every table that tells of people."""
    for source in discover().values():
        for table in (*source.tables, QUARANTINE):
            if not table.personal:
                continue
            folder = raw / f"raw_{source.name}" / table.name
            for path in sorted(folder.glob("*.parquet")):
                if path.name != EMPTY:
                    yield RawFile(path, source.name, table)
