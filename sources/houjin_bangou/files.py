"""Full and daily files of the register (全件, 差分): CSV or zip, UTF-8 or Shift_JIS.

Known by content: no header, 30 columns, the second one a corporate number.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sources._base.source import Run
from sources._base.text import detect_encoding
from sources._files.grid import Unreadable
from sources._files.inbox import InboxFile, inbox_files, paths_below
from sources.houjin_bangou.tables import CORPORATIONS, problem_of, row_of

BATCH = 5_000
API_HEAD = 4  # columns of the line above the rows in an answer of the Web-API


def read_files(
    run: Run, wanted: Callable[[Sequence[str]], bool], version: str
) -> Iterator[list[dict[str, Any]]]:
    """Yields the wanted lines of files that were not read with this wish before.

    version: names the wish; a file is read again when more companies are known.
    """
    read: dict[str, str] = run.state.setdefault("files", {})
    folder = run.inbox / str(run.source.inbox_folder)
    for file in inbox_files(run.inbox, paths_below(folder)):
        if read.get(file.digest) == version and not run.full:
            continue
        try:
            yield from _read(run, file, wanted)
        except (Unreadable, csv.Error) as error:
            reason = f"no CSV ({error}): download it again"
            if isinstance(error, Unreadable):
                reason = str(error)
            run.quarantine(CORPORATIONS.name, reason, file.name, file=file.name)
        read[file.digest] = version


def _read(
    run: Run, file: InboxFile, wanted: Callable[[Sequence[str]], bool]
) -> Iterator[list[dict[str, Any]]]:
    if file.problem:
        raise Unreadable(file.problem)
    with file.opened() as path:
        batch: list[dict[str, Any]] = []
        for number, fields in _lines(path):
            if not wanted(fields):
                continue
            problem = problem_of(fields)
            if problem:
                where = {"file": file.name, "line": number}
                run.quarantine(CORPORATIONS.name, problem, fields, **where)  # type: ignore[arg-type]
                continue
            batch.append(
                {**row_of(fields), "_source_file": file.name, "_source_line": number}
            )
            if len(batch) >= BATCH:
                yield batch
                batch = []
        yield batch


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(number, fields) of every line. Raises: Unreadable when it is another file."""
    encoding = detect_encoding(path)
    if encoding is None:
        raise Unreadable("neither UTF-8 nor Shift_JIS: download the CSV file again")
    with path.open(encoding=encoding, newline="") as text:
        lines = csv.reader(text)
        is_first = True
        for fields in lines:
            if not fields or (is_first and len(fields) == API_HEAD):
                continue
            if is_first and problem_of(fields):
                raise Unreadable(
                    f"no CSV file of the register of corporations"
                    f" ({problem_of(fields)}): download 全件データ or 差分データ as CSV"
                )
            is_first = False
            yield lines.line_num, fields
