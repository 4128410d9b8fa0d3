"""What a platform or a person may hand over wrongly: changes of answers and files.

Each function is `(payload or folder, choose) -> payload`, for tests.gate.kinds.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.gate.kinds import Chooser

Change = Callable[[Any, Chooser], Any]


def rows_of(payload: Any) -> Iterator[list[Any]]:
    """Yields the lists of records of an answer: itself, or its fields."""
    for rows in payload.values() if isinstance(payload, dict) else [payload]:
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            yield rows


def without_rows(payload: Any, choose: Chooser) -> Any:
    """Records are missing; totals and cursors stand as they were."""
    for rows in rows_of(payload):
        gone = choose.of(rows)
        rows[:] = [row for row in rows if row not in gone]
    return payload


def empty(payload: Any, choose: Chooser) -> Any:
    """All is well, and there is nothing: no records, no totals, no more pages."""
    for rows in rows_of(payload):
        rows.clear()
    for name in ("results_available", "results_returned", "total", "userCount"):
        if isinstance(payload, dict) and name in payload:
            payload[name] = 0
    for name in ("paging", "next_page_token", "nextPageToken", "response_metadata"):
        if isinstance(payload, dict):
            payload.pop(name, None)
    return payload


def cut(payload: Any, choose: Chooser) -> Any:
    """The text ends too early: a share of its bytes is missing."""
    return payload[: len(payload) - choose.count(len(payload))]


def twice(payload: Any, choose: Chooser) -> Any:
    """Records stand in the answer twice."""
    for rows in rows_of(payload):
        rows.extend(dict(row) for row in choose.of(rows))
    return payload


def many(field: str, times: int) -> Change:
    """Records stand there again and again under ids of their own: a flood."""

    def change(payload: Any, choose: Chooser) -> Any:
        for rows in rows_of(payload):
            rows.extend(
                {**row, field: f"{row[field]}{number}"}
                for row in choose.of([row for row in rows if field in row])
                for number in range(10, 10 + times)
            )
        return payload

    return change


def with_value(field: str, value: Callable[[Any], Any]) -> Change:
    """A field of the chosen records becomes `value(what it was)`; inner by dots."""

    def change(payload: Any, choose: Chooser) -> Any:
        for rows in rows_of(payload):
            for row in choose.of(rows):
                _set(row, field.split("."), value)
        return payload

    return change


def _set(row: dict[str, Any], path: list[str], value: Callable[[Any], Any]) -> None:
    for name in path[:-1]:
        row = row.get(name) or {}
    if path[-1] in row:
        row[path[-1]] = value(row[path[-1]])


def same_id(field: str) -> Change:
    """Chosen records carry the id of the first one."""

    def change(payload: Any, choose: Chooser) -> Any:
        for rows in rows_of(payload):
            for row in choose.of(rows):
                row[field] = rows[0][field]
        return payload

    return change


def rounded(number: Any) -> Any:
    """A long id as a spreadsheet or a JavaScript number has it."""
    return str(int(float(number))) if str(number).isdigit() else number


def files_cut(pattern: str) -> Change:
    """Files end in the middle of a line: the download stopped."""

    def change(folder: Path, choose: Chooser) -> None:
        for path in choose.of(_found(folder, pattern)):
            whole = path.read_bytes()
            path.write_bytes(whole[: len(whole) * 2 // 3])

    return change


def files_twice(pattern: str) -> Change:
    """The same export lies there under a second name, as a browser gives it."""

    def change(folder: Path, choose: Chooser) -> None:
        for path in choose.of(_found(folder, pattern)):
            copy = path.with_name(f"{path.stem} (1){path.suffix}")
            copy.write_bytes(path.read_bytes())

    return change


def files_as_latin(pattern: str) -> Change:
    """UTF-8 was opened as Latin-1 and saved: every character is two or three."""

    def change(folder: Path, choose: Chooser) -> None:
        for path in choose.of(_found(folder, pattern)):
            path.write_text(path.read_bytes().decode("latin-1"), encoding="utf-8")

    return change


def cells(
    pattern: str, column: str, value: Callable[[str, int], str], only: str = ""
) -> Change:
    """Chosen lines of CSV files hold `value(what it was, line)` in a column.

    only: of the lines that hold this; by default of all that hold something.
    """

    def change(folder: Path, choose: Chooser) -> None:
        for path in _found(folder, pattern):
            table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
            place = table[0].index(column)
            lines = [
                line
                for line in table[1:]
                if (line[place] == only if only else line[place])
            ]
            chosen = {id(line) for line in _lines(lines, choose)}
            for number, line in enumerate(table):
                if id(line) in chosen:
                    line[place] = value(line[place], number)
            _write(path, table)

    return change


def shifted(pattern: str) -> Change:
    """In chosen lines a comma too many pushes every cell one to the right."""

    def change(folder: Path, choose: Chooser) -> None:
        for path in _found(folder, pattern):
            table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
            chosen = {id(line) for line in _lines(table[1:], choose)}
            table = [["", *line[:-1]] if id(line) in chosen else line for line in table]
            _write(path, table)

    return change


def lines_gone(pattern: str) -> Change:
    """Chosen lines are not in the file any more."""

    def change(folder: Path, choose: Chooser) -> None:
        for path in _found(folder, pattern):
            table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
            chosen = {id(line) for line in _lines(table[1:], choose)}
            _write(path, [line for line in table if id(line) not in chosen])

    return change


def _lines(lines: list[list[str]], choose: Chooser) -> list[list[str]]:
    order = list(range(len(lines)))
    random.Random(choose.seed).shuffle(order)  # noqa: S311
    return [lines[place] for place in sorted(order[: choose.count(len(lines))])]


def _write(path: Path, table: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(table)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")


def _found(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    if not found:
        raise LookupError(f"no {pattern} in the inbox")
    return found


def month_and_day_swapped(text: str, line: int = 0) -> str:
    """2026-03-09... as 2026-09-03...; days above 12 stay."""
    year, month, day = text[:4], text[5:7], text[8:10]
    if int(day) > 12:
        return text
    return f"{year}-{day}-{month}{text[10:]}"


def without_zone(text: str, line: int = 0) -> str:
    """+09:00 read as Z."""
    return text.replace("+09:00", "Z")
