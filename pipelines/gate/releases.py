"""`make releases`: the kept releases, which one readers have, what was rolled back.

python -m pipelines.gate.releases [--data D] [--inbox I]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from tabulate import tabulate

from pipelines import exit_codes
from pipelines.gate import desk, rollbacks
from pipelines.gate.desk import Desk
from pipelines.publish.publications import row_of, rows_of
from pipelines.publish.release import current_release

HEADERS = ("", "release", "published (UTC)", "data through", "checks", "note")


@dataclass(frozen=True)
class Kept:
    """A kept release. row: its own row of publications; None: it does not answer.

    was_published: readers once had it; not so when its run was killed at the last step.
    withdrawn: said of the roll-back that took it away; "" when none did.
    """

    folder: Path
    row: dict[str, Any] | None
    is_current: bool
    was_published: bool
    withdrawn: str


def main(arguments: list[str] | None = None) -> int:
    """Prints the kept releases, newest first."""
    parser = desk.options("releases", "The kept releases.", writes=False)
    return desk.run(parser.parse_args(arguments), _list, prog="releases", holds=False)


def kept(published: Path) -> list[Kept]:
    """Returns the kept releases, newest first by the clock of their run."""
    current = current_release(published)
    taken_back = rollbacks.withdrawn(published)
    known = set(rows_of(current)) if current else set()
    folder = published / "releases"
    found = folder.iterdir() if folder.is_dir() else ()
    return [
        Kept(
            folder=path,
            row=_row(path),
            is_current=path.resolve() == current,
            was_published=path.name in known or path.name in taken_back,
            withdrawn=taken_back[path.name][1]
            if path.name in taken_back and path.name not in known
            else "",
        )
        for path in sorted(found, key=_clock, reverse=True)
        if path.is_dir() and not path.name.startswith(".")
    ]


def _list(at: Desk, _: argparse.Namespace) -> int:
    found = kept(at.workspace.published)
    if not found:
        print(f"nothing is published yet: make refresh{at.arguments}")
        return exit_codes.OK
    print(tabulate(map(_line, found), headers=HEADERS, disable_numparse=True))
    print(f"\ngo back with: make rollback RELEASE=... REASON=...{at.arguments}")
    return exit_codes.OK


def _line(release: Kept) -> tuple[str, ...]:
    mark = "->" if release.is_current else ""
    if release.row is None:
        return (mark, release.folder.name, "", "", "", "damaged: it does not answer")
    row = release.row
    return (
        mark,
        release.folder.name,
        f"{row['published_at']:%Y-%m-%d %H:%M}",
        f"{row['data_through']}",
        f"{row['checks_run']} run, {row['checks_failed']} failed",
        "; ".join(_notes(release, row)),
    )


def _notes(release: Kept, row: dict[str, Any]) -> Iterator[str]:
    if release.is_current:
        yield "readers have it"
    if not release.was_published:
        yield "never published: its run was killed"
    if release.withdrawn:
        yield release.withdrawn
    if row["acknowledged"]:
        yield f"let through: {row['acknowledged']}"
    if row["is_synthetic"]:
        yield "synthetic"


def _row(folder: Path) -> dict[str, Any] | None:
    try:
        return row_of(folder)
    except (duckdb.Error, KeyError):
        return None


def _clock(folder: Path) -> str:
    return folder.name.rpartition("-")[2]


if __name__ == "__main__":
    sys.exit(main())
