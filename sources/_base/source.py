"""The source card and the run: what a connector declares and what it is given.

A connector is a folder with a `SOURCE = Source(...)` and a function `resources(run)`
that yields one dlt resource per table. It reads nothing but its `Run`: no clock, no
environment, no path of its own, so that any run can be repeated exactly.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import dlt
import pyarrow as pa

from sources._base.erased import Erased, is_pseudonym
from sources._base.errors import Rejected
from sources._base.rows import ARROW, LandedRows, RowEraser, landed_rows

if TYPE_CHECKING:
    from sources._base.http import HttpSession
    from sources._base.raw import RawReader

ColumnType = Literal["text", "bigint", "double", "bool", "timestamp", "date", "json"]
Kind = Literal[
    "event", "sns", "community", "crm", "survey", "register", "in-house", "files"
]

# More bad rows than this fail the source: the file or the platform changed its shape.
QUARANTINE_SHARE = 0.05
QUARANTINE_FLOOR = 20  # a handful of bad rows in a small file is ordinary

SYSTEM_COLUMNS: Mapping[str, ColumnType] = {
    "_observed_at": "timestamp",
    "_row_hash": "text",
    "_source_file": "text",
    "_source_line": "bigint",
}


@dataclass(frozen=True)
class Setting:
    """One environment variable of a source; `secret` values are redacted everywhere."""

    name: str
    description: str
    required: bool = False
    secret: bool = False
    default: str | None = None


@dataclass(frozen=True)
class Table:
    """One raw table: its own columns and the key that identifies a thing in it.

    `skip_unchanged`: a re-read row equal to the newest landed version of its key is
    counted, not landed. `volatile`: columns left out of that comparison.
    `personal`: which columns tell of people, and what (sources/_base/personal.py).
    """

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, ColumnType]
    description: str
    skip_unchanged: bool = True
    volatile: tuple[str, ...] = ()
    personal: Mapping[str, str] = field(default_factory=dict)

    def hints(self) -> dict[str, dict[str, Any]]:
        """Returns dlt column hints, the system columns included."""
        all_columns = {**self.columns, **SYSTEM_COLUMNS}
        return {name: _hint(name, kind) for name, kind in all_columns.items()}

    def schema(self) -> pa.Schema:
        """Returns the Arrow schema of its files, dlt's load id included."""
        all_columns = {**self.columns, **SYSTEM_COLUMNS}
        fields = [(name, ARROW[kind]) for name, kind in all_columns.items()]
        return pa.schema([*fields, ("_dlt_load_id", pa.string())])


def _hint(name: str, kind: ColumnType) -> dict[str, Any]:
    hint: dict[str, Any] = {"name": name, "data_type": kind, "nullable": True}
    if kind == "timestamp":
        hint |= {"timezone": True, "precision": 6}
    return hint


LOAD_COUNTS = Table(
    name="load_counts",
    key=("source", "table_name", "period"),
    columns={
        "source": "text",
        "table_name": "text",
        "period": "text",
        "landed": "bigint",
        "unchanged": "bigint",
        "quarantined": "bigint",
        "reported_by_source": "bigint",
    },
    description="Rows of this load as the connector counted them, and the platform's"
    " own totals (period names the event or query they are of).",
    skip_unchanged=False,
)
QUARANTINE = Table(
    name="quarantine",
    key=("source", "table_name", "file", "line"),
    columns={
        "source": "text",
        "table_name": "text",
        "file": "text",
        "line": "bigint",
        "reason": "text",
        "payload": "text",
    },
    description="Rows and files the connector could not read, with the reason.",
    skip_unchanged=False,
    personal={"payload": "line", "reason": "refs"},
)


@dataclass(frozen=True)
class Source:
    """A connector's card: what it reads, what it needs, how polite it is."""

    name: str
    title: str
    kind: Kind
    tables: tuple[Table, ...]
    resources: Callable[[Run], Iterable[Any]]
    settings: tuple[Setting, ...] = ()
    probe: Callable[[Run], str] | None = None
    requests_per_second: float = 1.0
    request_budget: int = 1_000
    inbox_folder: str | None = None

    def schemas(self) -> dict[str, pa.Schema]:
        """Returns the Arrow schema of every raw table, system tables included."""
        tables = (*self.tables, QUARANTINE, LOAD_COUNTS)
        return {table.name: table.schema() for table in tables}

    def has_nothing_to_read(self, settings: Mapping[str, str], inbox: Path) -> bool:
        """Whether neither the platform (not configured) nor the inbox has anything."""
        needs_platform = any(setting.required for setting in self.settings)
        if self.kind == "files" or (needs_platform and not self.missing(settings)):
            return False
        if self.inbox_folder is None:
            return needs_platform
        folder = inbox / self.inbox_folder
        return not any(path.is_file() for path in folder.rglob("*"))

    def missing(self, settings: Mapping[str, str]) -> list[str]:
        """Returns the names of required settings that are absent or empty."""
        return [
            s.name for s in self.settings if s.required and not settings.get(s.name)
        ]

    def configured(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Returns this source's settings from the environment, defaults filled in."""
        found = {s.name: environment.get(s.name) or s.default for s in self.settings}
        return {name: value for name, value in found.items() if value is not None}

    def secrets(self, settings: Mapping[str, str]) -> list[str]:
        """Returns the secret values, for redaction."""
        return [
            settings[s.name] for s in self.settings if s.secret and s.name in settings
        ]


@dataclass
class Counts:
    """What a connector counted in one load, per table."""

    landed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    on_purpose: Counter[str] = field(default_factory=Counter)  # of the quarantined
    reported: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass
class Run:
    """One run of one source: everything a connector may know.

    `is_connected` is False when a required setting is missing: tables that need the
    platform then land typed and empty, files of the inbox are still read.
    `clock` is the run's time (aware, UTC). `state` is kept beside the data and saved
    only when the load completes. `window` limits a backfill to local days (inclusive).
    `erased`: people who must not come back.
    """

    source: Source
    settings: Mapping[str, str]
    clock: datetime
    inbox: Path
    raw: RawReader
    requests_per_second: float = 1.0
    full: bool = False
    window: tuple[date, date] | None = None
    is_connected: bool = True
    erased: Erased | None = None
    counts: Counts = field(default_factory=Counts)
    _rejected: list[dict[str, Any]] = field(default_factory=list)
    _sessions: dict[str, HttpSession] = field(default_factory=dict)

    @property
    def state(self) -> dict[str, Any]:
        """The source's state: JSON-able, shared by all its tables."""
        state: dict[str, Any] = dlt.current.source_state()
        return state

    def http(
        self, base_url: str, headers: Mapping[str, str] | None = None
    ) -> HttpSession:
        """Returns the one session for a base URL: pace and budget are per source."""
        from sources._base.http import HttpSession

        if base_url not in self._sessions:
            self._sessions[base_url] = HttpSession(
                base_url,
                dict(headers or {}),
                requests_per_second=self.requests_per_second,
                budget=self.source.request_budget,
                wall=self.clock.timestamp,
            )
        return self._sessions[base_url]

    def known(self, table: str, column: str) -> set[str]:
        """Returns the distinct landed values of a column of this source.

        Not what stands for erased people: nobody is to be asked about them.
        """
        values = self.raw.distinct(self.source.name, table, column)
        return {value for value in values if not is_pseudonym(value)}

    def quarantine(
        self,
        table: str,
        reason: str,
        payload: object,
        *,
        file: str | None = None,
        line: int | None = None,
        on_purpose: bool = False,
    ) -> None:
        """Sets a row or file aside with the reason; it stays in the count of landed.

        on_purpose: somebody decided so (a column map skips it): no sign of a bad load.
        """
        text = payload if isinstance(payload, str) else _as_json(payload)
        self.counts.landed[table] += 1
        self.counts.quarantined[table] += 1
        self.counts.on_purpose[table] += on_purpose
        self._rejected.append(
            {
                "source": self.source.name,
                "table_name": table,
                "file": file,
                "line": line,
                "reason": reason,
                "payload": text,
            }
        )

    def report(self, table: str, count: int, *, period: str = "") -> None:
        """Records what the platform itself says it has, for reconciliation."""
        self.counts.reported[table, period] = count

    def table(
        self,
        table: Table,
        rows: Callable[[], Iterable[Any]],
        *,
        needs_connection: bool = True,
    ) -> Any:
        """Returns the dlt resource that lands `rows()`: dicts, lists of dicts or Arrow.

        Without a connection it lands a typed empty file, unless the rows come from the
        inbox (`needs_connection=False`).

        Raises: SchemaChanged when a row has a key the table does not declare.
        """
        if needs_connection and not self.is_connected:
            return _resource(table, lambda: self._landed(table, ()))
        return _resource(table, lambda: self._landed(table, rows()))

    def system_tables(self) -> list[Any]:
        """Returns the resources of counts and quarantine; they must come last."""
        return [
            _resource(QUARANTINE, lambda: self._landed(QUARANTINE, self._rejected)),
            _resource(
                LOAD_COUNTS, lambda: self._landed(LOAD_COUNTS, self._count_rows())
            ),
        ]

    def _landed(self, table: Table, rows: Iterable[Any]) -> Iterator[Any]:
        newest = (
            self.raw.newest_hashes(self.source.name, table.name, table.key)
            if table.skip_unchanged
            else {}
        )
        batches: Iterator[LandedRows] = landed_rows(
            rows,
            table=table,
            observed_at=self.clock,
            newest=newest,
            erase=self._eraser(table),
        )
        for batch in batches:
            if table not in (QUARANTINE, LOAD_COUNTS):
                self.counts.landed[table.name] += batch.landed
            self.counts.unchanged[table.name] += batch.unchanged
            if batch.landed:
                yield batch.rows

    def _eraser(self, table: Table) -> RowEraser | None:
        """What every row of every source passes on its way to raw."""
        if self.erased is None or not table.personal:
            return None
        return RowEraser(self.erased, self.source.name, table)

    def _refuse_a_bad_load(self) -> None:
        for table, quarantined in self.counts.quarantined.items():
            bad = quarantined - self.counts.on_purpose[table]
            landed = self.counts.landed[table]
            if bad > max(QUARANTINE_FLOOR, landed * QUARANTINE_SHARE):
                first = next(r for r in self._rejected if r["table_name"] == table)
                where = f" (first: {first['file'] or 'API'}: {first['reason']})"
                raise Rejected(
                    f"{self.source.name}: {bad} of {landed} rows of {table} cannot be"
                    f" read{where}; the load was rejected whole, yesterday's rows stay"
                )

    def _count_rows(self) -> Iterator[dict[str, Any]]:
        self._refuse_a_bad_load()
        counts = self.counts
        for table in self.source.tables:
            yield {
                "source": self.source.name,
                "table_name": table.name,
                "period": "",
                "landed": counts.landed[table.name],
                "unchanged": counts.unchanged[table.name],
                "quarantined": counts.quarantined[table.name],
                "reported_by_source": counts.reported.get((table.name, "")),
            }
        for (name, period), count in sorted(counts.reported.items()):
            if period:
                yield {
                    "source": self.source.name,
                    "table_name": name,
                    "period": period,
                    "landed": None,
                    "unchanged": None,
                    "quarantined": None,
                    "reported_by_source": count,
                }


def _resource(table: Table, rows: Callable[[], Iterable[Any]]) -> Any:
    # `data_type: freeze` rejects the load when a field changes type, instead of
    # adding a column `n__v_text`; new columns are a decision, so they freeze too.
    return dlt.resource(
        rows,
        name=table.name,
        columns=table.hints(),
        write_disposition="append",
        max_table_nesting=0,
        schema_contract={
            "tables": "evolve",
            "columns": "freeze",
            "data_type": "freeze",
        },
        parallelized=False,
    )


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
