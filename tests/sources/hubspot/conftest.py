"""A small HubSpot after sns_crm 11.1: lists, searches with their cap, links, owners."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

START = datetime(2026, 11, 20, tzinfo=UTC)
CAP = 10_000
MODIFIED = {"contacts": "lastmodifieddate"}


def stamp(moment: datetime) -> str:
    """A time as HubSpot writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclass
class FakeHubspot:
    """Answers over what the test put in. before_answer: called with each request."""

    platform: Any
    objects: dict[str, dict[int, dict[str, Any]]] = field(
        default_factory=lambda: {"contacts": {}, "companies": {}, "deals": {}}
    )
    links: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = field(
        default_factory=dict
    )
    told_errors: list[dict[str, Any]] = field(default_factory=list)
    owners: list[dict[str, Any]] = field(default_factory=list)
    before_answer: Any = None
    lag: timedelta = timedelta(0)
    now: datetime = START

    @property
    def settings(self) -> dict[str, str]:
        return {
            "HUBSPOT_TOKEN": "pat-test-123456",
            "HUBSPOT_BASE_URL": self.platform.base_url,
        }

    def put(
        self, kind: str, number: int, at: datetime = START, **properties: Any
    ) -> None:
        """Creates or edits an object at a time."""
        objects = self.objects[kind]
        modified = MODIFIED.get(kind, "hs_lastmodifieddate")
        before = objects.get(number, {"properties": {"createdate": stamp(at)}})
        objects[number] = {
            "id": str(number),
            "properties": {
                **before["properties"],
                "hs_object_id": str(number),
                modified: stamp(at),
                **properties,
            },
            "createdAt": before["properties"]["createdate"],
            "updatedAt": stamp(at),
            "archived": False,
        }

    def archive(self, kind: str, number: int, at: datetime) -> None:
        """Deletes an object: it stays in the list of archived ones."""
        self.objects[kind][number] |= {"archived": True, "archivedAt": stamp(at)}

    def link(self, pair: tuple[str, str], start: int, end: int, *types: Any) -> None:
        """Links two objects; types: (typeId, label)."""
        kinds = [
            {"category": "HUBSPOT_DEFINED", "typeId": number, "label": label}
            for number, label in types
        ]
        to = self.links.setdefault(pair, {}).setdefault(str(start), [])
        to.append({"toObjectId": end, "associationTypes": kinds})

    def answer(self, request: Any) -> Any:
        if self.before_answer:
            self.before_answer(request)
        if request.headers.get("Authorization") != "Bearer pat-test-123456":
            body = {"status": "error", "message": "bad", "category": "INVALID"}
            return self.platform.reply(body, status=401)
        parts = request.path.strip("/").split("/")
        if parts[:3] == ["crm", "v3", "objects"] and parts[-1] == "search":
            return self._search(parts[3], json.loads(request.body))
        if parts[:3] == ["crm", "v3", "objects"]:
            return self._list(parts[3], request.params)
        if parts[:3] == ["crm", "v4", "associations"]:
            return self._links((parts[3], parts[4]), json.loads(request.body))
        if parts[-1] == "owners":
            archived = request.params["archived"] == ["true"]
            found = [o for o in self.owners if o["archived"] == archived]
            return self.platform.reply({"results": found})
        return self.platform.reply({"results": [PIPELINE]})

    def _list(self, kind: str, params: dict[str, list[str]]) -> Any:
        archived = params["archived"] == ["true"]
        asked = params["properties"][0].split(",")
        found = [
            o
            for _, o in sorted(self.objects[kind].items())
            if o["archived"] == archived
        ]
        after = int(params.get("after", ["0"])[0])
        limit = int(params["limit"][0])
        assert limit <= 100
        page = [_shown(o, asked) for o in found if int(o["id"]) > after][: limit + 1]
        body: dict[str, Any] = {"results": page[:limit]}
        if len(page) > limit:
            body["paging"] = {"next": {"after": page[limit - 1]["id"]}}
        return self.platform.reply(body)

    def _search(self, kind: str, query: dict[str, Any]) -> Any:
        assert query["limit"] <= 200
        groups = query["filterGroups"] or [{"filters": []}]
        modified = MODIFIED.get(kind, "hs_lastmodifieddate")
        found = [
            o
            for _, o in sorted(self.objects[kind].items())
            if not o["archived"]
            and o["properties"][modified] <= stamp(self.now - self.lag)
            and all(_passes(o, f) for f in groups[0]["filters"])
        ]
        after = int(query["after"])
        if after + query["limit"] > CAP:
            body = {"status": "error", "message": "The page is beyond 10,000"}
            return self.platform.reply(body, status=400)
        page = found[after : after + query["limit"]]
        body = {
            "total": len(found),
            "results": [_shown(o, query["properties"]) for o in page],
        }
        if after + len(page) < len(found):
            body["paging"] = {"next": {"after": str(after + len(page))}}
        return self.platform.reply(body)

    def _links(self, pair: tuple[str, str], query: dict[str, Any]) -> Any:
        assert len(query["inputs"]) <= 1000
        results, errors = [], list(self.told_errors)
        refused = {i for e in errors for i in e["context"]["fromObjectId"]}
        for one in query["inputs"]:
            to = self.links.get(pair, {}).get(one["id"], [])
            if one["id"] in refused:
                continue
            if not to:
                errors.append(no_links(one["id"]))
                continue
            start = int(one.get("after", "0"))
            result: dict[str, Any] = {"from": {"id": one["id"]}}
            result["to"] = to[start : start + 2]
            if start + 2 < len(to):
                result["paging"] = {"next": {"after": str(start + 2)}}
            results.append(result)
        body: dict[str, Any] = {"status": "COMPLETE", "results": results}
        if errors:
            body |= {"errors": errors, "numErrors": len(errors)}
        return self.platform.reply(body, status=207 if errors else 200)


def no_links(number: str) -> dict[str, Any]:
    """The error that stands for an object without links."""
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No company is associated with contact {number}.",
        "context": {"fromObjectId": [number]},
    }


PIPELINE = {
    "id": "default",
    "label": "Sales Pipeline",
    "displayOrder": 0,
    "archived": False,
    "stages": [
        {
            "id": "closedwon",
            "label": "Closed Won",
            "displayOrder": 5,
            "archived": False,
            "metadata": {"isClosed": "true", "probability": "1.0"},
        }
    ],
}


def _shown(found: dict[str, Any], asked: list[str]) -> dict[str, Any]:
    sent = found["properties"]
    return {**found, "properties": {name: sent.get(name) for name in asked}}


def _passes(found: dict[str, Any], wanted: dict[str, str]) -> bool:
    value = found["properties"].get(wanted["propertyName"])
    if wanted["propertyName"] == "hs_object_id":
        return wanted["operator"] == "GT" and int(value) > int(wanted["value"])
    moment = datetime.fromisoformat(value).timestamp() * 1000
    return int(wanted["value"]) <= moment <= int(wanted["highValue"])


@pytest.fixture
def hubspot(platform: Any) -> FakeHubspot:
    fake = FakeHubspot(platform)
    platform.answer = fake.answer
    return fake
