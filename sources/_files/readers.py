"""Opening one file, whatever it is: its format is told from its first bytes.

For the universal import also as columns by name, in pieces of at most 50,000 rows.
Rows that cannot be read go to `reject`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sources._files import archives, sheets, text_files
from sources._files.grid import (
    BATCH_ROWS,
    Batch,
    Content,
    Grid,
    Records,
    Reject,
    Row,
    Unreadable,
)
from sources._files.headers import plain

ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # the container of .xls and of encrypted .xlsx
_WEB_PAGE = re.compile(rb"<(!doctype html|html|head|body|script|table|meta)\b", re.I)
# The first cell of a line of totals under a list.
_TOTAL = re.compile(
    r"(合計|総合計|総計|小計|計|(grand |sub ?)?total|sum)[:\s]*"
    r"([\d,.]*\s*(名|人|件|枚|円|様)?)?"
)
_TOTAL_REASON = "a line of totals, no row of the list"


def open_file(path: Path, *, sheet: str | None = None) -> Content:
    """Opens a file. sheet: of a workbook, else its first one.

    Raises: Unreadable, with what to do.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise Unreadable("the file is empty; export it again")
    if head.startswith(b"PAR1"):
        return _parquet(path)
    if head.startswith((ZIP, _EMPTY_ZIP)):
        if not sheets.is_workbook(path):
            archives.check_sizes(path)
            raise Unreadable("a zip inside a zip, or no Excel workbook; unpack it")
        return sheets.sheet_grid(path, sheet)
    if head.startswith(_OLD_EXCEL):
        raise Unreadable(
            "an old .xls or a workbook with a password; save it as .xlsx without one"
        )
    if start.startswith(b"%PDF"):
        raise Unreadable("a PDF; export the list as CSV or Excel")
    if _WEB_PAGE.match(start):
        raise Unreadable(
            "a web page and no list, perhaps of a log-in that had run out: log in and"
            " export again; one that opens in Excel is saved there as .xlsx"
        )
    if start.startswith(b"{"):
        return text_files.jsonl_records(path)
    if start.startswith(b"[") and start[1:].lstrip()[:1] in (b"{", b"]", b""):
        return text_files.json_records(path)
    return text_files.csv_grid(path)


def columns_of(content: Content) -> list[str]:
    """Returns the column names (NFKC, trimmed, lower case); of a grid its first row's.

    Raises: Unreadable.
    """
    if isinstance(content, Grid):
        first = next(content.rows(_refuse_header), None)
        header: Sequence[str] = first[1] if first else ()
    else:
        header = content.names
    names = [plain(cell).lower() for cell in header]
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise Unreadable(f"two columns are named {', '.join(repeated)}; rename one")
    return names


def batches_of(content: Content, reject: Reject) -> Iterator[Batch]:
    """Yields the rows in pieces of at most 50,000, columns by name.

    Raises: Unreadable when the file breaks in the middle (a truncated Parquet file).
    """
    names = columns_of(content)
    if isinstance(content, Records):
        for batch in content.batches(reject):
            yield Batch(batch.rows.rename_columns(names), batch.lines)
        return
    rows = content.rows(reject)
    header = next(rows, None)
    if header is None:
        return
    for columns, lines in column_pieces(
        rows, header[1], reject, pads=content.pads, is_pad_allowed=False
    ):
        named = dict(zip(names, columns, strict=True))
        named.pop("", None)
        yield Batch(pa.table(named), lines)


def column_pieces(
    rows: Iterator[Row],
    header: Sequence[str],
    reject: Reject,
    *,
    pads: bool,
    is_pad_allowed: bool,
) -> Iterator[tuple[list[pa.Array], pa.Array]]:
    """Yields (columns by position, lines). A header that is repeated is left out.

    A line of totals goes to `reject`: it begins with 合計 and is empty for the most.

    Empty cells after the last column are cut. A row with fewer cells is padded in a
    sheet (pads) or when that is allowed, else it goes to `reject`, as one with more.
    """
    width = len(header)
    heading = list(header)
    cells: list[list[str]] = []
    lines: list[int] = []
    for line, row in rows:
        if _is_total(row, width):
            reject(line, _TOTAL_REASON, json.dumps(row, ensure_ascii=False))
            continue
        if len(row) != width:
            fitted = _fitted(row, width, is_padded=pads or is_pad_allowed)
            if fitted is None:
                reason = f"{len(row)} cells where the header has {width}"
                if len(row) > width:
                    reason += "; a text with a comma in it needs quotation marks"
                reject(line, reason, json.dumps(row, ensure_ascii=False))
                continue
            row = fitted
        if row == heading:
            continue
        cells.append(row)
        lines.append(line)
        if len(cells) >= BATCH_ROWS:
            yield _columns(cells, width), pa.array(lines, pa.int64())
            cells, lines = [], []
    if cells:
        yield _columns(cells, width), pa.array(lines, pa.int64())


def _is_total(row: list[str], width: int) -> bool:
    first = next((cell for cell in row if cell), "").strip()
    if not first or first[0] not in "合総小計TtGgSsＴｔＧｇＳｓ":
        return False
    filled = sum(1 for cell in row if cell.strip())
    return (
        filled < width
        and filled <= max(2, width // 2)
        and _TOTAL.fullmatch(plain(first).casefold()) is not None
    )


def _fitted(row: list[str], width: int, *, is_padded: bool) -> list[str] | None:
    if len(row) > width:
        return row[:width] if not any(row[width:]) else None
    return [*row, *[""] * (width - len(row))] if is_padded else None


def _columns(cells: list[list[str]], width: int) -> list[pa.Array]:
    columns = zip(*cells, strict=True)
    found = [pa.array(column, pa.string()) for column in columns]
    assert len(found) == width
    return found


def _refuse_header(line: int | None, reason: str, payload: str) -> None:
    if line == 1:
        raise Unreadable(f"its header line cannot be read: {reason}")


def _parquet(path: Path) -> Records:
    try:
        names = tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(
            f"not a whole Parquet file; copy it again ({error})"
        ) from error
    return Records(names, lambda reject: _parquet_batches(path))


def _parquet_batches(path: Path) -> Iterator[Batch]:
    first = 1
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(BATCH_ROWS):
                table = pa.table(
                    {
                        name: _as_text(batch.column(at))
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
