"""Reads the objects one after another: what there is, how many, what changed.

State: {"until": {table: newest change seen}, "read": {table: what was asked for}}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute

from sources._base.errors import Rejected
from sources._base.source import Run
from sources.salesforce.bulk import bulk_pages
from sources.salesforce.client import Client
from sources.salesforce.objects import (
    OBJECT_TYPES,
    ObjectType,
    Projection,
    projection,
    record_row,
)
from sources.salesforce.queries import count, describe, modified_at, records, soql

OVERLAP = timedelta(minutes=10)  # a long transaction is stamped before it is visible
LONGEST_QUERY = 5_000  # characters in an address; a longer query goes into a bulk job


@dataclass(frozen=True)
class Window:
    """The stretch of modification times to read; an open end is None."""

    since: datetime | None = None
    until: datetime | None = None


def salesforce_resources(run: Run) -> Iterable[Any]:
    """Yields one resource per table; tables that are not chosen stay empty."""
    client = Client(run)
    for object_type in OBJECT_TYPES:
        yield run.table(object_type.table, _reader(run, client, object_type))


def probe(run: Run) -> str:
    """Returns one sentence about the org; raises what a run would raise."""
    client = Client(run)
    body = client.get(client.path("limits")).body
    day = body.get("DailyApiRequests") if isinstance(body, dict) else None
    left = day if isinstance(day, dict) else {}
    return (
        f"Salesforce answers: {left.get('Remaining', 'unknown')} of"
        f" {left.get('Max', 'unknown')} requests of the day are left"
    )


def chosen_tables(run: Run) -> set[str]:
    """Returns the tables to read.

    Raises: Rejected when SALESFORCE_OBJECTS names one that does not exist.
    """
    named = set(filter(None, re.split(r"[,\s]+", run.settings["SALESFORCE_OBJECTS"])))
    known = [object_type.table.name for object_type in OBJECT_TYPES]
    unknown = sorted(named - set(known))
    if unknown:
        raise Rejected(
            f"SALESFORCE_OBJECTS names {', '.join(unknown)}; there are"
            f" {', '.join(known)}"
        )
    return named


def read_object(
    run: Run, client: Client, object_type: ObjectType
) -> Iterator[list[dict[str, Any]] | pa.Table]:
    """Yields raw rows of new, changed and deleted records, or Arrow tables in bulk."""
    name = object_type.table.name
    if name not in chosen_tables(run):
        return
    wanted = projection(object_type, describe(client, object_type.name), run.settings)
    window = window_of(run, name, wanted)
    total = count(client, wanted)
    run.report(name, total)
    newest: datetime | None = None
    for rows, latest in _pages(client, wanted, window, _is_large(run, window, total)):
        newest = max(filter(None, (newest, latest)), default=None)
        yield rows
    _advance(run, name, wanted, newest)


def window_of(run: Run, name: str, wanted: Projection) -> Window:
    """Returns the stretch to read; without bounds when everything has to be read.

    Everything: the first run, FULL=1, or other fields or settings than last time.
    """
    if run.window:
        first, last = run.window
        return Window(
            # A local day lies within a day of the same day in UTC.
            since=datetime.combine(first, time.min, UTC) - timedelta(days=1),
            until=datetime.combine(last, time.max, UTC) + timedelta(days=1),
        )
    until = run.state.get("until", {}).get(name)
    is_same = run.state.get("read", {}).get(name) == wanted.signature
    if run.full or until is None or not is_same:
        return Window()
    return Window(since=datetime.fromisoformat(until) - OVERLAP)


def _is_large(run: Run, window: Window, total: int) -> bool:
    text = run.settings["SALESFORCE_BULK_FROM"]
    if not text.isdecimal():
        raise Rejected(f"SALESFORCE_BULK_FROM is {text!r}: write a whole number")
    return window == Window() and total > int(text)


def _pages(
    client: Client, wanted: Projection, window: Window, is_large: bool
) -> Iterator[tuple[list[dict[str, Any]] | pa.Table, datetime | None]]:
    """Yields rows and the newest change among them."""
    query = soql(wanted, since=window.since, until=window.until)
    if is_large or len(query) > LONGEST_QUERY:
        for page in bulk_pages(client, query, wanted):
            latest = pa.compute.max(page["system_modstamp"]).as_py()
            yield page, modified_at(latest)
        return
    for found in records(client, wanted, since=window.since, until=window.until):
        moments = [modified_at(record.get("SystemModstamp")) for record in found]
        newest = max(filter(None, moments), default=None)
        yield [record_row(record, wanted) for record in found], newest


def _advance(run: Run, name: str, wanted: Projection, newest: datetime | None) -> None:
    """Moves the cursor to the newest change seen; a backfill leaves it where it is.

    Not beyond the run's clock: what changes while we read has to be met again.
    """
    if run.window:
        return
    run.state.setdefault("read", {})[name] = wanted.signature
    if newest is None:
        return
    until = run.state.setdefault("until", {})
    reached = min(newest, run.clock).astimezone(UTC).isoformat()
    until[name] = max(until.get(name, ""), reached)


def _reader(run: Run, client: Client, object_type: ObjectType) -> Any:
    return lambda: read_object(run, client, object_type)
