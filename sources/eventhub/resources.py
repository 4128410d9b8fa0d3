"""EventHub resources: what is asked in which order, and what is read again when.

State (saved only when the load completes):
    events   {event key: {"watermark": newest createdAt, "scanned_at": run}}
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sources._base.errors import BudgetSpent, Retriable, SchemaChanged
from sources._base.event_pages import event_pages
from sources._base.http import HttpSession
from sources._base.source import Run
from sources._base.values import count_of, moment_of, text_of
from sources._files.mapped import mapped_resources
from sources.eventhub.fields import Fields, load
from sources.eventhub.tables import EVENTS, USERS

log = logging.getLogger(__name__)
JST = timezone(timedelta(hours=9))  # days of a backfill window
OVERLAP = timedelta(days=1)  # read again below the watermark
FULL_SCAN_AFTER = timedelta(days=7)
LIVELY = timedelta(days=14)  # after the last registration or the event: all every day
# Rows read twice at each page's end: a user who is deleted while we read moves the rest
# up, and the first row of the next page would never be seen.
PAGE_OVERLAP = 3
WALKS = 3  # of a list whose rows moved while it was read
WORDS = ("status", "participation", "user_type")  # columns whose values are explained


def resources(run: Run) -> Iterable[Any]:
    """Yields events first: their days say which lists are read whole."""
    started: dict[str, datetime | None] = {}
    yield run.table(EVENTS, lambda: _events(run, started))
    yield run.table(USERS, lambda: _users(run, started))
    yield from mapped_resources(run)


def probe(run: Run) -> str:
    """Asks for the first event: is the key right, is the event there?"""
    event = Api.of(run).event(event_keys(run)[0])
    return f"EventHub answers; first event: {event['title']}"


def event_keys(run: Run) -> list[str]:
    """The configured events, each once, in the order given."""
    keys = run.settings["EVENTHUB_EVENTS"].replace(" ", ",").split(",")
    return list(dict.fromkeys(key for key in keys if key))


@dataclass(frozen=True)
class Api:
    """The session and what paths and fields are called."""

    http: HttpSession
    fields: Fields

    @classmethod
    def of(cls, run: Run) -> Api:
        headers = {"X-API-KEY": run.settings["EVENTHUB_API_KEY"]}
        own = run.settings.get("EVENTHUB_FIELDS")
        http = run.http(run.settings["EVENTHUB_BASE_URL"], headers)
        return cls(http, load(Path(own) if own else None))

    def path(self, request: str, event_key: str) -> str:
        path = self.fields.requests[request].lstrip("/")
        return "/" + path.replace("{event}", quote(event_key, safe=""))

    def event(self, key: str) -> dict[str, Any]:
        """Asks for an event and projects it."""
        path = self.path("event", key)
        body = self.http.get_json(path).body
        # Some answers wrap the record: {"event": {...}}.
        event = body.get("event", body) if isinstance(body, dict) else None
        if not isinstance(event, dict):
            raise _changed(f"GET {path}", "an event")
        told = self.fields.of("events", event)
        description = text_of(told.pop("description"), "description")
        return {
            "event_key": key,
            **{name: text_of(value, name) for name, value in told.items()},
            "mentioned_urls": event_pages(description),
        }


def _events(
    run: Run, started: MutableMapping[str, datetime | None]
) -> Iterator[dict[str, Any]]:
    api = Api.of(run)
    for key in event_keys(run):
        row = api.event(key)
        started[key] = moment_of(row["started_at"])
        yield row


def _users(
    run: Run, started: Mapping[str, datetime | None]
) -> Iterator[list[dict[str, Any]]]:
    api = Api.of(run)
    if run.window:
        first, last = run.window
        since = datetime.combine(first, datetime.min.time(), JST)
        for key in event_keys(run):
            for rows in _pages(run, api, key, since):
                yield [row for row in rows if _local_day(row) <= last.isoformat()]
        return
    known: dict[str, dict[str, str]] = run.state.setdefault("events", {})
    found = False
    for key in sorted(event_keys(run), key=lambda key: _scanned_at(known, key)):
        known_here = dict(known.get(key, {}))
        try:
            for rows in _changed_users(run, api, key, known_here, started.get(key)):
                found = found or bool(rows)
                yield rows
        except BudgetSpent as error:
            # What was read lands; this event and those after it come first next time.
            if not found:
                raise
            log.warning("eventhub: the users from %s on are left: %s", key, error)
            return
        known[key] = known_here


def _scanned_at(known: Mapping[str, Mapping[str, str]], key: str) -> str:
    return known.get(key, {}).get("scanned_at", "")


def _changed_users(
    run: Run,
    api: Api,
    key: str,
    known: MutableMapping[str, str],
    started: datetime | None,
) -> Iterator[list[dict[str, Any]]]:
    """New users since the watermark; all of them while anything may still change."""
    watermark = moment_of(known.get("watermark"))
    scanned = moment_of(known.get("scanned_at"))
    latest = max((m for m in (watermark, started) if m), default=None)
    is_full = (
        run.full
        or scanned is None
        or latest is None
        or run.clock - scanned >= FULL_SCAN_AFTER
        or run.clock - latest <= LIVELY
    )
    since = None if is_full or watermark is None else watermark - OVERLAP
    newest = watermark
    for rows in _pages(run, api, key, since):
        told = [moment_of(row["created_at"]) for row in rows]
        newest = max((m for m in (newest, *told) if m), default=None)
        yield rows
    if newest:
        known["watermark"] = newest.isoformat()
    if is_full:
        known["scanned_at"] = run.clock.isoformat()


def _pages(
    run: Run, api: Api, key: str, since: datetime | None
) -> Iterator[list[dict[str, Any]]]:
    """Yields users not seen before, by offset; again when rows moved meanwhile.

    Raises: Retriable if the platform counts more than it shows; SchemaChanged.
    """
    fields, path = api.fields, api.path("users", key)
    size = int(fields.requests["page_size"])
    query = {} if since is None else {fields.requests["since"]: _utc(since)}
    seen: set[str] = set()
    for _ in range(WALKS):
        offset = total = 0
        while True:
            page = {fields.requests["offset"]: offset, fields.requests["limit"]: size}
            body = api.http.post_json(path, {**query, **page}).body
            users = _listed(body, fields.lists["users"], f"POST {path}")
            total = _total(body, fields, path)
            rows = [_user_row(fields, key, user) for user in users]
            yield [row for row in rows if row["user_id"] not in seen]
            seen.update(row["user_id"] for row in rows)
            if not rows or offset + len(rows) >= total:
                break
            offset += max(len(rows) - PAGE_OVERLAP, 1)
        if len(seen) >= total:
            if since is None:
                run.report(USERS.name, total, period=f"event:{key}")
            return
    raise Retriable(
        f"POST {path} says it has {total} users but shows {len(seen)}:"
        " the next run reads them again"
    )


def _total(body: Mapping[str, Any], fields: Fields, path: str) -> int:
    name = fields.lists["user_count"]
    total = count_of(body.get(name), name)
    if total is None:
        raise _changed(f"POST {path}", name)
    return total


def _user_row(fields: Fields, key: str, user: Mapping[str, Any]) -> dict[str, Any]:
    told = fields.of("users", user)
    answers = fields.answers(told.pop("custom_fields"))
    # Flags are taken as words: whether a user came is true or "参加".
    row = {name: text_of(_worded(value), name) for name, value in told.items()}
    if not row["user_id"]:
        raise _changed(f"POST /users/{key}", "the id of a user")
    explained = {name: fields.meaning(name, row[name]) for name in WORDS}
    return {"event_key": key, **row, **explained, "custom_fields": answers}


def _worded(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _listed(body: Any, name: str, request: str) -> list[dict[str, Any]]:
    rows = body.get(name) if isinstance(body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _changed(request, f"a list {name}")
    return rows


def _local_day(row: Mapping[str, Any]) -> str:
    created = moment_of(row["created_at"])
    return created.astimezone(JST).date().isoformat() if created else ""


def _utc(moment: datetime) -> str:
    """As programs that work against it write moments: 2026-11-20T20:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _changed(request: str, expected: str) -> SchemaChanged:
    return SchemaChanged(
        f"{request} answers without {expected}: write what it is called into a file and"
        " name that in EVENTHUB_FIELDS (see sources/eventhub/fields.yaml)"
    )
