"""A source whose exports are read by column maps: its tables, its resources, its state.

State (saved only when the load completes), under "mapped_files":
    readings   {content: {facts: reading}}: which map read a content, under which names
    rejected   {name and content: fingerprint of the maps that could not read it}
    maps       {name of a user's map that is broken: its content}
    newest     {name: content it had when it was last read}
A content is read again when another map, or a changed one, reads it better; its rows
land under the same `_row_hash`, which tells staging that the earlier ones are replaced.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from sources._base.errors import Rejected
from sources._base.source import Run, Table
from sources._files import choose
from sources._files.elsewhere import place_of
from sources._files.grid import Grid, Unreadable
from sources._files.inbox import InboxFile, inbox_files, paths_below
from sources._files.kinds import KINDS
from sources._files.map_model import ColumnMap
from sources._files.maps import read_map
from sources._files.readers import open_file
from sources._files.reading import FileFacts, kind_schema, read_file
from sources._files.spool import Spool

PREFIX = "file_"
STATE = "mapped_files"
FILES = "files"  # the table a whole file is quarantined under
NO_ROWS = "no row under the header, where {} were before: export it again"
_SOURCES = Path(__file__).parent.parent
_KINDS = {kind.name: kind for kind in KINDS}
log = logging.getLogger(__name__)


@lru_cache
def built_in_maps(source_name: str) -> tuple[ColumnMap, ...]:
    """Returns the maps of sources/<name>/maps/*.yaml. Raises: MapError."""
    folder = _SOURCES / source_name / "maps"
    return tuple(
        read_map(path, name=f"{source_name}/maps/{path.name}")
        for path in sorted(folder.glob("*.yaml"))
    )


def maps_of_others(source_name: str) -> dict[str, tuple[ColumnMap, ...]]:
    """The maps of every other source, to tell where a file belongs that strayed."""
    names = (path.name for path in sorted(_SOURCES.iterdir()) if path.name != "files")
    return {
        name: built_in_maps(name)
        for name in names
        if name.isidentifier() and name[0] != "_" and name != source_name
    }


def mapped_tables(source_name: str, kinds: Iterable[str] = ()) -> tuple[Table, ...]:
    """Returns the raw tables `file_<kind>` of what the source's own maps yield.

    kinds: more of them, for maps that users write. Raises: MapError.
    """
    wanted = {kind for found in built_in_maps(source_name) for kind in found.kinds}
    wanted.update(kinds)
    return tuple(
        replace(kind.table(), name=f"{PREFIX}{kind.name}")
        for kind in KINDS
        if kind.name in wanted
    )


def mapped_resources(run: Run, tables: Sequence[Table] | None = None) -> Iterator[Any]:
    """Yields one resource per `file_` table; files are read once, for all tables."""
    of_files = [
        table
        for table in (run.source.tables if tables is None else tables)
        if table.name.startswith(PREFIX)
    ]
    reader = MappedFiles(run, {t.name.removeprefix(PREFIX): t.name for t in of_files})
    is_read: list[bool] = []
    for table in of_files:

        def rows(table: Table = table) -> Iterator[pa.Table]:
            # Inside the load, whichever table comes first: its rejections count.
            if not is_read:
                is_read.append(True)
                reader.read_all()
            yield from reader.rows(table.name)

        yield run.table(table, rows, needs_connection=False)


@dataclass
class MappedFiles:
    """The files of one source's inbox folder, read once, on the first table asked for.

    tables: kind -> raw table of this source.
    """

    run: Run
    tables: dict[str, str]
    _spool: Spool = field(default_factory=Spool)
    _read: set[str] = field(default_factory=set)

    def rows(self, table: str) -> Iterator[pa.Table]:
        """Yields the new rows of one raw table, once."""
        yield from self._spool.rows(table)

    def read_all(self) -> None:
        """Reads what is new in the source's folder of the inbox."""
        folder = self.run.inbox / (self.run.source.inbox_folder or self.run.source.name)
        paths = paths_below(folder)
        users = choose.user_maps(self.run.inbox, paths)
        self.report_broken(users)
        for file in inbox_files(self.run.inbox, paths):
            if not users.broken_for(file.name):
                own = built_in_maps(self.run.source.name)
                self.read(file, [users.of(file.name), own])

    def report_broken(self, users: choose.UserMaps) -> None:
        """Sets the maps aside that cannot be used, each version of them once."""
        known: dict[str, str] = self._state("maps")
        for broken in users.broken:
            if known.get(broken.name) != broken.digest:
                known[broken.name] = broken.digest
                waits = ". The files beside it wait until it is right"
                reason = broken.reason + (waits if broken.folder else "")
                self.run.quarantine(FILES, reason, "", file=broken.name)

    def read(
        self,
        file: InboxFile,
        groups: Sequence[Sequence[ColumnMap]],
        *,
        is_last_resort: bool = True,
    ) -> bool:
        """Reads one file, unless this content was read by the same map before.

        is_last_resort: a file that no map reads is set aside; else nothing is done.
        Returns: whether the file is dealt with.
        """
        zoned = [[self._zoned(found) for found in maps] for maps in groups]
        mark = choose.fingerprint([found for maps in zoned for found in maps])
        readings: dict[str, Any] = self._state("readings").setdefault(file.digest, {})
        before = another_before(self._state("newest"), file)
        for reading in readings.values():
            # Put back after another version it is read although it is known.
            if reading["names"].get(file.name) == mark and not before:
                self._count_unchanged(reading)
                return True
        rejected = self._state("rejected")
        if rejected.get(f"{file.name} {file.digest}") == mark:
            return True
        try:
            if file.problem:
                raise Unreadable(file.problem)
            with file.opened() as path:
                try:
                    self._read_opened(file, path, zoned, mark, readings, before)
                except choose.NoMap as error:
                    if is_last_resort:
                        raise self._strayed(path, error) from None
                    raise
            rejected.pop(f"{file.name} {file.digest}", None)
            self._state("newest")[file.name] = file.digest
        except Unreadable as error:
            if isinstance(error, choose.NoMap) and not is_last_resort:
                return False
            rejected[f"{file.name} {file.digest}"] = mark
            self.run.quarantine(FILES, error.reason, "", file=file.name)
        return True

    def _strayed(self, path: Path, error: choose.NoMap) -> choose.NoMap:
        others = maps_of_others(self.run.source.name)
        place = place_of(open_file(path), others, error.known)
        return choose.NoMap(f"{error.reason}. {place}") if place else error

    def _read_opened(
        self,
        file: InboxFile,
        path: Path,
        groups: Sequence[Sequence[ColumnMap]],
        mark: str,
        readings: dict[str, Any],
        before: str,
    ) -> None:
        """Reads it by the map that fits best. before: another content it had last."""
        column_map, content = choose.choose(file, path, groups)
        folder = self.run.source.inbox_folder or self.run.source.name
        values = choose.facts_of(column_map, file, len(Path(folder).parts))
        facts = choose.event_of(column_map, values)
        version = f"{column_map.digest[:16]} {column_map.timezone.key}"
        known = readings.get(facts)
        key = f"{file.digest} {facts}"
        is_same = known and known["map"] == version and not before
        if known and (is_same or key in self._read):
            known["names"][file.name] = mark
            self._count_unchanged(known)
            return
        earlier = known or self._pop_earlier(readings, file.name)
        reading: dict[str, Any] = {
            "names": {**(known["names"] if known else {}), file.name: mark},
            "map": version,
            "hash": earlier["hash"] if earlier else hash_of(file.digest, facts),
            "tables": {},
        }
        self._refuse_other_kinds(column_map)
        about = FileFacts(file.name, reading["hash"], values)
        self._land(column_map, content, about, reading, self._rows_of(before))
        readings[facts] = reading
        self._read.add(key)
        self._withdraw(earlier, reading, about)
        if isinstance(content, Grid) and content.notes:
            log.warning("%s: %s", file.name, "; ".join(content.notes))

    def _rows_of(self, digest: str) -> int:
        readings = self._state("readings").get(digest, {})
        return sum(sum(one["tables"].values()) for one in readings.values())

    def _land(
        self,
        column_map: ColumnMap,
        content: Any,
        file: FileFacts,
        reading: Any,
        had: int,
    ) -> None:
        """Hands its rows over. had: rows of the version before."""
        counts: Counter[str] = Counter()

        def set_aside(
            kind: str, line: int | None, reason: str, payload: str, on_purpose: bool
        ) -> None:
            table = self.tables[kind]
            counts[table] += 1
            self.run.quarantine(
                table, reason, payload, file=file.name, line=line, on_purpose=on_purpose
            )

        try:
            for kind, rows in read_file(column_map, content, file, set_aside):
                counts[self.tables[kind]] += rows.num_rows
                self._spool.add(self.tables[kind], rows)
            if had and not counts:
                # Its kinds have no row in this version: the gate asks whether they may.
                for kind in column_map.kinds:
                    self.withdraw(kind, file.name, reading["hash"])
                set_aside(column_map.kinds[0], None, NO_ROWS.format(had), "", False)
        except Unreadable as error:
            if not counts:
                raise
            set_aside(column_map.kinds[0], None, error.reason, "", False)
        reading["tables"] = dict(counts)

    def withdraw(self, kind: str, name: str, row_hash: str) -> None:
        """Says that a content has no rows of a kind any more.

        A row with nothing but the hash lands: staging sets it aside, and the earlier
        rows with that hash are replaced by it.
        """
        self._spool.add(self.tables[kind], no_rows(kind, name, row_hash))

    def tables_of(self, digest: str) -> set[str]:
        """The tables a content is read into."""
        readings = self._state("readings").get(digest, {})
        return {table for one in readings.values() for table in one["tables"]}

    def forget(self, digest: str) -> dict[str, set[str]]:
        """Forgets how a content was read; returns the tables it was read into, by hash.

        For a file whose map was taken away.
        """
        readings = self._state("readings").pop(digest, {})
        return {one["hash"]: set(one["tables"]) for one in readings.values()}

    def _withdraw(self, earlier: Any, reading: Any, file: FileFacts) -> None:
        """Withdraws what a content had in tables in which it has nothing now."""
        for kind, table in self.tables.items():
            if table in (earlier or {}).get("tables", {}) and (
                table not in reading["tables"]
            ):
                self.withdraw(kind, file.name, file.hash)

    def _pop_earlier(self, readings: dict[str, Any], name: str) -> Any:
        # The same file said something else about itself under the map of before.
        for facts, reading in list(readings.items()):
            if set(reading["names"]) == {name}:
                return readings.pop(facts)
        return None

    def _refuse_other_kinds(self, column_map: ColumnMap) -> None:
        others = [kind for kind in column_map.kinds if kind not in self.tables]
        if others:
            raise Unreadable(
                f"the map {column_map.name} yields {', '.join(others)}, which"
                f" {self.run.source.name} has no table for; put map and file into"
                " files/, which takes every kind"
            )

    def _count_unchanged(self, reading: Any) -> None:
        for table, rows in reading["tables"].items():
            self.run.counts.unchanged[table] += rows

    def _zoned(self, column_map: ColumnMap) -> ColumnMap:
        setting = f"{self.run.source.name.upper()}_TIMEZONE"
        name = self.run.settings.get(setting)
        if not name:
            return column_map
        try:
            return replace(column_map, timezone=ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Rejected(
                f"{setting} is {name}, which is no time zone; write an IANA name such"
                " as Asia/Tokyo"
            ) from None

    def _state(self, part: str) -> dict[str, Any]:
        found: dict[str, Any] = self.run.state.setdefault(STATE, {}).setdefault(
            part, {}
        )
        return found


def another_before(newest: Mapping[str, str], file: InboxFile) -> str:
    """Returns the content that a file's name had last, "" unless it was another."""
    before = newest.get(file.name, "")
    return "" if before == file.digest else before


def no_rows(kind: str, name: str, row_hash: str) -> pa.Table:
    """What lands of a content that has no rows of a kind: its file and hash alone."""
    row = {"_source_file": name, "_row_hash": row_hash}
    return pa.Table.from_pylist([row], kind_schema(_KINDS[kind]))


def hash_of(digest: str, facts: str = "") -> str:
    """What tells the rows of one reading of a file from those of any other file."""
    told = hashlib.sha256(f"{digest} {facts}".encode()).hexdigest()
    return (told if facts else digest)[:16]
