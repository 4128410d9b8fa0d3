"""Adding lines to the decisions file, which people edit too, in Excel and by hand.

What stands there stays, byte for byte: encoding, line ends, further columns. The file
is written beside and renamed, so it has a line or has it not. Only two things change
what was there: a column that is missing is added to the header, and a file in CP932
that cannot hold a new character becomes UTF-8 with a mark, which Excel reads as well.
"""

import csv
import fcntl
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipelines import csv_cells
from pipelines.identity import manual


class CannotWrite(Exception):
    """The file cannot take the line; the message says why and what to do."""


Line = Mapping[str, str]


def add_lines(file: Path, lines: Sequence[Line]) -> None:
    """Adds lines (column -> text) to a file, or makes the file.

    Columns are those of `manual.COLUMNS`, and `details`. Two that add at the same
    moment wait for each other. Raises: CannotWrite.
    """
    with _alone_in(file.parent):
        _replace(file, with_lines(file, lines))


def with_lines(file: Path, lines: Sequence[Line]) -> bytes:
    """What the file would be with the lines. Raises: CannotWrite."""
    try:
        text, encoding = manual.decoded(_content(file))
    except UnicodeDecodeError as error:
        raise CannotWrite(
            f"{file} is neither UTF-8 nor CP932: save it again as CSV UTF-8"
        ) from error
    end = "\r\n" if "\r\n" in text else "\n"
    if not text.strip():
        text, encoding = _record(manual.COLUMNS, end), "utf-8-sig"
    header, rest = _first_record(text)
    names = manual.header_of(header)
    _check_header(file, names)
    filled = {name: None for line in lines for name in line if line[name]}
    if missing := [name for name in filled if name not in names]:
        names += missing
        first = text[: len(text) - len(rest)].rstrip("\r\n")
        text = first + "," + _record(missing, end) + rest
    if not text.endswith(("\n", "\r")):
        text += end
    for line in lines:
        text += _record([line.get(name, "") for name in names], end)
    return _encoded(text, encoding)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Holds the folder for the time of the block, and makes it. Raises: CannotWrite."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise CannotWrite(f"{folder} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise CannotWrite(f"{file} cannot be read: {error.strerror}") from error


def _first_record(text: str) -> tuple[list[str], str]:
    """The cells of the header, and the text after its line."""
    lines = io.StringIO(text, newline="")
    header = next(csv.reader(lines), [])
    return header, lines.read()


def _check_header(file: Path, names: list[str]) -> None:
    missing = [name for name in manual.COLUMNS[:3] if name not in names]
    if missing:
        raise CannotWrite(
            f"{file} line 1: no column {', '.join(missing)}; expected"
            f" {','.join(manual.COLUMNS)}"
        )


def _record(cells: Sequence[str], end: str) -> str:
    return csv_cells.record(cells, end)


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8-sig")


def _replace(file: Path, content: bytes) -> None:
    """Writes the file whole, with the rights that it had."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with unfinished.open("wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        unfinished.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o640)
        unfinished.replace(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CannotWrite(
            f"{file} cannot be written ({error.strerror}); close it where it is open"
            " and try again: the line was not added"
        ) from error
