"""Every format of a data folder, read as texts: what a plain search misses."""

from __future__ import annotations

import gzip
import io
import json
import pickletools
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from dlt.common.versioned_state import decompress_state

from sources._files.archives import check_sizes

ENCODINGS: Final = ("utf-8-sig", "cp932", "shift_jis_2004")
SQLITE: Final = b"SQLite format 3\x00"
ZIP: Final = b"PK\x03\x04"
GZIP: Final = b"\x1f\x8b"
DUCKDB: Final = b"DUCK"
PARQUET: Final = b"PAR1"
BINARY: Final = (".pickle", ".gpickle", ".msgpack")


def kind_of(path: Path) -> str:
    """parquet, duckdb, sqlite, gzip, zip, pickle, or text, by what is in it."""
    with path.open("rb") as file:
        start = file.read(16)
    if start.startswith(PARQUET):
        return "parquet"
    if start[8:12] == DUCKDB:
        return "duckdb"
    if start == SQLITE:
        return "sqlite"
    if start.startswith(GZIP):
        return "gzip"
    if start.startswith(ZIP):
        return "zip"
    return "pickle" if path.suffix in BINARY else "text"


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yields where in the file (column, line, member), and the text there.

    Raises: Unreadable for a zip that unpacks to more than any export does.
    """
    kind = kind_of(path)
    if kind == "zip":
        check_sizes(path)
    if kind == "parquet":
        yield from _of_parquet(path)
    elif kind == "duckdb":
        yield from of_duckdb(path)
    elif kind == "sqlite":
        yield from of_sqlite(path)
    else:
        yield from of_bytes(path.read_bytes(), path.suffix)
    if kind in ("duckdb", "sqlite"):  # pages that hold no row any more
        for at, line in enumerate(path.read_bytes().split(b"\x00")):
            if len(line) > 2:
                yield f"page text {at}", line.decode("utf-8", "ignore")


def of_bytes(content: bytes, suffix: str = "") -> Iterator[tuple[str, str]]:
    """The texts of a file, or of a member of an archive."""
    if content.startswith(GZIP):
        yield from of_bytes(gzip.decompress(content))
    elif content.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                yield "member name", member.filename
                inner = archive.read(member)
                for where, text in of_bytes(inner, Path(member.filename).suffix):
                    yield f"{member.filename} {where}", text
    elif suffix in BINARY:
        yield from _of_pickle(content)
    else:
        for at, line in enumerate(decoded(content).splitlines(), start=1):
            yield f"line {at}", line
            if line.lstrip()[:1] in ("{", "["):
                yield from _of_json(line, at)
        if suffix == ".json":
            yield from _of_json(decoded(content), 1)


def decoded(content: bytes) -> str:
    """A text, in the encoding it is in; what fits none is read as far as it goes."""
    return decoded_as(content)[0]


def decoded_as(content: bytes) -> tuple[str, str | None]:
    """The text and its encoding; None where the bytes fit none of those we read."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "ignore"), "utf-16"
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "ignore"), None


def leaves(value: Any) -> Iterator[str]:
    """Every text in a JSON value, names of fields included."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield str(name)
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)


def of_duckdb(path: Path) -> Iterator[tuple[str, str]]:
    with duckdb.connect() as connection:
        name = str(path).replace("'", "''")
        connection.execute(f"ATTACH '{name}' AS file (READ_ONLY)")
        tables = connection.execute(
            "SELECT schema_name, table_name, list(column_name)"
            " FROM duckdb_columns() WHERE database_name = 'file' AND NOT internal"
            " AND table_name IN (SELECT table_name FROM duckdb_tables()"
            " WHERE database_name = 'file') AND (data_type LIKE '%[]'"
            " OR data_type LIKE 'STRUCT%' OR data_type IN ('VARCHAR', 'JSON', 'BLOB'))"
            " GROUP BY ALL"
        ).fetchall()
        for schema, table, columns in tables:
            wanted = ", ".join(f'"{name}"::VARCHAR AS "{name}"' for name in columns)
            rows = connection.execute(f'SELECT {wanted} FROM file."{schema}"."{table}"')
            found = rows.to_arrow_table()
            for name in columns:
                for text in found[name].unique().to_pylist():
                    if text is not None:
                        yield f"{table}.{name}", text


def of_sqlite(path: Path) -> Iterator[tuple[str, str]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        for table, column in sqlite_columns(connection):
            for (value,) in connection.execute(f'SELECT "{column}" FROM "{table}"'):
                for text in of_sqlite_value(value):
                    yield f"{table}.{column}", text
    finally:
        connection.close()


def sqlite_columns(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Every column of every table."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    ).fetchall()
    return [
        (table, row[1])
        for (table,) in tables
        for row in connection.execute(f'PRAGMA table_info("{table}")')
    ]


def of_sqlite_value(value: Any) -> Iterator[str]:
    """The text of a cell; Dagster keeps some compressed, some pickled."""
    if isinstance(value, str):
        yield value
        if "\\u" in value:
            yield from (text for _, text in _of_json(value, 1))
    elif isinstance(value, bytes):
        content = inflated(value)
        yield decoded(value if content is None else content)


def inflated(value: bytes) -> bytes | None:
    """What zlib made the bytes of, None when it did not."""
    try:
        return zlib.decompress(value)
    except zlib.error:
        return None


def _of_parquet(path: Path) -> Iterator[tuple[str, str]]:
    table = pq.ParquetFile(path).read()
    for name in table.column_names:
        column = table[name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            for value in column.unique().to_pylist():
                if value is not None:
                    yield name, value
        elif pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
            for value in column.to_pylist():
                if value is not None:
                    yield name, str(value)


def _of_json(text: str, line: int) -> Iterator[tuple[str, str]]:
    try:
        value = json.loads(text)
    except ValueError:
        return
    for leaf in leaves(value):
        yield f"line {line} (JSON)", leaf
        state = dlt_state(leaf)
        if state is not None:
            for inner in leaves(state):
                yield f"line {line} (dlt state)", inner


def dlt_state(text: str) -> Any:
    """What dlt compressed into a text, None when it is none of its states."""
    if len(text) < 40 or not text.startswith("eN"):
        return None
    try:
        return decompress_state(text)
    except Exception:  # whatever else starts like it
        return None


def _of_pickle(content: bytes) -> Iterator[tuple[str, str]]:
    # Never unpickled: only its strings are listed.
    try:
        for _, value, position in pickletools.genops(content):
            if isinstance(value, str):
                yield f"byte {position}", value
    except ValueError:
        pass
    for at, part in enumerate(content.split(b"\x00")):
        yield f"text {at}", part.decode("utf-8", "ignore")
