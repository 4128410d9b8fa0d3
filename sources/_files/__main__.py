"""Tries a column map: is it right, and what does it make of a file?

    python -m sources._files MAP.yaml [FILE ...]

Prints per file the columns found, what becomes of the first rows, and how many rows
each table would get. Nothing lands.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from sources._files import choose
from sources._files.grid import Content, Unreadable
from sources._files.inbox import InboxFile, inbox_files
from sources._files.layout import fit
from sources._files.map_model import ColumnMap
from sources._files.maps import MapError, read_map
from sources._files.reading import FileFacts, read_file

SHOWN_ROWS = 3


def main() -> int:
    """Returns 1 when the map is wrong or does not read one of the files."""
    parser = argparse.ArgumentParser(
        prog="python -m sources._files", description="Tries a column map."
    )
    parser.add_argument("map", type=Path)
    parser.add_argument("files", type=Path, nargs="*")
    given = parser.parse_args()
    try:
        column_map = read_map(given.map)
    except MapError as error:
        print(error)
        return 1
    print(f"{given.map}: right; it yields {', '.join(column_map.kinds)}")
    failed = 0
    for path in given.files:
        # Two folders up, so that a folder named by an event says so here as well.
        inbox = path.resolve().parent.parent
        for file in inbox_files(inbox, [path.resolve()]):
            failed += not _try(column_map, file)
    return 1 if failed else 0


def _try(column_map: ColumnMap, file: InboxFile) -> bool:
    print(f"\n{file.name}")
    try:
        if file.problem:
            raise Unreadable(file.problem)
        with file.opened() as path:
            _, content = choose.choose(file, path, [[column_map]])
            found = fit(column_map, content)
            print(f"  columns found: {', '.join(sorted(found.found))}")
            absent = sorted(set(column_map.columns) - found.found)
            print(f"  not in this file: {', '.join(absent) or 'none'}")
            facts = choose.facts_of(column_map, file, 0)
            counts, reasons = _read(
                column_map, content, FileFacts(file.name, "", facts)
            )
    except Unreadable as error:
        print(f"  not read: {error.reason}")
        return False
    for kind, count in counts.items():
        print(f"  {kind}: {count} rows")
    for reason, count in reasons.most_common(10):
        print(f"  set aside, {count} rows: {reason}")
    return True


def _read(
    column_map: ColumnMap, content: Content, about: FileFacts
) -> tuple[Counter[str], Counter[str]]:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()

    def set_aside(
        kind: str, line: int | None, reason: str, payload: str, on_purpose: bool
    ) -> None:
        reasons[f"{kind}: {reason}"] += 1

    for kind, rows in read_file(column_map, content, about, set_aside):
        if counts[kind] < SHOWN_ROWS:
            for row in rows.slice(0, SHOWN_ROWS - counts[kind]).to_pylist():
                filled = {k: v for k, v in row.items() if v and not k.startswith("_")}
                print(f"  {kind}, line {row['_source_line']}: {filled}")
        counts[kind] += rows.num_rows
    return counts, reasons


if __name__ == "__main__":
    sys.exit(main())
