"""Exports of a workspace: `inbox/slack/*.zip`, read day file by day file.

    users.json, channels.json, <channel>/YYYY-MM-DD.json
    groups.json, dms.json, mpims.json    private conversations: never read

A zip is known by its content; `_source_file` is `slack/x.zip!channel/day.json` and
`_source_line` the place of the message in it. Memory is that of one day file.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any

import pyarrow as pa

from sources._base.errors import SchemaChanged
from sources._base.rows import ARROW
from sources._base.source import Run, Table
from sources.slack.archive import Archive, Unreadable
from sources.slack.tables import (
    CHANNELS,
    EXPORT_MESSAGES,
    USERS,
    channel_row,
    message_row,
    user_row,
)

FOLDER = "slack"
BATCH_ROWS = 20_000
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
PRIVATE = ("groups.json", "dms.json", "mpims.json")
Row = dict[str, Any]


class Exports:
    """The exports that were not read before; each reading goes through the zips anew.

    State: `run.state["exports"]` {digest: {"name", "rows"}}, rejected ones too.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._found: list[tuple[Path, str]] | None = None
        self._told: set[str] = set()  # what was set aside: read twice, told once

    def channels(self, *, besides: Set[str]) -> Iterator[Row]:
        """Yields public channels that the API did not tell of."""
        yield from self._things(CHANNELS, "channels.json", channel_row, besides)

    def users(self, *, besides: Set[str]) -> Iterator[Row]:
        """Yields users that the API did not tell of."""
        yield from self._things(USERS, "users.json", user_row, besides)

    def messages(self) -> Iterator[pa.Table]:
        """Yields messages of public channels, some thousands at a time."""
        for path, digest in self._files():
            known = {"name": self._name(path), "rows": 0}
            with Archive(path) as archive:
                for table in _batches(self._messages(archive), digest):
                    known["rows"] += table.num_rows
                    yield table
            self._run.state["exports"][digest] = known

    def _files(self) -> list[tuple[Path, str]]:
        # Looked at once, on the first table, inside the load: its rejections count.
        if self._found is None:
            self._found = [
                (path, digest)
                for path, digest in self._new()
                if self._is_export(path, digest)
            ]
        return self._found

    def _new(self) -> Iterator[tuple[Path, str]]:
        known: dict[str, Any] = self._run.state.setdefault("exports", {})
        folder = self._run.inbox / FOLDER
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            if path.name.startswith((".", "~$")):
                continue
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest in known:
                self._run.counts.unchanged[EXPORT_MESSAGES.name] += known[digest][
                    "rows"
                ]
            else:
                yield path, digest

    def _is_export(self, path: Path, digest: str) -> bool:
        """Whether the file is one; else it is set aside with what to do."""
        try:
            with Archive(path) as archive:
                _prefix(archive)
                for name in archive.refused:
                    self._set_aside(path, name, "its name leads out of the zip")
                return True
        except Unreadable as error:
            self._run.quarantine(
                EXPORT_MESSAGES.name, str(error), "", file=self._name(path)
            )
            self._run.state["exports"][digest] = {"name": self._name(path), "rows": 1}
            return False

    def _things(
        self, table: Table, file: str, project: Any, besides: Set[str]
    ) -> Iterator[Row]:
        found: dict[str, Row] = {}
        for path, _ in self._files():
            with Archive(path) as archive:
                for number, sent in enumerate(self._list(archive, file), start=1):
                    place = f"{self._name(path)}!{file}"
                    try:
                        row = project(sent)
                    except SchemaChanged as error:
                        self._run.quarantine(
                            table.name, str(error), sent, file=place, line=number
                        )
                        continue
                    if row["id"] and row["id"] not in besides:
                        source = {"_source_file": place, "_source_line": number}
                        found[row["id"]] = {**row, **source}
        yield from found.values()

    def _messages(self, archive: Archive) -> Iterator[Row]:
        ids = self._named(archive, "channels.json")
        private: set[str] = set()
        for file in PRIVATE:
            private.update(self._named(archive, file))
        for folder, names in archive.folders(_prefix(archive)):
            days = [name for name in names if DAY.fullmatch(name.rsplit("/", 1)[1])]
            if days and _key(folder) not in ids:
                if _key(folder) not in private:
                    reason = "its folder is no public channel of channels.json"
                    self._set_aside(archive.path, folder, reason)
                continue
            for name in days:
                yield from self._day(archive, name, str(ids[_key(folder)]))

    def _named(self, archive: Archive, file: str) -> dict[str, Any]:
        """Ids of conversations by what their folder may be called: name or id."""
        return {
            _key(conversation[name]): conversation.get("id")
            for conversation in self._list(archive, file)
            for name in ("id", "name")
            if conversation.get(name)
        }

    def _day(self, archive: Archive, name: str, channel_id: str) -> Iterator[Row]:
        file = f"{self._name(archive.path)}!{name}"
        try:
            sent = archive.json(name)
        except Unreadable as error:
            self._set_aside(archive.path, name, str(error))
            return
        for number, message in enumerate(sent if isinstance(sent, list) else [sent], 1):
            row, reason = None, "no message with a ts"
            try:
                row = message_row(channel_id, message)
            except (SchemaChanged, AttributeError) as error:
                reason = str(error) if isinstance(error, SchemaChanged) else reason
            if row is None or row["ts"] is None:
                self._run.quarantine(
                    EXPORT_MESSAGES.name, reason, message, file=file, line=number
                )
                continue
            row["_source_file"], row["_source_line"] = file, number
            yield row

    def _list(self, archive: Archive, file: str) -> list[Mapping[str, Any]]:
        """The objects of users.json and its like; an absent file has none."""
        name = _prefix(archive) + file
        if name not in archive.members:
            return []
        try:
            sent = archive.json(name, is_list=True)
        except Unreadable as error:
            self._set_aside(archive.path, name, str(error))
            return []
        objects = sent if isinstance(sent, list) else []
        return [one for one in objects if isinstance(one, dict)]

    def _set_aside(self, path: Path, member: str, reason: str) -> None:
        file = f"{self._name(path)}!{member}"
        if file not in self._told:
            self._told.add(file)
            self._run.quarantine(EXPORT_MESSAGES.name, reason, "", file=file)

    def _name(self, path: Path) -> str:
        return path.relative_to(self._run.inbox).as_posix()


def _prefix(archive: Archive) -> str:
    """The folder in the zip that holds channels.json; zipped again it may have one."""
    places = [
        name.removesuffix("channels.json")
        for name in archive.members
        if name.rsplit("/", 1)[-1] == "channels.json"
        and not name.startswith("__MACOSX")
    ]
    if not places:
        raise Unreadable(
            "no channels.json in it: put an export of Slack here as it was downloaded"
        )
    return min(places, key=lambda place: (place.count("/"), place))


def _key(name: Any) -> str:
    return unicodedata.normalize("NFC", str(name))


def _batches(rows: Iterator[Row], digest: str) -> Iterator[pa.Table]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= BATCH_ROWS:
            yield _table(batch, digest)
            batch = []
    if batch:
        yield _table(batch, digest)


def _table(rows: list[Row], digest: str) -> pa.Table:
    columns = {
        name: pa.array([_cell(row[name], kind) for row in rows], ARROW[kind])
        for name, kind in EXPORT_MESSAGES.columns.items()
    }
    return pa.table(
        {
            **columns,
            "_source_file": pa.array([row["_source_file"] for row in rows]),
            "_source_line": pa.array([row["_source_line"] for row in rows], pa.int64()),
            "_row_hash": pa.array([digest[:16]] * len(rows)),
        }
    )


def _cell(value: Any, kind: str) -> Any:
    if kind != "json" or value is None:
        return value
    return json.dumps(value, ensure_ascii=False)
