"""Which map reads a file: those of the user first, then the source's own."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from sources._files.grid import Content, Unreadable
from sources._files.headers import plain
from sources._files.inbox import MAPS, InboxFile
from sources._files.layout import Fit, fit
from sources._files.map_model import ColumnMap
from sources._files.maps import MapError, read_map
from sources._files.readers import open_file

SHOWN_HEADERS = 12
A_DATE = re.compile(r"(19|20)\d\d([01]\d[0-3]\d)?")  # 2026, 20260401
_LIKE_A_MAP = re.compile(rb"^(columns|rows|match)\s*:", re.MULTILINE)


class NoMap(Unreadable):
    """None of the maps reads the file; the reason says what the nearest one misses.

    known: how many columns that one found.
    """

    def __init__(self, reason: str, known: int = 0) -> None:
        super().__init__(reason)
        self.known = known


@dataclass(frozen=True)
class Broken:
    """A user's map that cannot be used. name: in the inbox.

    folder: None when it does not even look like a map: no file waits for it.
    """

    name: str
    folder: PurePosixPath | None
    digest: str
    reason: str


@dataclass(frozen=True)
class UserMaps:
    """The maps that lie beside the files of one folder of the inbox."""

    maps: tuple[ColumnMap, ...]
    broken: tuple[Broken, ...]

    def of(self, name: str) -> list[ColumnMap]:
        """The maps that apply to a file of that name."""
        return [found for found in self.maps if _is_below(name, found.folder)]

    def broken_for(self, name: str) -> bool:
        """Whether one of them cannot be read: the file waits until it is mended."""
        return any(
            found.folder is not None and _is_below(name, found.folder)
            for found in self.broken
        )


def _is_below(name: str, folder: PurePosixPath | None) -> bool:
    return folder is None or PurePosixPath(name).is_relative_to(folder)


def user_maps(inbox: Path, paths: Sequence[Path]) -> UserMaps:
    """Reads the maps among the paths."""
    maps: list[ColumnMap] = []
    broken: list[Broken] = []
    for path in paths:
        if path.suffix.lower() not in MAPS:
            continue
        name = path.relative_to(inbox)
        folder = PurePosixPath(name.parent.as_posix())
        try:
            maps.append(read_map(path, name=name.as_posix(), folder=folder))
        except MapError as error:
            text = path.read_bytes()
            digest = hashlib.sha256(text).hexdigest()
            waits = folder if _LIKE_A_MAP.search(text) else None
            broken.append(Broken(name.as_posix(), waits, digest, str(error)))
    return UserMaps(tuple(maps), tuple(broken))


def fingerprint(maps: Sequence[ColumnMap]) -> str:
    """Changes when any of the maps does."""
    seen = " ".join(f"{m.name} {m.digest} {m.timezone.key}" for m in maps)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def facts_of(column_map: ColumnMap, file: InboxFile, depth: int) -> dict[str, str]:
    """What the file's name and folder say. depth: folders that are not of the file.

    Where a name may give the event's id, so may a folder of digits; not that of a year
    or a day. `path` is the name below the source's folder.
    """
    name = plain(PurePosixPath(file.name).name)
    folders = [plain(part) for part in file.folders[depth:]]
    facts = {"file_name": name, "path": "/".join([*folders, name])}
    for logical, pattern in column_map.from_folder.items():
        found = (pattern.search(folder) for folder in reversed(folders))
        told = next((match[1] for match in found if match and match[1]), None)
        if told:
            facts[logical] = told
    numbers = (f for f in folders if f.isdecimal() and not A_DATE.fullmatch(f))
    numbered = next(iter(reversed([*numbers])), None)
    if numbered and "event_id" in column_map.from_file_name:
        facts["event_id"] = numbered
    for logical, pattern in column_map.from_file_name.items():
        match = pattern.search(name)
        text = match[1] if match else None
        if text:
            facts[logical] = text
    return facts


def choose(
    file: InboxFile, path: Path, groups: Sequence[Sequence[ColumnMap]]
) -> tuple[ColumnMap, Content]:
    """Returns the best map of the first group in which one fits, and the open file.

    Raises: NoMap; Unreadable when the file cannot be opened at all.
    """
    opened: dict[str | None, Content] = {}

    def content(column_map: ColumnMap) -> Content:
        sheet = column_map.table.sheet
        if sheet not in opened:
            opened[sheet] = open_file(path, sheet=sheet)
        return opened[sheet]

    nearest: tuple[ColumnMap, Fit] | None = None
    problems: list[Unreadable] = []
    for maps in groups:
        fitting: list[tuple[ColumnMap, Fit]] = []
        for column_map in maps:
            if not _fits_name(column_map, file):
                continue
            try:
                one = fit(column_map, content(column_map))
            except Unreadable as error:
                problems.append(error)
                continue
            if not one.missing:
                fitting.append((column_map, one))
            elif nearest is None or _nearness(one) > _nearness(nearest[1]):
                nearest = (column_map, one)
        if fitting:
            best = _best(fitting)
            return best, content(best)
    if nearest is not None:
        raise NoMap(_no_map(*nearest), len(nearest[1].found))
    if problems:
        raise problems[0]
    opened[None] = open_file(path)
    raise NoMap("no map reads a file of this name; see `file_name` of the maps")


def _best(fitting: list[tuple[ColumnMap, Fit]]) -> ColumnMap:
    def rank(one: tuple[ColumnMap, Fit]) -> tuple[int, bool]:
        return len(one[1].found), bool(one[0].file_names)

    ordered = sorted(fitting, key=rank, reverse=True)
    if len(ordered) > 1 and rank(ordered[0]) == rank(ordered[1]):
        names = " and ".join(sorted(found.name for found, _ in ordered[:2]))
        raise Unreadable(
            f"two maps read it equally well: {names}; give one of them a `file_name`"
            " or one more column in `requires`"
        )
    return ordered[0][0]


def _fits_name(column_map: ColumnMap, file: InboxFile) -> bool:
    if not column_map.file_names:
        return True
    name = _folded(PurePosixPath(file.name).name)
    return any(fnmatchcase(name, _folded(glob)) for glob in column_map.file_names)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _nearness(one: Fit) -> tuple[int, int]:
    return -len(one.missing), len(one.found)


def _no_map(column_map: ColumnMap, nearest: Fit) -> str:
    headers = [plain(cell) for cell in nearest.header if cell.strip()]
    if not headers:
        return "there is nothing in it; export it again"
    more = (
        f" and {len(headers) - SHOWN_HEADERS} more"
        if len(headers) > SHOWN_HEADERS
        else ""
    )
    missing = ", ".join(
        f"{name} ({' or '.join(column_map.columns[name][:3])})"
        for name in nearest.missing
    )
    return (
        f"no map reads it; its headers: {', '.join(headers[:SHOWN_HEADERS])}{more}."
        f" The nearest map is {column_map.name}, which misses {missing}: add the"
        " header to a map of your own beside the file (sources/_files/README.md)"
    )


def event_of(column_map: ColumnMap, facts: Mapping[str, str]) -> str:
    """The facts that make a row's event id, as one text.

    The same content may be the list of two events, as their files' names say; under any
    other name it is the same file.
    """
    names: set[str] = set()
    for part in column_map.rows:
        value = part.values.get("event_id")
        names |= value.columns() if value else set()
    return " ".join(f"{k}={v}" for k, v in sorted(facts.items()) if k in names)
