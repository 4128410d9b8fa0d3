"""Doorkeeper resources: what is asked in which order, and what is read again when.

State (saved only when the load completes):
    groups   {group: {"watermark": newest updated_at, "scanned_at": run}}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sources._base.http import HttpSession
from sources._base.source import Run
from sources._base.values import moment_of
from sources._files.mapped import mapped_resources
from sources.doorkeeper import api
from sources.doorkeeper.tables import EVENTS, GROUPS

JST = timezone(timedelta(hours=9))  # days of `since` and of a backfill window
FIRST_DAY = "2008-01-01"  # before the platform began; without `since` it says today
OVERLAP = timedelta(days=1)  # read again below the watermark
FULL_SCAN_AFTER = timedelta(days=7)  # the order of updates is not documented
BEFORE = timedelta(days=8)  # counts of events that have just been still move
LISTS = "file_registrations"  # the attendee lists, which the counts are held against


def resources(run: Run) -> Iterable[Any]:
    """Yields one resource per table."""
    yield run.table(EVENTS, lambda: _events(run))
    yield run.table(GROUPS, lambda: _groups(run))
    yield from mapped_resources(run)


def probe(run: Run) -> str:
    """Asks for the first configured group: is the token right, is the group there?"""
    group = api.group_body(api.session(run), groups(run)[0])
    return f"Doorkeeper answers; first group: {group.get('name')}"


def groups(run: Run) -> list[str]:
    """The configured groups, each once, in the order given."""
    names = run.settings["DOORKEEPER_GROUPS"].replace(" ", ",").split(",")
    return list(dict.fromkeys(name for name in names if name))


def _groups(run: Run) -> Iterator[dict[str, Any]]:
    http = api.session(run)
    for name in groups(run):
        yield api.group_row(name, api.group_body(http, name))


def _events(run: Run) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for row in _listed_events(run):
        if row["id"] in seen:
            continue
        seen.add(row["id"])
        for state, column in (("accepted", "participants"), ("waiting", "waitlisted")):
            if row[column] is not None:
                run.report(LISTS, row[column], period=f"event:{row['id']}:{state}")
        yield row


def _listed_events(run: Run) -> Iterator[dict[str, Any]]:
    http = api.session(run)
    if run.window:
        for group in groups(run):
            yield from _events_between(http, group, *run.window)
        return
    known: dict[str, dict[str, str]] = run.state.setdefault("groups", {})
    since = (run.clock - BEFORE).astimezone(JST).date()
    for group in groups(run):
        yield from _changed_events(run, http, group, known.setdefault(group, {}))
        query = {"since": since.isoformat(), "sort": "starts_at"}
        for rows in api.events(http, group, query):
            yield from rows


def _changed_events(
    run: Run, http: HttpSession, group: str, known: MutableMapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Down to the watermark less the overlap, or all of them."""
    scanned = moment_of(known.get("scanned_at"))
    watermark = moment_of(known.get("watermark"))
    is_full = run.full or scanned is None or run.clock - scanned >= FULL_SCAN_AFTER
    until = None if is_full or watermark is None else watermark - OVERLAP
    query = {"since": FIRST_DAY, "sort": "updated_at" if until else "published_at"}
    newest = None
    for rows in api.events(http, group, query):
        yield from rows
        updates = [moment_of(row["updated_at"]) for row in rows]
        newest = max((m for m in (newest, *updates) if m), default=None)
        if until and _ends_before(updates, until):
            break
    if newest is None:
        return  # a list that is empty for once is read whole again
    known["watermark"] = max(newest, watermark or newest).isoformat()
    if is_full:
        known["scanned_at"] = run.clock.isoformat()


def _ends_before(updates: Sequence[datetime | None], until: datetime) -> bool:
    """Whether a page runs from the newest update to one that was seen before."""
    told = [moment for moment in updates if moment]
    is_falling = len(told) == len(updates) > 1 and told == sorted(told, reverse=True)
    return is_falling and told[0] > told[-1] and told[-1] <= until


def _events_between(
    http: HttpSession, group: str, first: date, last: date
) -> Iterator[dict[str, Any]]:
    """A backfill: the days beside the window are asked too, and left out."""
    day = timedelta(days=1)
    query = {"since": f"{first - day}", "until": f"{last + day}", "sort": "starts_at"}
    for rows in api.events(http, group, query):
        for row in rows:
            started = moment_of(row["starts_at"])
            if started and first <= started.astimezone(JST).date() <= last:
                yield row
