"""CSV in its dialects, JSON and JSON Lines: text files of several encodings."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Generator, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa

from sources._base.text import ENCODINGS, detect_encoding
from sources._files.grid import (
    BATCH_ROWS,
    Batch,
    Grid,
    Records,
    Reject,
    Row,
    Unreadable,
)

MAX_FIELD_CHARACTERS = 1_000_000
MAX_LINE_BYTES = 20_000_000
MAX_JSON_BYTES = 200_000_000  # a JSON array is read whole
_HEAD_LINES = 50
_DELIMITERS = "\t,;"
_MAX_RESTARTS = 100  # after quotation marks that are never closed


def encoding_of(path: Path) -> str:
    """Returns the encoding the whole file decodes in. Raises: Unreadable."""
    encoding = detect_encoding(path)
    if encoding == ENCODINGS[0] and _is_iso_2022(path):
        raise Unreadable("the file is in ISO-2022-JP (JIS); save it as CSV UTF-8")
    if encoding is None and _has_nul(path):
        raise Unreadable(
            "the file holds NUL bytes: it was damaged or is no text; export it again"
        )
    if encoding is None:
        raise Unreadable(
            f"none of {', '.join(ENCODINGS)} decodes the file; save it as CSV UTF-8"
        )
    return encoding


def _has_nul(path: Path) -> bool:
    with path.open("rb") as file:
        return any(b"\x00" in chunk for chunk in iter(lambda: file.read(1 << 20), b""))


def _has_endless_line(path: Path) -> bool:
    """Lines are read whole: one that is most of memory must not be begun."""
    if path.stat().st_size <= MAX_LINE_BYTES:
        return False
    length = 0
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            first, *rest = re.split(rb"[\r\n]", chunk)
            if length + len(first) > MAX_LINE_BYTES:
                return True
            length = len(rest[-1]) if rest else length + len(first)
    return False


def _is_iso_2022(path: Path) -> bool:
    with path.open("rb") as file:
        return b"\x1b$" in file.read(4096)


def csv_grid(path: Path) -> Grid:
    """A CSV by comma, tab or semicolon. Raises: Unreadable."""
    encoding = encoding_of(path)
    if _has_endless_line(path):
        raise Unreadable(
            f"a line of more than {MAX_LINE_BYTES // 1_000_000} MB: no list of rows;"
            " export it again"
        )
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file)
    return Grid(lambda reject: _csv_rows(path, encoding, delimiter, reject))


def _delimiter(file: TextIO) -> str:
    """The one the header line has most of, and the line below it as often.

    Titles above a header may hold other signs, answers below it as well.
    """
    head = [re.sub(r'"[^"]*"', "", line) for line in islice(file, _HEAD_LINES)]
    filled = [line for line in head if line.strip()]
    found = [max(_DELIMITERS, key=line.count) for line in filled]
    for line, below, sign in zip(filled, [*filled[1:], None], found, strict=True):
        count = line.count(sign)
        if count and (below is None or below.count(sign) == count):
            return sign
    signs = (s for line, s in zip(filled, found, strict=True) if s in line)
    return next(signs, ",")


def _csv_rows(
    path: Path, encoding: str, delimiter: str, reject: Reject
) -> Iterator[Row]:
    """A line with a quotation mark too many is set aside; reading goes on below it.

    Such a mark may have swallowed the lines below: they are read again on their own.
    """
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    line = 1
    for _ in range(_MAX_RESTARTS):
        with path.open(encoding=encoding, newline="") as file:
            lines = islice(file, line - 1, None)
            after = yield from _rows_from(
                line, lines, delimiter, reject, path, encoding
            )
        if after is None:
            return
        line = after
    raise Unreadable(
        f"more than {_MAX_RESTARTS} quotation marks are never closed; export it again"
    )


def _rows_from(
    first: int,
    lines: Iterator[str],
    delimiter: str,
    reject: Reject,
    path: Path,
    encoding: str,
) -> Generator[Row, None, int | None]:
    """Yields rows; returns the line to go on at, None at the end of the file."""
    reader = csv.reader(lines, strict=True, delimiter=delimiter)
    line = first
    while True:
        try:
            for row in reader:
                if any(row):
                    yield line, row
                line = first + reader.line_num
            return None
        except csv.Error as error:
            reason = (
                f"the row cannot be read: {error}; a quotation mark is missing, or one"
                " too many: correct the line or export the file again"
            )
            with path.open(encoding=encoding, newline="") as file:
                text = next(islice(file, line - 1, line), "")
            reject(line, reason, text.rstrip("\r\n"))
            after, line = line + 1, first + reader.line_num
            if line > after:
                return after


def jsonl_records(path: Path) -> Records:
    """One JSON object a line. Raises: Unreadable."""
    encoding = encoding_of(path)
    names: dict[str, None] = {}
    with path.open(encoding=encoding) as file:
        for line in file:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict):
                names.update(dict.fromkeys(record))
    if not names:
        raise Unreadable("no line of it is a JSON object")
    columns = tuple(names)
    return Records(columns, lambda reject: _jsonl(path, encoding, columns, reject))


def _jsonl(
    path: Path, encoding: str, names: tuple[str, ...], reject: Reject
) -> Iterator[Batch]:
    def numbered() -> Iterator[tuple[int, dict[str, Any]]]:
        with path.open(encoding=encoding) as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    record = json.loads(line)
                except ValueError as error:
                    reject(number, f"not JSON: {error}", line.rstrip("\r\n"))
                    continue
                if isinstance(record, dict):
                    yield number, record
                else:
                    reject(number, "not a JSON object", line.rstrip("\r\n"))

    yield from _record_batches(numbered(), names)


def json_records(path: Path) -> Records:
    """An array of JSON objects; the number is the line. Raises: Unreadable."""
    if path.stat().st_size > MAX_JSON_BYTES:
        raise Unreadable(
            f"a JSON array of more than {MAX_JSON_BYTES // 1_000_000} MB; export it as"
            " CSV or with one object a line"
        )
    try:
        with path.open(encoding=encoding_of(path)) as file:
            found = json.load(file)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not a whole JSON file: {error}; export it again") from error
    names: dict[str, None] = {}
    for record in found:
        if isinstance(record, dict):
            names.update(dict.fromkeys(record))
    if not names:
        raise Unreadable("no entry of its list is a JSON object")

    def batches(reject: Reject) -> Iterator[Batch]:
        good = []
        for number, record in enumerate(found, start=1):
            if isinstance(record, dict):
                good.append((number, record))
            else:
                payload = json.dumps(record, ensure_ascii=False)
                reject(number, "not a JSON object", payload)
        yield from _record_batches(good, tuple(names))

    return Records(tuple(names), batches)


def _record_batches(
    numbered: Iterable[tuple[int, dict[str, Any]]], names: tuple[str, ...]
) -> Iterator[Batch]:
    rows = iter(numbered)
    while part := list(islice(rows, BATCH_ROWS)):
        table = pa.table(
            {
                name: pa.array([_text(row.get(name)) for _, row in part], pa.string())
                for name in names
            }
        )
        yield Batch(table, pa.array([number for number, _ in part], pa.int64()))


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
