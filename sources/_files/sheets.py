"""Excel workbooks: one sheet as rows of text, read piece by piece."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from sources._base.zips import DAMAGED
from sources._files.archives import check_sizes
from sources._files.grid import Grid, Reject, Row, Unreadable

_PIECE = 1 << 12
_LOOKED_AT = 100  # rows, to tell whether a sheet has anything in it
_BROKEN = (
    zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError,
    SyntaxError, EOFError, AttributeError, IndexError,
)  # fmt: skip


def is_workbook(path: Path) -> bool:
    """Whether a zip is an Excel workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def sheet_grid(path: Path, sheet: str | None = None) -> Grid:
    """The named sheet, else the first one that is not hidden. Raises: Unreadable."""
    check_sizes(path)
    _refuse_entities(path)
    try:
        # By its content, as everywhere: openpyxl goes by the name when it is given one.
        with (
            path.open("rb") as file,
            closing(openpyxl.load_workbook(file, read_only=True)) as book,
        ):
            hidden = [
                tab.title for tab in book.worksheets if tab.sheet_state != "visible"
            ]
            names = [tab.title for tab in book.worksheets if tab.title not in hidden]
            empty = [tab.title for tab in book.worksheets if not _has_cells(tab)]
    except _BROKEN as error:
        raise _broken(error) from error
    if sheet is not None and sheet not in (*names, *hidden):
        raise Unreadable(
            f"the workbook has no sheet {sheet}; it has {', '.join(names)}"
        )
    if not names and sheet is None:
        raise Unreadable("every sheet of the workbook is hidden; show one and save it")
    chosen = sheet or names[0]
    others = [
        name for name in (*names, *hidden) if name != chosen and name not in empty
    ]
    notes = [
        f"sheet {name} was not read{' (hidden)' if name in hidden else ''}"
        for name in others
    ]
    return Grid(lambda reject: _rows(path, chosen, reject), True, tuple(notes))


def _refuse_entities(path: Path) -> None:
    """Raises: Unreadable for a workbook whose XML declares a document type.

    No program that writes workbooks does. Entities are declared there: those that grow
    without end, and those that name files or addresses. Only what stands before the
    first element is read, in whatever encoding.
    """
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            try:
                with archive.open(entry) as member:
                    is_typed = _declares_a_type(member)
            except DAMAGED as error:
                raise _broken(error) from error
            if is_typed:
                raise Unreadable(
                    f"its part {entry.filename} declares XML entities, which no"
                    " workbook does: save it again as .xlsx"
                )


def _declares_a_type(member: IO[bytes]) -> bool:
    seen: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: seen.append("type")
    parser.StartElementHandler = lambda *_: seen.append("element")
    try:
        while not seen and (piece := member.read(_PIECE)):
            parser.Parse(piece)
    except expat.ExpatError:  # a picture, or broken: openpyxl says so
        pass
    return "type" in seen[:1]


def _has_cells(tab: Any) -> bool:
    tab.reset_dimensions()
    rows = tab.iter_rows(max_row=_LOOKED_AT, values_only=True)
    return any(cell is not None for row in rows for cell in row)


def _rows(path: Path, sheet: str, reject: Reject) -> Iterator[Row]:
    line = 0
    try:
        with (
            path.open("rb") as file,
            closing(
                openpyxl.load_workbook(file, read_only=True, data_only=True)
            ) as book,
        ):
            tab: Any = book[sheet]
            tab.reset_dimensions()  # many exporters write a wrong extent
            for line, cells in enumerate(tab.iter_rows(values_only=True), start=1):
                texts = [_text(cell) for cell in cells]
                while texts and not texts[-1]:
                    texts.pop()
                if texts:
                    yield line, texts
    except _BROKEN as error:
        raise Unreadable(
            f"the workbook breaks off near row {line + 1}; save it again ({error})"
        ) from error


def _broken(error: BaseException) -> Unreadable:
    return Unreadable(f"not a whole Excel workbook; save it again ({error})")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        # A sheet has no days apart from times: midnight is how it writes a day.
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
