"""Reading one file in bounded pieces: text columns in Arrow, with line numbers.

A file's format is told from its first bytes. Rows that cannot be read go to `reject`.
"""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sources._base.text import ENCODINGS, detect_encoding

BATCH_ROWS = 50_000
MAX_FIELD_CHARACTERS = 1_000_000
Reject = Callable[[int | None, str, str], None]  # line, reason, payload


@dataclass(frozen=True)
class Unreadable(Exception):
    """A file that cannot be read at all; the reason says what to do."""

    reason: str


@dataclass(frozen=True)
class Batch:
    """Some rows of one file: text columns, and the line (Parquet: row) each is on."""

    rows: pa.Table
    lines: pa.Array


def columns_of(path: Path) -> list[str]:
    """Returns the file's column names (NFKC, trimmed); JSONL: those of its first line.

    Raises: Unreadable.
    """
    return _reader(path).columns(path)


def batches_of(path: Path, reject: Reject) -> Iterator[Batch]:
    """Yields the file's rows in pieces of at most 50,000.

    Raises: Unreadable when the file breaks in the middle (a truncated Parquet file).
    """
    return _reader(path).batches(path, reject)


@dataclass(frozen=True)
class _Reader:
    columns: Callable[[Path], list[str]]
    batches: Callable[[Path, Reject], Iterator[Batch]]


def _reader(path: Path) -> _Reader:
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise Unreadable("the file is empty; export it again")
    if head.startswith(b"PAR1"):
        return _Reader(_parquet_columns, _parquet_batches)
    if head.startswith(b"PK\x03\x04"):
        raise Unreadable("a zip or Excel file; save its sheets as CSV (UTF-8) instead")
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return _Reader(_jsonl_columns, _jsonl_batches)
    return _Reader(_csv_columns, _csv_batches)


def _parquet_columns(path: Path) -> list[str]:
    try:
        return [_name(column) for column in pq.read_schema(path).names]
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(
            f"not a whole Parquet file; copy it again ({error})"
        ) from error


def _parquet_batches(path: Path, reject: Reject) -> Iterator[Batch]:
    first = 1
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(BATCH_ROWS):
                table = pa.table(
                    {
                        _name(name): _as_text(batch.column(at))
                        for at, name in enumerate(batch.schema.names)
                    }
                )
                lines = pa.array(range(first, first + batch.num_rows), pa.int64())
                first += batch.num_rows
                yield Batch(table, lines)
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(
            f"the Parquet file breaks off near row {first}; copy it again ({error})"
        ) from error


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        pattern = "%Y-%m-%dT%H:%M:%S"
        utc = column.type.tz is not None
        stamps = column.cast(pa.timestamp("us", tz="UTC" if utc else None))
        return pc.strftime(stamps, format=f"{pattern}Z" if utc else pattern)
    if pa.types.is_nested(column.type):
        values = [
            None
            if value is None
            else json.dumps(value, ensure_ascii=False, default=str)
            for value in column.to_pylist()
        ]
        return pa.array(values, pa.string())
    return column.cast(pa.string())


def _open_text(path: Path) -> TextIO:
    encoding = detect_encoding(path)
    if encoding is None:
        raise Unreadable(
            f"none of {', '.join(ENCODINGS)} decodes the file; save it as CSV UTF-8"
        )
    return path.open(encoding=encoding, newline="")


def _csv_reader(file: TextIO) -> Any:
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    first = file.readline()
    file.seek(0)
    # A tab-separated "CSV" is what Excel's "Unicode text" writes.
    return csv.reader(file, strict=True, delimiter="\t" if "\t" in first else ",")


def _csv_columns(path: Path) -> list[str]:
    with _open_text(path) as file:
        try:
            header = next(_csv_reader(file))
        except (csv.Error, StopIteration) as error:
            raise Unreadable(f"its header line cannot be read: {error}") from error
    names = [_name(column) for column in header]
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise Unreadable(f"two columns are named {', '.join(repeated)}; rename one")
    return names


def _csv_batches(path: Path, reject: Reject) -> Iterator[Batch]:
    names = _csv_columns(path)
    with _open_text(path) as file:
        reader = _csv_reader(file)
        next(reader)
        rows: list[list[str]] = []
        lines: list[int] = []
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                reject(line, f"the row cannot be read: {error}", "")
                continue
            if not any(row):
                continue
            if len(row) != len(names):
                reason = f"{len(row)} cells where the header has {len(names)}"
                reject(line, reason, json.dumps(row, ensure_ascii=False))
                continue
            rows.append(row)
            lines.append(line)
            if len(rows) >= BATCH_ROWS:
                yield _csv_batch(names, rows, lines)
                rows, lines = [], []
        if rows:
            yield _csv_batch(names, rows, lines)


def _csv_batch(names: list[str], rows: list[list[str]], lines: list[int]) -> Batch:
    columns = zip(*rows, strict=True)
    table = pa.table(
        {
            name: pa.array(column, pa.string())
            for name, column in zip(names, columns, strict=True)
            if name
        }
    )
    return Batch(table, pa.array(lines, pa.int64()))


def _jsonl_columns(path: Path) -> list[str]:
    names: dict[str, None] = {}
    with _open_text(path) as file:
        for line in file:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict):
                names.update(dict.fromkeys(_name(key) for key in record))
    if not names:
        raise Unreadable("no line of it is a JSON object")
    return list(names)


def _jsonl_batches(path: Path, reject: Reject) -> Iterator[Batch]:
    names = _jsonl_columns(path)
    rows: list[dict[str, str | None]] = []
    lines: list[int] = []
    with _open_text(path) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                reject(number, f"not JSON: {error}", line.rstrip("\r\n"))
                continue
            if not isinstance(record, dict):
                reject(number, "not a JSON object", line.rstrip("\r\n"))
                continue
            rows.append(
                {_name(key): _json_text(value) for key, value in record.items()}
            )
            lines.append(number)
            if len(rows) >= BATCH_ROWS:
                yield _jsonl_batch(names, rows, lines)
                rows, lines = [], []
    if rows:
        yield _jsonl_batch(names, rows, lines)


def _jsonl_batch(
    names: list[str], rows: list[dict[str, str | None]], lines: list[int]
) -> Batch:
    table = pa.table(
        {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
    )
    return Batch(table, pa.array(lines, pa.int64()))


def _json_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _name(column: str) -> str:
    return unicodedata.normalize("NFKC", column).strip().lower()
