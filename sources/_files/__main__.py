"""Tries a column map: is it right, and what does it make of a file?

    python -m sources._files MAP.yaml [FILE ...]

Prints per file the columns found, what becomes of the first rows, and how many rows
each table would get. Nothing lands.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from csv import DictReader
from dataclasses import dataclass, field
from pathlib import Path

from sources._files import choose
from sources._files.grid import Content, Unreadable
from sources._files.inbox import InboxFile, inbox_files
from sources._files.layout import fit
from sources._files.map_model import ColumnMap
from sources._files.maps import MapError, read_map
from sources._files.reading import FileFacts, read_file

SHOWN_ROWS = 3
# Words that mean something, by `kind.column`.
_WORDS = {
    "registrations.status": ("accepted", "waitlisted", "cancelled"),
    "registrations.role": ("attendee", "speaker", "lt", "staff", "organiser"),
}
_ACTIVITY_TYPES = (
    Path(__file__).parents[2] / "dbt_project" / "seeds" / "activity_types.csv"
)


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
            tried = _read(column_map, content, FileFacts(file.name, "", facts))
    except Unreadable as error:
        print(f"  not read: {error.reason}")
        return False
    for kind, count in tried.counts.items():
        print(f"  {kind}: {count} rows")
    for reason, count in tried.reasons.most_common(10):
        print(f"  set aside, {count} rows ({tried.lines[reason]}): {reason}")
    for column, texts in tried.unknown.items():
        shown = ", ".join(f"{text} ({count} rows)" for text, count in texts.items())
        print(f"  {column} has words that mean nothing: {shown}")
        print(f"    there are {', '.join(tried.words[column])}")
    return True


def _words() -> dict[str, tuple[str, ...]]:
    with _ACTIVITY_TYPES.open(encoding="utf-8", newline="") as file:
        types = tuple(row["activity_type"] for row in DictReader(file))
    return {**_WORDS, "activities.activity_type": types}


@dataclass
class _Tried:
    """Rows by kind; reasons and the first line of each; words that nobody knows.

    words, unknown: by `kind.column`.
    """

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    lines: dict[str, str] = field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = field(default_factory=_words)
    unknown: dict[str, Counter[str]] = field(default_factory=dict)


def _read(column_map: ColumnMap, content: Content, about: FileFacts) -> _Tried:
    tried = _Tried()
    counts = tried.counts

    def set_aside(
        kind: str, line: int | None, reason: str, payload: str, on_purpose: bool
    ) -> None:
        told = f"{kind}: {reason}"
        tried.reasons[told] += 1
        tried.lines.setdefault(told, f"first line {line}" if line else "the file")

    for kind, rows in read_file(column_map, content, about, set_aside):
        if counts[kind] < SHOWN_ROWS:
            for row in rows.slice(0, SHOWN_ROWS - counts[kind]).to_pylist():
                filled = {k: v for k, v in row.items() if v and not k.startswith("_")}
                print(f"  {kind}, line {row['_source_line']}: {filled}")
        counts[kind] += rows.num_rows
        for column in rows.column_names:
            known = tried.words.get(f"{kind}.{column}", ())
            texts = rows[column].drop_null().to_pylist() if known else []
            for text in (text for text in texts if text.lower() not in known):
                tried.unknown.setdefault(f"{kind}.{column}", Counter())[text] += 1
    return tried


if __name__ == "__main__":
    sys.exit(main())
