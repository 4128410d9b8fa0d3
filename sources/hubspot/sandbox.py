"""HubSpot CRM v3 and associations v4 as the sandbox plays them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sources._sandbox.community import Community
from sources._sandbox.crm_records import DEFAULTS, SINGULAR, TYPES, CrmRecords, Record
from sources._sandbox.crm_search import BadSearch, search
from sources._sandbox.crm_shapes import (
    correlation_id,
    error,
    link_types,
    no_links,
    pipeline,
)
from sources._sandbox.http import Limits, Reply, Request, SecondLimiter, json_reply
from sources._sandbox.identities import Account
from sources._sandbox.view import utc_ms

TOKEN = "sandbox-hubspot-token"  # noqa: S105  opens nothing but this server
PORTAL = "44237313"


class HubspotRoutes:
    """Lists, searches, batch reads, owners, pipelines and associations."""

    prefix = "/hubspot"

    def __init__(self, community: Community, limits: Limits) -> None:
        self._limiter = SecondLimiter(limits.requests_per_second)
        self._per_second = limits.requests_per_second
        self._records = CrmRecords(community)
        self._found: dict[str, list[Record]] = {}
        self._now = utc_ms(community.now)

    def settings(self, base_url: str) -> dict[str, str]:
        """The connector's environment."""
        return {"HUBSPOT_TOKEN": TOKEN, "HUBSPOT_BASE_URL": base_url}

    def unauthorized(self) -> Reply:
        """The answer to a bad or expired token."""
        return error(
            401,
            "Authentication credentials not found or expired.",
            "INVALID_AUTHENTICATION",
        )

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """Over the limit of a second."""
        body = {
            "status": "error",
            "message": "You have reached your secondly limit.",
            "errorType": "RATE_LIMIT",
            "policyName": "SECONDLY",
            "correlationId": correlation_id("secondly"),
        }
        return json_reply(429, body, headers)

    def answer(self, request: Request) -> Reply:
        """The platform's answer to one request."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return self.unauthorized()
        if not self._limiter.allows():
            return self.too_many({})
        try:
            return self._route(request)
        except BadSearch as problem:
            return error(400, str(problem), "VALIDATION_ERROR")

    def _route(self, request: Request) -> Reply:
        match (request.method, request.path.strip("/").split("/")):
            case ("GET", ["crm", "v3", "owners"]):
                return self._owners(request)
            case ("GET", ["crm", "v3", "pipelines", "deals"]):
                return json_reply(200, {"results": [pipeline()]})
            case (_, ["crm", "v3", "objects", name, *_]) if name not in TYPES:
                return error(400, f"Unable to infer object type from: {name}")
            case ("GET", ["crm", "v3", "objects", name]):
                return self._list(request, TYPES[name])
            case ("POST", ["crm", "v3", "objects", name, "search"]):
                return self._search(TYPES[name], _body(request))
            case ("POST", ["crm", "v3", "objects", name, "batch", "read"]):
                return self._read_batch(TYPES[name], _body(request))
            case ("GET", ["crm", "v3", "objects", name, number]):
                return self._get(request, TYPES[name], number)
            case ("POST", ["crm", "v4", "associations", left, right, "batch", "read"]):
                if left not in TYPES or right not in TYPES:
                    wrong = left if left not in TYPES else right
                    return error(400, f"Unable to infer object type from: {wrong}")
                return self._associations(TYPES[left], TYPES[right], _body(request))
        return error(404, "No route", "OBJECT_NOT_FOUND")

    def _list(self, request: Request, kind: str) -> Reply:
        """Live or archived records by id; `after` is the id to go on from."""
        limit = _limit(request.one("limit", "10"), 100)
        is_archived = request.one("archived", "false") == "true"
        rows = self._records.archived[kind] if is_archived else self._records.live[kind]
        start = self._records.position(rows, _after(request.one("after")))
        shown = rows[start : start + limit]
        properties = request.many("properties")
        answer: dict[str, Any] = {
            "results": [
                self._shape(row, properties, request.many("associations"))
                for row in shown
            ]
        }
        if start + limit < len(rows):
            after = str(rows[start + limit].id)
            link = (
                f"{request.base_url}/crm/v3/objects/{kind}?limit={limit}&after={after}"
            )
            if properties:
                link += f"&properties={','.join(properties)}"
            answer["paging"] = {"next": {"after": after, "link": link}}
        return json_reply(200, answer, self._rate_headers())

    def _search(self, kind: str, body: dict[str, Any]) -> Reply:
        """Matching records by offset up to 10,000; no rate limit headers."""
        limit = _limit(body.get("limit", 10), 200)
        offset = _after(body.get("after"))
        if offset + limit > 10_000:
            return error(
                400,
                "Paging beyond 10000 results is not supported; narrow the query.",
                "VALIDATION_ERROR",
            )
        rows = search(self._records.live[kind], body, self._found, kind)
        properties = body.get("properties") or []
        answer: dict[str, Any] = {
            "total": len(rows),
            "results": [
                self._shape(row, properties) for row in rows[offset : offset + limit]
            ],
        }
        if offset + limit < len(rows):
            answer["paging"] = {"next": {"after": str(offset + limit)}}
        return json_reply(200, answer)

    def _read_batch(self, kind: str, body: dict[str, Any]) -> Reply:
        wanted = [str(item.get("id")) for item in body.get("inputs", [])]
        if len(wanted) > 100:
            return error(400, "The maximum number of inputs is 100", "VALIDATION_ERROR")
        rows = [self._records.by_id[kind].get(number) for number in wanted]
        properties = body.get("properties") or []
        answer: dict[str, Any] = {
            "completedAt": self._now,
            "status": "COMPLETE",
            "startedAt": self._now,
            "results": [self._shape(row, properties) for row in rows if row],
        }
        errors = [
            {
                "status": "error",
                "category": "OBJECT_NOT_FOUND",
                "message": "Could not get some objects, they may be deleted.",
                "context": {"ids": [number]},
            }
            for number, row in zip(wanted, rows, strict=True)
            if not row
        ]
        if errors:
            answer |= {"errors": errors, "numErrors": len(errors)}
        return json_reply(207 if errors else 200, answer)

    def _get(self, request: Request, kind: str, number: str) -> Reply:
        row = self._records.by_id[kind].get(number)
        is_archived = request.one("archived", "false") == "true"
        if row is None or row.is_archived != is_archived:
            return error(404, "resource not found", "OBJECT_NOT_FOUND")
        shape = self._shape(
            row, request.many("properties"), request.many("associations")
        )
        return json_reply(200, shape)

    def _shape(
        self, row: Record, properties: list[str], associations: list[str] | None = None
    ) -> dict[str, Any]:
        """The requested properties (or the default ones); key names in order."""
        modified = (
            "lastmodifieddate" if row.kind == "contacts" else "hs_lastmodifieddate"
        )
        names = {
            *(properties or DEFAULTS[row.kind]),
            "createdate",
            "hs_object_id",
            modified,
        }
        shape: dict[str, Any] = {
            "id": str(row.id),
            "properties": {
                name: row.properties[name]
                for name in sorted(names)
                if name in row.properties
            },
            "createdAt": row.properties["createdate"],
            "updatedAt": row.properties[modified],
            "archived": row.is_archived,
        }
        if row.archived_at:
            shape["archivedAt"] = utc_ms(row.archived_at)
        linked = {
            TYPES[name]: [
                {
                    "id": str(number),
                    "type": f"{SINGULAR[row.kind]}_to_{SINGULAR[TYPES[name]]}",
                }
                for number in self._records.linked(row.kind, TYPES[name], str(row.id))
            ]
            for name in associations or []
            if name in TYPES
        }
        if found := {name: {"results": rows} for name, rows in linked.items() if rows}:
            shape["associations"] = found
        number = {"contacts": "0-1", "companies": "0-2", "deals": "0-3"}[row.kind]
        shape["url"] = (
            f"https://app.hubspot.com/contacts/{PORTAL}/record/{number}/{row.id}"
        )
        return shape

    def _associations(self, left: str, right: str, body: dict[str, Any]) -> Reply:
        """207 when any id has no links: an error for each beside the results."""
        inputs = body.get("inputs", [])
        if not inputs or len(inputs) > 1_000:
            return error(400, "inputs: 1 to 1000", "VALIDATION_ERROR")
        results, errors = [], []
        for item in inputs:
            number = str(item.get("id"))
            linked = self._records.linked(left, right, number)
            if not linked:
                errors.append(no_links(left, right, number))
                continue
            start = _after(item.get("after"))
            row: dict[str, Any] = {
                "from": {"id": number},
                "to": [
                    {
                        "toObjectId": target,
                        "associationTypes": link_types(left, right, place == 0),
                    }
                    for place, target in enumerate(linked)
                ][start : start + 500],
            }
            if start + 500 < len(linked):
                row["paging"] = {"next": {"after": str(start + 500)}}
            results.append(row)
        answer: dict[str, Any] = {
            "completedAt": self._now,
            "status": "COMPLETE",
            "startedAt": self._now,
            "results": results,
        }
        if errors:
            answer |= {"errors": errors, "numErrors": len(errors)}
        return json_reply(207 if errors else 200, answer)

    def _owners(self, request: Request) -> Reply:
        limit = _limit(request.one("limit", "100"), 500)
        owners = [] if request.one("archived") == "true" else self._records.owners
        start = _after(request.one("after"))
        answer: dict[str, Any] = {"results": owners[start : start + limit]}
        if start + limit < len(owners):
            answer["paging"] = {"next": {"after": str(start + limit)}}
        return json_reply(200, answer, self._rate_headers())

    def _rate_headers(self) -> dict[str, str]:
        secondly = max(1, int(self._per_second))
        return {
            "X-HubSpot-RateLimit-Max": str(secondly * 10),
            "X-HubSpot-RateLimit-Remaining": str(secondly * 10 - 1),
            "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
            "X-HubSpot-RateLimit-Secondly": str(secondly),
            "X-HubSpot-RateLimit-Secondly-Remaining": str(secondly - 1),
        }


def _body(request: Request) -> dict[str, Any]:
    try:
        payload = json.loads(request.body or b"{}")
    except ValueError:
        payload = None
    if not isinstance(payload, dict):
        raise BadSearch("Invalid input JSON")
    return payload


def _limit(value: Any, most: int) -> int:
    if not str(value).isdigit() or not 1 <= int(value) <= most:
        raise BadSearch(f"limit must be between 1 and {most}")
    return int(value)


def _after(value: Any) -> int:
    text = str(value) if value else "0"
    if not text.isdigit():
        raise BadSearch(f"invalid after: {text}")
    return int(text)


def accounts(community: Community) -> Iterable[Account]:
    """Contacts, those that have been merged or archived among them."""
    for contact in community.contacts:
        yield Account("hubspot", str(contact.id), community.people[contact.person])


ROUTES = HubspotRoutes
