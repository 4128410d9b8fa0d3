"""Rewriting one file, whatever its format: beside and renamed, never half."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.privacy import decode
from pipelines.privacy.rewrite import Rewriter
from pipelines.publish.catalogue import quoted
from pipelines.publish.release import STORAGE_VERSION

UNFINISHED: Final = ".erasing"
TABLES_OF_TEXT: Final = (".csv", ".tsv")


class CannotRewrite(Exception):
    """A format that nobody here writes; the file has to be changed by hand."""


def replace(path: Path, write: Callable[[Path], None]) -> None:
    """Writes a file beside and puts it in the place of the one there is, same mode."""
    beside = path.with_name(f".{path.name}{UNFINISHED}")
    beside.unlink(missing_ok=True)
    write(beside)
    beside.chmod(path.stat().st_mode & 0o777)
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    beside.replace(path)


def parquet(path: Path, new: pa.Table) -> None:
    """Writes a Parquet file as compressed as it was."""
    groups = pq.ParquetFile(path).metadata
    has_columns = groups.num_row_groups and groups.num_columns
    codec = groups.row_group(0).column(0).compression if has_columns else "SNAPPY"
    replace(path, lambda to: pq.write_table(new, to, compression=codec.lower()))


def database(path: Path, rewriter: Rewriter, *, writes: bool) -> int:
    """Builds a DuckDB file anew: changed in place it would keep its old pages.

    Returns: rows changed; with none the file stays as it is.
    """
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {quoted(str(path))} AS old (READ_ONLY)")
        tables = [
            f'"{schema}"."{name}"'
            for schema, name in connection.execute(
                "SELECT schema_name, table_name FROM duckdb_tables()"
                " WHERE database_name = 'old' ORDER BY ALL"
            ).fetchall()
        ]
        changed: dict[str, tuple[pa.Table, int]] = {}
        for table in tables:
            rows = connection.execute(f"FROM old.{table}").to_arrow_table()
            new, count = rewriter.table(rows)
            if count:
                changed[table] = new, count
        total = sum(count for _, count in changed.values())
        if not total or not writes:
            return total

        def write(target: Path) -> None:
            connection.execute(
                f"ATTACH {quoted(str(target))} AS new"
                f" (STORAGE_VERSION '{STORAGE_VERSION}')"
            )
            connection.execute("COPY FROM DATABASE old TO new (SCHEMA)")
            for table in tables:
                rows = changed[table][0] if table in changed else None
                source = "rows" if rows is not None else f"old.{table}"
                connection.execute(f"INSERT INTO new.{table} FROM {source}")
            connection.execute("CHECKPOINT new")
            connection.execute("DETACH new")

        replace(path, write)
        return total


def sqlite(path: Path, rewriter: Rewriter, *, writes: bool) -> int:
    """Rewrites the cells of an SQLite file and its free pages; returns how many."""
    connection = sqlite3.connect(path)
    try:
        count = 0
        connection.execute("PRAGMA secure_delete = ON")
        for table, column in decode.sqlite_columns(connection):
            cells = connection.execute(f'SELECT rowid, "{column}" FROM "{table}"')
            for row, value in cells.fetchall():
                new = _sqlite_value(value, rewriter)
                if new != value:
                    count += 1
                    if writes:
                        connection.execute(
                            f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?',
                            (new, row),
                        )
        connection.commit()
        if count and writes:
            connection.execute("VACUUM")
        return count
    finally:
        connection.close()


def _sqlite_value(value: Any, rewriter: Rewriter) -> Any:
    if isinstance(value, str):
        return escaped(value, rewriter)
    if isinstance(value, bytes):
        inflated = decode.inflated(value)
        text = decode.decoded(value if inflated is None else inflated)
        if not rewriter.found(text):
            return value
        if inflated is None:
            return None  # pickled or packed: nothing that can be taken out of it
        return zlib.compress(escaped(text, rewriter).encode())
    return value


def escaped(text: str, rewriter: Rewriter) -> str:
    """A text of the logs, which may be JSON with other letters than ASCII escaped."""
    if "\\u" in text:
        try:
            value = json.loads(text)
        except ValueError:
            return rewriter.text(text)
        new = in_json(value, rewriter.text)
        return text if new == value else json.dumps(new)
    return rewriter.text(text)


def in_json(value: Any, change: Callable[[str], str | None]) -> Any:
    """A JSON value with every text changed, names of fields included."""
    if isinstance(value, dict):
        return {
            change(name) or name: in_json(item, change) for name, item in value.items()
        }
    if isinstance(value, list):
        return [in_json(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def text_file(
    path: Path, rewriter: Rewriter, scopes: Iterable[str] = (), *, writes: bool
) -> int:
    """Rewrites a text, line by line; a table of text cell by cell. Returns: lines.

    scopes: the platforms whose bare ids may stand in its cells.
    """
    content = path.read_bytes()
    new, count = content_without(content, path.suffix, rewriter, list(scopes))
    if count and writes:
        replace(path, lambda to: _write(to, new))
    return count


def content_without(
    content: bytes, suffix: str, rewriter: Rewriter, scopes: list[str]
) -> tuple[bytes, int]:
    """The content of a file without the person, and how many lines changed.

    Raises: CannotRewrite for bytes in no encoding that is read.
    """
    text, encoding = decode.decoded_as(content)
    if suffix.lower() in TABLES_OF_TEXT:
        new, count = _cells(text, rewriter, scopes)
    else:
        lines = text.splitlines(keepends=True)
        replaced = [escaped(line, rewriter) for line in lines]
        count = sum(a != b for a, b in zip(lines, replaced, strict=True))
        new = "".join(replaced)
    if not count:
        return content, 0
    if encoding is None:
        raise CannotRewrite("its encoding is none that is read here")
    had_mark = content.startswith(b"\xef\xbb\xbf")
    if encoding == "utf-8-sig" and not had_mark:
        encoding = "utf-8"
    return new.encode(encoding), count


def _cells(text: str, rewriter: Rewriter, scopes: list[str]) -> tuple[str, int]:
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    end = "\r\n" if "\r\n" in text else "\n"
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    count = 0
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise CannotRewrite(f"it is no table: {error}") from error
    header = records[0] if records else []
    at = header.index("source") if "source" in header else None
    for record in records:
        own = [record[at]] if at is not None and at < len(record) else []
        new = row_without(record, rewriter, [*own, *scopes])
        count += new != record
        writer.writerow(new)
    return out.getvalue(), count


def row_without(
    cells: list[str], rewriter: Rewriter, scopes: Iterable[str]
) -> list[str]:
    """A row of an exported file without the person."""
    erased = rewriter.erased
    known = {
        cell: scope
        for cell in cells
        for scope in scopes
        if cell and erased.names(scope, cell)
    }
    if not known and not any(rewriter.found(cell) for cell in cells):
        return cells
    is_named = known or any(
        value not in rewriter.names for cell in cells for value in rewriter.found(cell)
    )
    if not is_named:  # somebody else's row, in which the name stands
        return [rewriter.value(cell) or "" for cell in cells]
    return [
        erased.pseudonym(known[cell], cell)
        if cell in known
        else (rewriter.own(cell) or "" if cell else cell)
        for cell in cells
    ]


def workbook(
    path: Path, rewriter: Rewriter, scopes: Iterable[str], *, writes: bool
) -> int:
    """Rewrites the rows of an Excel workbook; returns how many."""
    book = openpyxl.load_workbook(path)
    count = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            before = ["" if cell.value is None else str(cell.value) for cell in row]
            after = row_without(before, rewriter, scopes)
            if after == before:
                continue
            count += 1
            for cell, old, new in zip(row, before, after, strict=True):
                if new != old:
                    cell.value = new or None
    if count and writes:
        replace(path, book.save)
    return count


def archive(path: Path, rewriter: Rewriter, scopes: list[str], *, writes: bool) -> int:
    """Rewrites the texts in a zip; returns the lines. Raises: CannotRewrite."""
    count = 0
    members: list[tuple[zipfile.ZipInfo, bytes]] = []
    with zipfile.ZipFile(path) as packed:
        for member in packed.infolist():
            content = packed.read(member)
            if content.startswith((decode.ZIP, decode.GZIP)):
                if any(rewriter.found(text) for _, text in decode.of_bytes(content)):
                    raise CannotRewrite(f"{member.filename} in it is packed itself")
                members.append((member, content))
                continue
            suffix = Path(member.filename).suffix
            new, lines = content_without(content, suffix, rewriter, scopes)
            count += lines
            members.append((member, new))

    def write(target: Path) -> None:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            for member, content in members:
                packed.writestr(member, content)

    if count and writes:
        replace(path, write)
    return count


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
