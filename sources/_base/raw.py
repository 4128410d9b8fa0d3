"""Reading and keeping the raw zone: newest hashes, distinct values, compaction.

Raw is `<root>/raw_<source>/<table>/*.parquet` plus dlt's `_dlt_loads`; a load that dlt
did not record as complete does not exist for any reader.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from dlt.destinations.impl.filesystem.filesystem import CURRENT_VERSION, INIT_FILE_NAME

from sources._base.errors import SourceError

COMPACT_ABOVE_FILES = 500
PIECE = 50_000  # rows that are Python objects at once
COMPACT = "compact."
WRITING = ".writing"
EMPTY = "empty.parquet"  # types only: SQL finds every column before a row has landed


class Damaged(SourceError):
    """A file of the raw zone is not what was written; the message names it."""


@dataclass(frozen=True)
class RawReader:
    """The raw zone at a local folder or a bucket URL."""

    url: str

    def complete_loads(self, source: str) -> dict[str, str]:
        """Returns load id -> completion time (text) of the source's complete loads.

        Raises: Damaged.
        """
        filesystem, root = self._filesystem()
        loads: dict[str, str] = {}
        for path in filesystem.glob(f"{root}/raw_{source}/_dlt_loads/*.jsonl"):
            with _whole(path):
                for line in filesystem.cat_file(path).splitlines():
                    record = json.loads(line)
                    if record["status"] == 0:
                        loads[record["load_id"]] = record["inserted_at"]
        return loads

    def distinct(self, source: str, table: str, column: str) -> set[str]:
        """Returns the non-null values of a column over all complete loads, as text."""
        values: set[str] = set()
        for batch in self._tables(source, table, [column]):
            if column in batch.column_names:  # loads older than the column lack it
                found = batch[column].unique().to_pylist()
                values.update(str(value) for value in found if value is not None)
        return values

    def newest_hashes(
        self, source: str, table: str, key: Sequence[str]
    ) -> dict[tuple[str, ...], str]:
        """Returns the content hash of the newest landed version of every key."""
        newest: dict[tuple[str, ...], tuple[Any, str]] = {}
        columns = [*key, "_row_hash", "_observed_at", "_dlt_load_id"]
        # A load's rows share one version: a million objects of it are memory for none.
        versions: dict[tuple[Any, str], tuple[Any, Decimal]] = {}
        for batch in self._pieces(source, table, columns):
            lists = [batch[name].to_pylist() for name in columns]
            for *identity, row_hash, observed_at, load_id in zip(*lists, strict=True):
                version = versions.get((observed_at, load_id))
                if version is None:
                    version = (observed_at, Decimal(load_id))
                    versions[observed_at, load_id] = version
                name = tuple(str(part) for part in identity)
                if name not in newest or newest[name][0] <= version:
                    newest[name] = (version, row_hash)
        return {name: row_hash for name, (_, row_hash) in newest.items()}

    def make_readable(self, source: str, schemas: Mapping[str, pa.Schema]) -> list[str]:
        """Leaves a typed file without rows in every table that has none of its shape.

        schemas: by table. Returns: the tables it was written for.
        """
        filesystem, root = self._filesystem()
        # What dlt leaves in a folder that it made; without it, it refuses one that is
        # there already, as after a kill at the wrong moment.
        marker = f"{root}/raw_{source}/{INIT_FILE_NAME}"
        if not filesystem.exists(marker):
            versions = {
                "initial_version": CURRENT_VERSION,
                "current_version": CURRENT_VERSION,
            }
            _write(filesystem, marker, json.dumps(versions).encode())
        no_loads = f"{root}/raw_operations/_dlt_loads/none.jsonl"
        if not filesystem.exists(no_loads):
            _write(filesystem, no_loads, b"")
        written = []
        for table, schema in schemas.items():
            path = f"{root}/raw_{source}/{table}/{EMPTY}"
            if filesystem.exists(path) and _schema_if_whole(filesystem, path) == schema:
                continue
            sink = pa.BufferOutputStream()
            pq.write_table(schema.empty_table(), sink)
            _write(filesystem, path, sink.getvalue().to_pybytes())
            written.append(table)
        return written

    def recover(self, source: str) -> list[str]:
        """Removes what a killed run left: files of incomplete loads, covered files.

        Returns: the names of removed files.
        """
        filesystem, _ = self._filesystem()
        complete = {Decimal(load) for load in self.complete_loads(source)}
        left_over = []
        for folder in self._table_folders(source):
            paths = _loads(filesystem, folder)
            merged = [path for path in paths if _is_compact(path)]
            newest = max(merged, key=_load_id, default=None)
            left_over += filesystem.glob(f"{folder}/*{WRITING}")
            left_over += [
                path
                for path in paths
                if path != newest
                and (
                    (newest is not None and _load_id(path) <= _load_id(newest))
                    or _load_id(path) not in complete
                )
            ]
        for path in left_over:
            filesystem.rm_file(path)
        return [path.rsplit("/", 1)[-1] for path in left_over]

    def compact(self, source: str, *, above: int = COMPACT_ABOVE_FILES) -> list[str]:
        """Merges the loads of every table with more than `above` files into one file.

        Write, rename, then delete: a kill between the steps leaves a whole table, and
        `recover` finishes the deletion. Returns: the tables compacted.
        """
        filesystem, _ = self._filesystem()
        done = []
        for folder in self._table_folders(source):
            paths = sorted(_loads(filesystem, folder), key=_load_id)
            if len(paths) <= above:
                continue
            through = _load_id(paths[-1])
            target = f"{folder}/{COMPACT}{through}.parquet"
            schema = pa.unify_schemas([_schema(filesystem, path) for path in paths])
            with (
                filesystem.open(f"{target}{WRITING}", "wb") as sink,
                pq.ParquetWriter(sink, schema, compression="zstd") as writer,
            ):
                for path in paths:
                    with _whole(path), filesystem.open(path, "rb") as file:
                        rows = pq.read_table(file)
                    writer.write_table(_with_schema(rows, schema))
            filesystem.mv(f"{target}{WRITING}", target)
            for path in paths:
                if path != target:
                    filesystem.rm_file(path)
            done.append(folder.rsplit("/", 1)[-1])
        return done

    def damaged(self) -> list[str]:
        """Returns a sentence for every file that cannot be read to its end.

        For after a failure: it reads the whole raw zone.
        """
        filesystem, root = self._filesystem()
        found = []
        for path in filesystem.glob(f"{root}/raw_*/*/*.parquet"):
            try:
                with _whole(path), filesystem.open(path, "rb") as file:
                    for _ in pq.ParquetFile(file).iter_batches():
                        pass
            except Damaged as error:
                found.append(error.message)
        return found

    def _filesystem(self) -> tuple[Any, str]:
        filesystem, root = fsspec.core.url_to_fs(self.url)
        return filesystem, root.rstrip("/")

    def _table_folders(self, source: str) -> list[str]:
        filesystem, root = self._filesystem()
        folders = {
            path.rsplit("/", 1)[0]
            for path in filesystem.glob(f"{root}/raw_{source}/*/*.parquet")
        }
        return sorted(folders)

    def _pieces(
        self, source: str, table: str, columns: Sequence[str]
    ) -> Iterator[pa.RecordBatch]:
        for whole in self._tables(source, table, columns):
            yield from whole.select(columns).to_batches(max_chunksize=PIECE)

    def _tables(
        self, source: str, table: str, columns: Sequence[str]
    ) -> Iterator[pa.Table]:
        filesystem, root = self._filesystem()
        complete = pa.array(self.complete_loads(source), pa.string())
        wanted = list(dict.fromkeys([*columns, "_dlt_load_id"]))
        for path in _loads(filesystem, f"{root}/raw_{source}/{table}"):
            with _whole(path), filesystem.open(path, "rb") as file:
                parquet = pq.ParquetFile(file)
                there = parquet.schema_arrow.names
                batch = parquet.read([name for name in wanted if name in there])
            yield batch.filter(pa.compute.is_in(batch["_dlt_load_id"], complete))


def _write(filesystem: Any, path: str, content: bytes) -> None:
    # A name of its own for every writer: sources land side by side, and the first ones
    # leave the same file for all.
    temporary = f"{path}.{os.getpid()}.{threading.get_ident()}{WRITING}"
    filesystem.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
    filesystem.pipe_file(temporary, content)
    filesystem.mv(temporary, path)


def _loads(filesystem: Any, folder: str) -> list[str]:
    # What landed: all files but the one that only carries the types.
    paths: Iterable[str] = filesystem.glob(f"{folder}/*.parquet")
    return [path for path in paths if not path.endswith(f"/{EMPTY}")]


def _is_compact(path: str) -> bool:
    return path.rsplit("/", 1)[-1].startswith(COMPACT)


def _load_id(path: str) -> Decimal:
    # `<load id>.<file id>.parquet` or `compact.<load id>.parquet`; a load id is
    # `seconds.fraction`, so the first two dotted parts after the prefix are it.
    name = path.rsplit("/", 1)[-1].removeprefix(COMPACT)
    seconds, fraction, *_ = name.split(".")
    return Decimal(f"{seconds}.{fraction}")


def _schema(filesystem: Any, path: str) -> pa.Schema:
    with _whole(path), filesystem.open(path, "rb") as file:
        return pq.read_schema(file).remove_metadata()


def _schema_if_whole(filesystem: Any, path: str) -> pa.Schema | None:
    try:
        return _schema(filesystem, path)
    except Damaged:
        return None


@contextmanager
def _whole(path: str) -> Iterator[None]:
    """Says of a file that cannot be read what to do; the folder above names the source.

    Its load cannot be landed once more by itself: cursors and known files are past it.
    They lie in the source's folder, so without it all is read anew.
    """
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        words = " ".join(str(error).split())[:150] or type(error).__name__
        folder = path.rsplit("/", 2)[0]
        source = folder.rsplit("/", 1)[-1].removeprefix("raw_")
        raise Damaged(
            f"{source}: {path} is damaged ({words}); put it back from a backup, or move"
            f" the folder {folder} away and refresh again: all that {source} still has"
            " is then read anew"
        ) from error


def _with_schema(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)
