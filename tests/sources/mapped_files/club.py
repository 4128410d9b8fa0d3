"""A club whose exports are read by a map: its map, its inbox, what comes of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl

from sources._base.raw import RawReader
from sources._base.source import Source
from sources._files.kinds import KINDS
from sources._files.mapped import mapped_resources, mapped_tables

MAP = """
title: Attendees of a club
match: {requires: [ticket, member]}
from_file_name: {event_id: "event_(\\\\d+)"}
columns:
  ticket: [チケットID, Ticket ID]
  member: [会員番号, Member ID]
  name: [氏名, お名前, Name]
  mail: [メールアドレス, E-mail]
  applied: [申込日時, Applied at]
  state: [状態, Status]
  came: [出席]
rows:
  accounts:
    source: {const: club}
    account_id: {column: member}
    name: {column: name}
    email: {column: mail}
  registrations:
    source: {const: club}
    event_id: {column: event_id}
    account_id: {column: member}
    status: {column: state, map: {支払済: accepted, キャンセル: cancelled}}
    registered_at: {column: applied}
    attended: {column: came, map: {出席: "true", 欠席: "false"}, blank: null}
"""
HEADER = "チケットID,会員番号,氏名,メールアドレス,申込日時,状態,出席\n"
ROW = "t1,m1,山田 花子,Hanako＠Example.com,2026/11/01 09:10,支払済,出席\n"


def club(**options: Any) -> Source:
    """A source without maps of its own, for maps that lie in the inbox."""
    kinds = [kind.name for kind in KINDS]
    return Source(
        name="club",
        title="A club",
        kind="event",
        tables=mapped_tables("club", kinds=kinds),
        resources=mapped_resources,
        inbox_folder="club",
        **options,
    )


@dataclass
class Club:
    """An inbox, and ways to land it day by day and to look at raw."""

    zone: Any
    clock: datetime
    source: Source = field(default_factory=club)

    def drop(self, name: str, content: str | bytes) -> Path:
        path = self.zone.folder / "inbox" / self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        return path

    @property
    def folder(self) -> str:
        return self.source.inbox_folder or ""

    def land(self, **environment: str) -> Any:
        self.clock += timedelta(days=1)
        return self.zone.land(
            self.source, environment=environment, clock=self.clock
        ).counts

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of complete loads, without columns that hold nothing."""
        raw = RawReader((self.zone.folder / "raw").as_uri())
        complete = raw.complete_loads(self.source.name)
        return [
            {k: v for k, v in row.items() if v is not None and not k.startswith("_dlt")}
            for row in self.zone.rows(self.source.name, table)
            if row["_dlt_load_id"] in complete
        ]

    def read(self, content: str, text: str = MAP, name: str = "event_7.csv") -> Any:
        """Lands one file with one map; returns the rows by kind."""
        self.drop("map.yaml", text)
        self.drop(name, content)
        self.land()
        return lambda kind: self.rows(f"file_{kind}")


@dataclass
class Reading:
    """What one file becomes by some maps, without a landing."""

    rows: dict[str, list[dict[str, Any]]]
    aside: list[dict[str, Any]]

    def __call__(self, kind: str) -> list[dict[str, Any]]:
        return self.rows.get(kind, [])


def ours(row: dict[str, Any]) -> dict[str, Any]:
    """The row without what landing adds."""
    return {name: value for name, value in row.items() if not name.startswith("_")}


def sheet(rows: list[list[str]], path: Path) -> bytes:
    """The content of a workbook with these rows, written to the path."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path.read_bytes()
