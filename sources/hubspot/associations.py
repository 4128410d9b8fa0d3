"""Links between CRM objects: read in batches, compared with what was known.

HubSpot tells which links an object has, never which it lost; a link known before and
absent from a whole answer for its object is landed as archived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sources._base.errors import SchemaChanged
from sources._base.http import HttpSession
from sources.hubspot.paging import next_cursor, results_of

BATCH = 1_000  # inputs per request
NO_LINKS = "crm.associations.NO_ASSOCIATIONS_FOUND"


@dataclass(frozen=True)
class Pair:
    """A direction in which links are read."""

    from_type: str
    to_type: str
    from_table: str

    @property
    def name(self) -> str:
        return f"{self.from_type}_{self.to_type}"


PAIRS = (
    Pair("contact", "company", "contacts"),
    Pair("deal", "company", "deals"),
    Pair("deal", "contact", "deals"),
)


@dataclass
class Told:
    """What one batch said. links: rows by from_id, empty = has none."""

    links: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)


def read_links(session: HttpSession, pair: Pair, ids: Iterable[str]) -> Iterator[Told]:
    """Yields what HubSpot tells about these objects, at most BATCH of them at a time.

    An object with more links than one page holds is asked again, with the next batch.
    """
    waiting: list[dict[str, str]] = [{"id": number} for number in ids]
    partial: dict[str, list[dict[str, Any]]] = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    path = f"/crm/v4/associations/{pair.from_type}/{pair.to_type}/batch/read"
    while waiting:
        batch, waiting = waiting[:BATCH], waiting[BATCH:]
        answer = session.post_json(path, {"inputs": batch})
        told = Told(errors=_real_errors(answer.body))
        for result in results_of(answer.body, path):
            from_id = str(result["from"]["id"])
            partial[from_id] += _rows(pair, from_id, result.get("to") or [])
            after = next_cursor(result)
            if after is None:
                told.links[from_id] = partial.pop(from_id)
            elif (from_id, after) in seen:
                raise SchemaChanged(
                    f"hubspot: {path} hands out the same page cursor twice; "
                    "the connector needs a change"
                )
            else:
                seen.add((from_id, after))
                waiting.insert(0, {"id": from_id, "after": after})
        for from_id in _without_links(answer.body, answer.status, batch):
            if from_id not in told.links and from_id not in partial:
                told.links[from_id] = []
        yield told


def association_id(row: dict[str, Any]) -> str:
    """Returns the key of a link: contact:501>company:29022297485#1."""
    return (
        f"{row['from_type']}:{row['from_id']}>{row['to_type']}:{row['to_id']}"
        f"#{row['type_id']}"
    )


def lost_links(known: set[str], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns archived rows for links that were known and are not among `rows`."""
    present = {row["association_id"] for row in rows}
    return [_archived(link) for link in sorted(known - present)]


def by_object(association_ids: Iterable[str]) -> dict[tuple[str, str], set[str]]:
    """Returns known links by (pair name, from_id)."""
    links: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in association_ids:
        row = _archived(link)
        links[f"{row['from_type']}_{row['to_type']}", row["from_id"]].add(link)
    return links


def _rows(pair: Pair, from_id: str, to: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per type of link: 'Primary' and the plain one stand side by side."""
    rows = []
    for target in to:
        for kind in target["associationTypes"]:
            row = {
                "from_type": pair.from_type,
                "from_id": from_id,
                "to_type": pair.to_type,
                "to_id": str(target["toObjectId"]),
                "type_id": str(kind["typeId"]),
                "category": kind.get("category"),
                "label": kind.get("label"),
                "archived": False,
            }
            rows.append({"association_id": association_id(row), **row})
    return rows


def _archived(link: str) -> dict[str, Any]:
    start, _, end = link.partition(">")
    from_type, _, from_id = start.partition(":")
    target, _, type_id = end.rpartition("#")
    to_type, _, to_id = target.partition(":")
    return {
        "association_id": link,
        "from_type": from_type,
        "from_id": from_id,
        "to_type": to_type,
        "to_id": to_id,
        "type_id": type_id,
        "category": None,
        "label": None,
        "archived": True,
    }


def _without_links(body: Any, status: int, batch: list[dict[str, str]]) -> list[str]:
    """The ids of which we know that they have no links.

    A 207 names them among its errors; what it names nowhere stays as it was. A 200
    tells of all, so that silence means none.
    """
    if status != 207:
        return [one["id"] for one in batch if "after" not in one]
    return [
        str(number)
        for error in body.get("errors", [])
        if error.get("subCategory") == NO_LINKS
        for number in (error.get("context") or {}).get("fromObjectId", [])
    ]


def _real_errors(body: Any) -> list[dict[str, Any]]:
    """Errors other than 'has no links' and 'there is no such object (any more)'."""
    errors = body.get("errors", []) if isinstance(body, dict) else []
    return [e for e in errors if e.get("category") != "OBJECT_NOT_FOUND"]
