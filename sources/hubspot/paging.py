"""Every way HubSpot hands out pages, as generators of pages.

A search gives at most 10,000 results per query, and its `after` is an offset: a row
that is edited while we read leaves the window and pulls the next one over the page's
edge. So no offset is used; each page asks for ids greater than the last one seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sources._base.errors import SchemaChanged
from sources._base.http import HttpSession

LIST_LIMIT = 100  # the most a list answers
SEARCH_LIMIT = 200  # the most a search answers


def list_pages(
    session: HttpSession, path: str, params: Mapping[str, Any]
) -> Iterator[list[dict[str, Any]]]:
    """Yields the pages of a list; ends where no `paging.next` follows.

    Raises: SchemaChanged when a cursor comes back a second time or results are absent.
    """
    after: str | None = None
    seen: set[str] = set()
    while True:
        body = session.get_json(
            path, {**params, "limit": LIST_LIMIT, "after": after}
        ).body
        yield results_of(body, path)
        after = next_cursor(body)
        if after is None:
            return
        if after in seen:
            raise SchemaChanged(
                f"hubspot: {path} hands out the same page cursor twice; "
                "the connector needs a change"
            )
        seen.add(after)


def search_pages(
    session: HttpSession,
    object_name: str,
    *,
    properties: tuple[str, ...],
    modified: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """Yields pages of objects modified in [since, until], in the order of their ids.

    modified: the property that holds the time; without one everything is read.

    Raises: SchemaChanged when ids do not grow or an empty page leads nowhere.
    """
    path = f"/crm/v3/objects/{object_name}/search"
    last, offset = "0", "0"
    while True:
        filters = [_greater_than(last)]
        if modified and since and until:
            filters.insert(0, _between(modified, since, until))
        body = session.post_json(path, _query(filters, properties, offset)).body
        page = results_of(body, path)
        last = _grown(page, last, path)
        yield page
        after = next_cursor(body)
        if after is None:
            return
        if not page and int(after) <= int(offset):
            raise SchemaChanged(
                f"hubspot: {path} sends an empty page that leads nowhere; "
                "the connector needs a change"
            )
        # An empty page in the middle moves no id: only there its offset is followed.
        offset = "0" if page else after


def search_total(session: HttpSession, object_name: str) -> int:
    """Returns how many objects that are not archived HubSpot says it has."""
    path = f"/crm/v3/objects/{object_name}/search"
    body = session.post_json(
        path, {**_query([], ("hs_object_id",), "0"), "limit": 1}
    ).body
    if not isinstance(body, Mapping) or not isinstance(body.get("total"), int):
        raise SchemaChanged(
            f"hubspot: {path} gives no total any more; the connector needs a change"
        )
    return int(body["total"])


def results_of(body: Any, path: str) -> list[dict[str, Any]]:
    """Returns the results of an answer.

    Raises: SchemaChanged when they are no list.
    """
    results = body.get("results") if isinstance(body, Mapping) else None
    if not isinstance(results, list):
        raise SchemaChanged(
            f"hubspot: {path} answers without results; the connector needs a change"
        )
    return results


def next_cursor(body: Mapping[str, Any]) -> str | None:
    """Returns `paging.next.after`; the key is absent on the last page."""
    following = (body.get("paging") or {}).get("next") or {}
    after = following.get("after")
    return str(after) if after not in (None, "") else None


def _query(
    filters: list[dict[str, str]], properties: tuple[str, ...], offset: str
) -> dict[str, Any]:
    return {
        "filterGroups": [{"filters": filters}] if filters else [],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": list(properties),
        "limit": SEARCH_LIMIT,
        "after": offset,
    }


def _greater_than(last: str) -> dict[str, str]:
    return {"propertyName": "hs_object_id", "operator": "GT", "value": last}


def _between(name: str, since: datetime, until: datetime) -> dict[str, str]:
    return {
        "propertyName": name,
        "operator": "BETWEEN",
        "value": _milliseconds(since),
        "highValue": _milliseconds(until),
    }


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.astimezone(UTC).timestamp() * 1000))


def _grown(page: list[dict[str, Any]], last: str, path: str) -> str:
    """Returns the last id of a page whose ids must grow beyond the previous page's."""
    for found in page:
        if int(found["id"]) <= int(last):
            raise SchemaChanged(
                f"hubspot: {path} does not sort by hs_object_id any more; "
                "the connector needs a change"
            )
        last = str(found["id"])
    return last
