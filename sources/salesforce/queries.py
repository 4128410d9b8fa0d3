"""SOQL and the pages of its answers: no record lost between two pages, none twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sources._base.errors import Rejected, Retriable, SchemaChanged
from sources._base.values import count_of, text_of
from sources.salesforce.client import Client, error_codes
from sources.salesforce.objects import Projection

RESTARTS = 3  # times a lost query goes on before the run gives up
LOST = frozenset({"INVALID_QUERY_LOCATOR", "QUERY_TIMEOUT"})


def soql(
    wanted: Projection, *, since: datetime | None = None, until: datetime | None = None
) -> str:
    """Returns the query for records modified in [since, until], in no order."""
    bounds = []
    if since:
        bounds.append(f"SystemModstamp >= {_literal(since)}")
    if until:
        bounds.append(f"SystemModstamp <= {_literal(until + timedelta(seconds=1))}")
    where = f" WHERE {' AND '.join(bounds)}" if bounds else ""
    return f"SELECT {', '.join(wanted.asked)} FROM {wanted.object_type.name}{where}"


def count(client: Client, wanted: Projection) -> int:
    """Returns how many records that are not deleted Salesforce counts itself."""
    # queryAll: /query would leave out tasks that are archived after a year.
    live = " WHERE IsDeleted = false" if "IsDeleted" in wanted.fields else ""
    query = f"SELECT count() FROM {wanted.object_type.name}{live}"
    body = client.get(client.path("queryAll"), {"q": query}).body
    total = body.get("totalSize") if isinstance(body, Mapping) else None
    if not isinstance(total, int):
        raise SchemaChanged(
            f"salesforce: the count of {wanted.object_type.name} is no number;"
            " the connector needs a change"
        )
    return total


def describe(client: Client, name: str) -> dict[str, str]:
    """Returns field -> type of an object, of those that the user may see."""
    body = client.get(client.path(f"sobjects/{name}/describe")).body
    fields = body.get("fields") if isinstance(body, Mapping) else None
    if not isinstance(fields, list):
        raise SchemaChanged(
            f"salesforce: {name} is described without fields;"
            " the connector needs a change"
        )
    return {
        text_of(field.get("name"), "name") or "": text_of(field.get("type"), "type")
        or ""
        for field in fields
        if isinstance(field, Mapping)
    }


def records(
    client: Client,
    wanted: Projection,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """Yields pages of records, deleted ones too, each record once, oldest change first.

    A query that Salesforce has lost is asked again from the last record read on.

    Raises: Retriable when an answer holds fewer records than it promises.
    """
    seen: set[str] = set()
    for attempt in range(RESTARTS + 1):
        query = f"{soql(wanted, since=since, until=until)} ORDER BY SystemModstamp, Id"
        try:
            for page in _pages(client, query, wanted.object_type.name):
                fresh = [record for record in page if record["Id"] not in seen]
                seen.update(record["Id"] for record in fresh)
                yield fresh
                if page:
                    since = modified_at(page[-1].get("SystemModstamp")) or since
            return
        except Rejected as error:
            if attempt == RESTARTS or not LOST & error_codes(error):
                raise


def modified_at(sent: Any) -> datetime | None:
    """Returns a time like 2026-05-01T07:25:37.000+0000; None when there is none."""
    try:
        return datetime.fromisoformat(text_of(sent, "SystemModstamp") or "")
    except ValueError:
        return None


def _pages(client: Client, query: str, name: str) -> Iterator[list[dict[str, Any]]]:
    body = client.get(client.path("queryAll"), {"q": query}).body
    promised = _total(body, name)
    ids: set[str] = set()
    followed: set[str] = set()
    while True:
        page = _records(body, name)
        ids.update(record["Id"] for record in page)
        yield page
        if body.get("done") is not False:
            break
        following = body.get("nextRecordsUrl")
        if not isinstance(following, str) or following in followed:
            raise SchemaChanged(
                f"salesforce: a query of {name} is not done and names no new page;"
                " the connector needs a change"
            )
        followed.add(following)
        body = client.get(following).body
    if len(ids) < promised:
        raise Retriable(
            f"salesforce: a query of {name} promised {promised} records and gave"
            f" {len(ids)}; the next run reads them again"
        )


def _total(body: Any, name: str) -> int:
    total = body.get("totalSize") if isinstance(body, Mapping) else None
    number = count_of(total, "totalSize")
    if number is None:
        raise SchemaChanged(
            f"salesforce: the answer to a query of {name} has no totalSize;"
            " the connector needs a change"
        )
    return number


def _records(body: Any, name: str) -> list[dict[str, Any]]:
    found = body.get("records") if isinstance(body, Mapping) else None
    if not isinstance(found, list) or not all(
        isinstance(record, dict) and isinstance(record.get("Id"), str)
        for record in found
    ):
        raise SchemaChanged(
            f"salesforce: the answer to a query of {name} has no records with an Id;"
            " the connector needs a change"
        )
    return found


def _literal(moment: datetime) -> str:
    """A date-time as SOQL wants it: unquoted, whole seconds, UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
