"""Reads contacts, companies, deals, their links, owners and pipelines, in this order.

State: {"until": {table: newest change seen}, "properties": {table: [custom names]},
        "rotation": {pair: id read last}}
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sources._base.http import HttpSession
from sources._base.source import Run
from sources.hubspot.associations import PAIRS, Pair, by_object, lost_links, read_links
from sources.hubspot.paging import list_pages, search_pages, search_total
from sources.hubspot.tables import (
    ASSOCIATIONS,
    MERGED,
    OBJECT_TYPES,
    OWNERS,
    PIPELINES,
    ObjectType,
    custom_properties,
    object_row,
    owner_row,
    pipeline_rows,
)

OVERLAP = timedelta(minutes=10)  # search lags behind by seconds to minutes
LONGEST_LIST = 12_000  # characters of `properties=`; HubSpot refuses near 15,000
ROTATED = 100_000  # objects per pair whose links are re-read besides the changed ones
KEPT_BACK = 50  # requests the rotation leaves to what comes after it


@dataclass
class Seen:
    """Ids met in this run, by table."""

    live: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    archived: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True)
class Window:
    """The fixed stretch of modification times that a search reads."""

    since: datetime
    until: datetime


def hubspot_resources(run: Run) -> Iterable[Any]:
    """Yields one resource per table; links come after the objects they join."""
    seen = Seen()
    for object_type in OBJECT_TYPES:
        yield run.table(object_type.table, _reader(run, object_type, seen))
    yield run.table(ASSOCIATIONS, lambda: read_associations(run, seen))
    yield run.table(OWNERS, lambda: read_owners(run))
    yield run.table(PIPELINES, lambda: read_pipelines(run))


def session_of(run: Run) -> HttpSession:
    """Returns the one session of this run."""
    token = run.settings["HUBSPOT_TOKEN"]
    return run.http(
        run.settings["HUBSPOT_BASE_URL"], {"Authorization": f"Bearer {token}"}
    )


def probe(run: Run) -> str:
    """Returns one sentence about the portal; raises what a run would raise."""
    return f"HubSpot answers: {search_total(session_of(run), 'contacts')} contacts"


def read_objects(
    run: Run, object_type: ObjectType, seen: Seen
) -> Iterator[list[dict[str, Any]]]:
    """Yields pages of raw rows: archived objects, then new and changed ones.

    Archived first: an object archived while we read stands in both lists (search lags),
    and one row per object and run is landed.
    """
    name = object_type.table.name
    session = session_of(run)
    custom = custom_properties(object_type, run.settings)
    currency = run.settings.get("HUBSPOT_CURRENCY")
    asked = (*object_type.properties, MERGED)
    archived = list_pages(session, f"/crm/v3/objects/{name}", _params(asked, True))
    for page in archived:
        seen.archived[name].update(str(found["id"]) for found in page)
        yield [object_row(found, object_type, currency=currency) for found in page]
    newest = ""
    for page in _live_pages(run, session, object_type, custom):
        rows = [
            object_row(found, object_type, custom=custom, currency=currency)
            for found in page
            if str(found.get("id")) not in seen.archived[name]
        ]
        seen.live[name].update(row["id"] for row in rows)
        newest = max([newest, *(_modified_at(row, object_type) for row in rows)])
        yield rows
    run.report(name, search_total(session, name))
    _advance(run, name, custom, newest)


def _live_pages(
    run: Run, session: HttpSession, object_type: ObjectType, custom: tuple[str, ...]
) -> Iterator[list[dict[str, Any]]]:
    name = object_type.table.name
    properties = (*object_type.properties, MERGED, *custom)
    window = window_of(run, name, custom)
    if window:
        return search_pages(
            session,
            name,
            properties=properties,
            modified=object_type.modified,
            since=window.since,
            until=window.until,
        )
    if len(",".join(properties)) > LONGEST_LIST:
        return search_pages(session, name, properties=properties)
    return list_pages(session, f"/crm/v3/objects/{name}", _params(properties, False))


def window_of(run: Run, name: str, custom: tuple[str, ...]) -> Window | None:
    """Returns the window to search, or None when everything has to be read.

    Everything: the first run, FULL=1, or other custom properties than last time.
    """
    if run.window:
        first, last = run.window
        return Window(
            # A local day lies within a day of the same day in UTC.
            since=datetime.combine(first, time.min, UTC) - timedelta(days=1),
            until=datetime.combine(last, time.max, UTC) + timedelta(days=1),
        )
    read_until = run.state.get("until", {}).get(name)
    unchanged = run.state.get("properties", {}).get(name, []) == list(custom)
    if run.full or read_until is None or not unchanged:
        return None
    since = min(datetime.fromisoformat(read_until), run.clock) - OVERLAP
    return Window(since=since, until=run.clock)


def _advance(run: Run, name: str, custom: tuple[str, ...], newest: str) -> None:
    """Moves the cursor to the newest change seen; a backfill leaves it where it is.

    Not to the run's clock: were that ahead of HubSpot's, changes would be lost.
    """
    if run.window:
        return
    until = run.state.setdefault("until", {})
    reached = max(until.get(name, ""), newest)
    if reached:
        until[name] = min(reached, run.clock.astimezone(UTC).isoformat())
    run.state.setdefault("properties", {})[name] = list(custom)


def _modified_at(row: dict[str, Any], object_type: ObjectType) -> str:
    """Returns the time of the last change as ISO text in UTC; '' when unknown."""
    sent = row[object_type.modified] or row["updated_at"]
    return datetime.fromisoformat(sent).astimezone(UTC).isoformat() if sent else ""


def read_associations(run: Run, seen: Seen) -> Iterator[list[dict[str, Any]]]:
    """Yields links of changed objects, then of others in rotation, and lost links."""
    session = session_of(run)
    known = by_object(run.known("associations", "association_id"))
    for pair in PAIRS:
        changed = sorted(seen.live[pair.from_table], key=int)
        rotated = _rotation(run, pair, seen)
        for ids, must_read in ((changed, True), (rotated, False)):
            for start in range(0, len(ids), 1_000):
                if not must_read and session.left < KEPT_BACK:
                    break
                batch = ids[start : start + 1_000]
                yield from _links(run, session, pair, batch, known)
                if not must_read:
                    run.state.setdefault("rotation", {})[pair.name] = batch[-1]


def _links(
    run: Run,
    session: HttpSession,
    pair: Pair,
    ids: list[str],
    known: dict[tuple[str, str], set[str]],
) -> Iterator[list[dict[str, Any]]]:
    for told in read_links(session, pair, ids):
        for error in told.errors:
            run.quarantine(
                "associations",
                f"hubspot did not give the links of some {pair.from_table}: "
                f"{error.get('message') or error.get('category')}",
                error,
            )
        rows: list[dict[str, Any]] = []
        for from_id, links in told.links.items():
            rows += links
            rows += lost_links(known.get((pair.name, from_id), set()), links)
        yield rows


def _rotation(run: Run, pair: Pair, seen: Seen) -> list[str]:
    """Returns known objects not read yet in this run, those waiting longest first."""
    gone = seen.archived[pair.from_table] | _merged_away(run, pair.from_table)
    others = run.known(pair.from_table, "id") - seen.live[pair.from_table] - gone
    ids = sorted(others, key=int)
    last = int(run.state.get("rotation", {}).get(pair.name, "0"))
    ordered = [i for i in ids if int(i) > last] + [i for i in ids if int(i) <= last]
    return ordered[:ROTATED]


def _merged_away(run: Run, table: str) -> set[str]:
    return {
        number
        for ids in run.known(table, "merged_ids")
        for number in json.loads(ids) or []
    }


def read_owners(run: Run) -> Iterator[list[dict[str, Any]]]:
    """Yields owners, the archived ones too."""
    for archived in ("false", "true"):
        params = {"archived": archived}
        for page in list_pages(session_of(run), "/crm/v3/owners", params):
            yield [owner_row(found) for found in page]


def read_pipelines(run: Run) -> Iterator[list[dict[str, Any]]]:
    """Yields the stages of each deal pipeline."""
    for page in list_pages(session_of(run), "/crm/v3/pipelines/deals", {}):
        for pipeline in page:
            yield pipeline_rows(pipeline)


def _params(properties: tuple[str, ...], is_archived: bool) -> dict[str, str]:
    return {
        "properties": ",".join(properties),
        "archived": "true" if is_archived else "false",
    }


def _reader(run: Run, object_type: ObjectType, seen: Seen) -> Any:
    return lambda: read_objects(run, object_type, seen)
