"""The proof: every file is decoded and searched for what names the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.privacy.decode import texts
from pipelines.privacy.raw_rows import raw_files
from pipelines.privacy.rewrite import Rewriter
from sources._base.erased import Erased
from sources._files.grid import Unreadable


@dataclass
class Searched:
    """What was looked at, and where the person still stands: never the value."""

    files: int = 0
    values: int = 0
    found: list[str] = field(default_factory=list)


def search(data: Path, rewriter: Rewriter, skip: set[Path]) -> Searched:
    """Searches every file of a data folder. skip: files and folders left out."""
    result = Searched()
    for path in files_below(data, skip):
        result.files += 1
        places: dict[str, int] = {}
        try:
            for where, text in texts(path):
                result.values += 1
                if rewriter.found(text):
                    places[where] = places.get(where, 0) + 1
        except Unreadable as error:
            result.found.append(f"{path.relative_to(data)}: not searched, {error}")
        if places:
            where, _ = next(iter(places.items()))
            result.found.append(
                f"{path.relative_to(data)}: {where}, {sum(places.values())} in all"
            )
    return result


def rows_left(data: Path, erased: Erased) -> Iterator[str]:
    """Raw files with rows that a load would not let in: the roles find bare ids too."""
    for file in raw_files(data / "raw"):
        left = sum(
            bool(erased.row(file.source, file.table.personal, row))
            for row in file.rows()
        )
        if left:
            yield f"{file.path.relative_to(data)}: {left} rows"


def files_below(data: Path, skip: set[Path]) -> Iterator[Path]:
    """Every file of a folder, links not followed."""
    for path in sorted(data.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        if path in skip or any(folder in skip for folder in path.parents):
            continue
        yield path
