"""connpass API v2: paging over shifting lists, and answers projected to raw rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sources._base.errors import Retriable, SchemaChanged
from sources._base.event_pages import event_pages
from sources._base.http import HttpSession
from sources._base.source import Run
from sources._base.values import count_of, object_of, text_of

PAGE = 100
# Rows read twice at each page boundary: an event that is deleted while we page moves
# the rest up, and the first rows of the next page would never be seen.
PAGE_OVERLAP = 3
WALKS = 3


def session(run: Run) -> HttpSession:
    """The run's session for connpass."""
    return run.http(
        run.settings["CONNPASS_BASE_URL"],
        {"X-API-Key": run.settings["CONNPASS_API_KEY"]},
    )


def pages(
    http: HttpSession, path: str, params: Mapping[str, Any], *, key: str
) -> Iterator[tuple[list[dict[str, Any]], int]]:
    """Yields (rows of the page not seen before, rows the platform says it has).

    A row that moved to a page we had read already is looked for in a second walk.

    Raises: SchemaChanged if the list `key` is absent or no list; Retriable if a page in
    the middle is empty or rows are missing after the last walk.
    """
    seen: set[str] = set()
    for _ in range(WALKS):
        available = 0
        for rows, available in _walk(http, path, params, key=key):
            yield [row for row in rows if not _is_seen(row, seen)], available
        # Presentations have no id to count by.
        if len(seen) >= available or not seen:
            return
    raise Retriable(
        f"GET {path} says it has {available} {key} but shows {len(seen)}:"
        " the next run reads them again"
    )


def _walk(
    http: HttpSession, path: str, params: Mapping[str, Any], *, key: str
) -> Iterator[tuple[list[dict[str, Any]], int]]:
    start = 1
    while True:
        body = http.get_json(path, {**params, "start": start, "count": PAGE}).body
        rows, available = listed(body, key=key, path=path)
        yield rows, available
        if start + len(rows) > available:
            return
        if not rows:
            raise Retriable(
                f"GET {path} says it has {available} {key} but the page from {start} on"
                " is empty: the next run reads them again"
            )
        start += len(rows) - PAGE_OVERLAP if len(rows) > PAGE_OVERLAP else len(rows)


def listed(body: Any, *, key: str, path: str) -> tuple[list[dict[str, Any]], int]:
    """Returns the list of an answer and how many rows the platform says it has."""
    answer = body if isinstance(body, dict) else {}
    rows = answer.get(key)
    available = count_of(answer.get("results_available"), "results_available")
    is_list = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    if not is_list or available is None:
        raise SchemaChanged(
            f"GET {path} answers without {key} or results_available: compare with the"
            " contract in sources/connpass/README.md and change sources/connpass/api.py"
        )
    return rows or [], available


def event_row(event: Mapping[str, Any]) -> dict[str, Any]:
    """Projects an event; answers of API v1 (recorded before 2026) have other names."""
    group = object_of(event.get("group") or event.get("series"), "group")
    return {
        "id": _id(event, "id", "event_id"),
        "title": text_of(event.get("title"), "title"),
        "catch": text_of(event.get("catch"), "catch"),
        "url": text_of(event.get("url") or event.get("event_url"), "url"),
        "hash_tag": text_of(event.get("hash_tag"), "hash_tag"),
        "started_at": text_of(event.get("started_at"), "started_at"),
        "ended_at": text_of(event.get("ended_at"), "ended_at"),
        "published_at": text_of(event.get("published_at"), "published_at"),
        "capacity": count_of(event.get("limit"), "limit"),
        "event_type": text_of(event.get("event_type"), "event_type"),
        "open_status": text_of(event.get("open_status"), "open_status"),
        "group_id": text_of(group.get("id"), "id"),
        "group_subdomain": text_of(group.get("subdomain"), "subdomain"),
        "group_title": text_of(group.get("title"), "title"),
        "address": text_of(event.get("address"), "address"),
        "place": text_of(event.get("place"), "place"),
        "lat": text_of(event.get("lat"), "lat"),
        "lon": text_of(event.get("lon"), "lon"),
        "owner_id": text_of(event.get("owner_id"), "owner_id"),
        "owner_nickname": text_of(event.get("owner_nickname"), "owner_nickname"),
        "owner_display_name": text_of(
            event.get("owner_display_name"), "owner_display_name"
        ),
        "accepted": count_of(event.get("accepted"), "accepted"),
        "waiting": count_of(event.get("waiting"), "waiting"),
        "updated_at": text_of(event.get("updated_at"), "updated_at"),
        "mentioned_urls": event_pages(text_of(event.get("description"), "description")),
    }


def presentation_row(event_id: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """Projects a presentation of an event."""
    user = object_of(item.get("user"), "user")
    presenter = object_of(item.get("presenter"), "presenter")
    return {
        "event_id": event_id,
        "url": text_of(item.get("url"), "url"),
        "name": text_of(item.get("name"), "name"),
        "presentation_type": text_of(
            item.get("presentation_type"), "presentation_type"
        ),
        "user_id": text_of(user.get("id"), "id"),
        "user_nickname": text_of(user.get("nickname"), "nickname"),
        "presenter_id": text_of(presenter.get("id"), "id"),
        "presenter_nickname": text_of(presenter.get("nickname"), "nickname"),
        "created_at": text_of(item.get("created_at"), "created_at"),
    }


def group_row(group: Mapping[str, Any]) -> dict[str, Any]:
    """Projects a group."""
    texts = (
        "subdomain",
        "title",
        "sub_title",
        "url",
        "website_url",
        "website_name",
        "twitter_username",
        "facebook_url",
    )
    return {
        "id": _id(group, "id"),
        **{name: text_of(group.get(name), name) for name in texts},
        "member_users_count": count_of(
            group.get("member_users_count"), "member_users_count"
        ),
    }


def user_row(user: Mapping[str, Any]) -> dict[str, Any]:
    """Projects a profile."""
    texts = ("nickname", "display_name", "description", "url", "created_at")
    counts = (
        "attended_event_count",
        "organize_event_count",
        "presenter_event_count",
        "bookmark_event_count",
    )
    return {
        "id": _id(user, "id"),
        **{name: text_of(user.get(name), name) for name in texts},
        **{name: count_of(user.get(name), name) for name in counts},
    }


def user_event_row(
    nickname: str, relation: str, event: Mapping[str, Any]
) -> dict[str, Any]:
    """Projects an event somebody attended or presented at."""
    row = event_row(event)
    kept = (
        "started_at",
        "ended_at",
        "open_status",
        "group_id",
        "group_subdomain",
        "group_title",
    )
    return {
        "nickname": nickname,
        "relation": relation,
        "event_id": row["id"],
        "event_title": row["title"],
        "event_url": row["url"],
        **{name: row[name] for name in kept},
    }


def _id(row: Mapping[str, Any], *names: str) -> str:
    for name in names:
        found = text_of(row.get(name), name)
        if found:
            return found
    raise SchemaChanged(
        f"connpass sends a row without {' or '.join(names)}:"
        " change sources/connpass/api.py"
    )


def _is_seen(row: Mapping[str, Any], seen: set[str]) -> bool:
    # Presentations have no id; their overlap is left to the comparison of content.
    name = text_of(row.get("id"), "id")
    if name is None:
        return False
    if name in seen:
        return True
    seen.add(name)
    return False
