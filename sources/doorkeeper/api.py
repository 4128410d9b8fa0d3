"""Doorkeeper's API: pages of lists that name no total, answers as raw rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sources._base.errors import Retriable, SchemaChanged
from sources._base.event_pages import event_pages
from sources._base.http import HttpSession
from sources._base.source import Run
from sources._base.values import count_of, text_of

WALKS = 4  # of a list whose rows move while it is read


def session(run: Run) -> HttpSession:
    """The run's session for Doorkeeper."""
    return run.http(
        run.settings["DOORKEEPER_BASE_URL"],
        {"Authorization": f"Bearer {run.settings['DOORKEEPER_TOKEN']}"},
    )


def events(
    http: HttpSession, group: str, params: Mapping[str, Any]
) -> Iterator[list[dict[str, Any]]]:
    """Yields the events of a group as raw rows, page by page, each event once.

    A list is read until two readings in a row tell the same: it names no total, and
    rows that slip from page to page meanwhile would not be missed otherwise.

    Raises: Retriable if no two readings agree; SchemaChanged.
    """
    path = f"/groups/{group}/events"
    seen: set[str] = set()
    before: list[list[str]] | None = None
    for _ in range(WALKS):
        walked: list[list[str]] = []
        for rows in _walk(http, path, params):
            walked.append([row["id"] for row in rows])
            yield [row for row in rows if row["id"] not in seen]
            seen.update(walked[-1])
        if walked == before:
            return
        before = walked
    raise Retriable(
        f"GET {path}: the events move from page to page while they are read;"
        " the next run reads them again"
    )


def _walk(
    http: HttpSession, path: str, params: Mapping[str, Any]
) -> Iterator[list[dict[str, Any]]]:
    """Pages up to an empty one, one shorter than the first or one with nothing new.

    The size of a page is not to be relied on: it has been 20 and is 25.
    """
    number, size = 1, 0
    told: set[str] = set()
    while True:
        body = http.get_json(path, {**params, "page": number}).body
        rows = [event_row(event) for event in _unwrapped(body, path)]
        yield rows
        size = size or len(rows)
        ids = {row["id"] for row in rows}
        if len(rows) < size or ids <= told:
            return
        told |= ids
        number += 1


def group_body(http: HttpSession, group: str) -> Mapping[str, Any]:
    """Asks for a group. Raises: Rejected (404) if there is none of that name."""
    path = f"/groups/{group}"
    body = http.get_json(path).body
    found = body.get("group") if isinstance(body, dict) else None
    if not isinstance(found, dict):
        raise _changed(path, "group")
    return found


def _unwrapped(body: Any, path: str) -> list[dict[str, Any]]:
    rows = [
        row.get("event") if isinstance(row, dict) else None
        for row in (body if isinstance(body, list) else [None])
    ]
    found = [row for row in rows if isinstance(row, dict)]
    if len(found) < len(rows):
        raise _changed(path, "list of events")
    return found


def event_row(event: Mapping[str, Any]) -> dict[str, Any]:
    """Projects an event; `group` is an id, or an object when it was asked for."""
    group = event.get("group")
    texts = (
        "title",
        "public_url",
        "starts_at",
        "ends_at",
        "published_at",
        "updated_at",
        "venue_name",
        "address",
        "lat",
        "long",
    )
    counts = ("ticket_limit", "participants", "waitlisted")
    return {
        "id": _id(event),
        **{name: text_of(event.get(name), name) for name in texts},
        "group_id": text_of(
            group.get("id") if isinstance(group, dict) else group, "group"
        ),
        **{name: count_of(event.get(name), name) for name in counts},
        "mentioned_urls": event_pages(text_of(event.get("description"), "description")),
    }


def group_row(configured_as: str, group: Mapping[str, Any]) -> dict[str, Any]:
    """Projects a group."""
    texts = ("name", "country_code", "public_url")
    return {
        "id": _id(group),
        "configured_as": configured_as,
        **{name: text_of(group.get(name), name) for name in texts},
        "members_count": count_of(group.get("members_count"), "members_count"),
    }


def _id(row: Mapping[str, Any]) -> str:
    found = text_of(row.get("id"), "id")
    if not found:
        raise SchemaChanged(
            "Doorkeeper sends a row without id: change sources/doorkeeper/api.py"
        )
    return found


def _changed(path: str, expected: str) -> SchemaChanged:
    return SchemaChanged(
        f"GET {path} answers without a {expected}: compare with the contract in"
        " sources/doorkeeper/README.md and change sources/doorkeeper/api.py"
    )
