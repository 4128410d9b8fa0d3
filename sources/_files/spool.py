"""Rows of several tables from one pass over the files, on disk until asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa


class Spool:
    """Writes tables as they come, by name, and gives them back in order.

    Memory holds one batch. The files go away with the object.
    """

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._writers: dict[str, pa.ipc.RecordBatchStreamWriter] = {}
        self._schemas: dict[str, pa.Schema] = {}

    def add(self, name: str, rows: pa.Table) -> None:
        """Adds rows; all of a name have the same schema."""
        if name not in self._writers:
            self._writers[name] = pa.ipc.new_stream(str(self._path(name)), rows.schema)
        self._writers[name].write_table(rows)

    def rows(self, name: str) -> Iterator[pa.Table]:
        """Yields what was added under a name, once."""
        writer = self._writers.pop(name, None)
        if writer is None:
            return
        writer.close()
        with pa.OSFile(str(self._path(name))) as file, pa.ipc.open_stream(file) as rows:
            for batch in rows:
                yield pa.Table.from_batches([batch])
        self._path(name).unlink()

    def _path(self, name: str) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="tsunagari_rows_")
        return Path(self._folder.name) / name
