"""Salesforce REST and Bulk API 2.0 as the sandbox plays them: a subsidiary's org."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from sources._sandbox.community import Community
from sources._sandbox.http import Limits, Reply, Request, json_reply
from sources._sandbox.identities import Account
from sources._sandbox.subsidiary import (
    FIELDS,
    Org,
    Record,
    filed_people,
    record_id,
)

CLIENT_ID = "sandbox-salesforce-client"
CLIENT_SECRET = "sandbox-salesforce-secret"  # noqa: S105  opens nothing but this server
TOKEN = "00D5j0000sandbox!salesforce.session"  # noqa: S105
ALLOWED = 15_000  # requests of a day
QUERY = re.compile(
    r"SELECT (?P<fields>.+?) FROM (?P<object>\w+)(?: WHERE (?P<where>.+?))?"
    r"(?: ORDER BY (?P<order>SystemModstamp, Id))?"
)
CONDITION = re.compile(r"(?P<field>\w+) (?P<sign>>=|<=|=) (?P<value>\S+)")
OTHER_TYPES = {
    "Amount": "currency",
    "Website": "url",
    "Email": "email",
    **dict.fromkeys(("Type", "Industry", "Status", "StageName", "Role"), "picklist"),
}


class Refused(ValueError):
    """A query that Salesforce refuses: its code, then its words."""


class SalesforceRoutes:
    """Token, describe, limits, queries with their pages, bulk query jobs."""

    prefix = "/salesforce"
    page_size = 2_000

    def __init__(self, community: Community, limits: Limits) -> None:
        del limits  # requests are counted by the day, told in a header
        self._records = Org(
            community.people,
            community.companies,
            community.events,
            community.registrations,
            community.now,
        ).records
        self._used = 0
        self._open: dict[str, tuple[str, list[str], list[Record]]] = {}
        self._jobs: dict[str, tuple[dict[str, Any], list[str], list[Record]]] = {}

    def settings(self, base_url: str) -> dict[str, str]:
        """The connector's environment."""
        return {
            "SALESFORCE_DOMAIN": base_url,
            "SALESFORCE_CLIENT_ID": CLIENT_ID,
            "SALESFORCE_CLIENT_SECRET": CLIENT_SECRET,
        }

    def unauthorized(self) -> Reply:
        """The answer to a session that has ended."""
        return _errors(401, "INVALID_SESSION_ID", "Session expired or invalid")

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """The requests of the day are used up: a 403."""
        return _errors(
            403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", headers
        )

    def answer(self, request: Request) -> Reply:
        """The platform's answer to one request."""
        if (request.method, request.path) == ("POST", "/services/oauth2/token"):
            return self._sign_in(request)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return self.unauthorized()
        self._used += 1
        head = {"Sforce-Limit-Info": f"api-usage={self._used}/{ALLOWED}"}
        try:
            return self._route(request, head)
        except Refused as refused:
            code, words = refused.args
            status = 404 if code == "NOT_FOUND" else 400
            return _errors(status, code, words, head)

    def _sign_in(self, request: Request) -> Reply:
        form = {
            name: values[-1] for name, values in parse_qs(request.body.decode()).items()
        }
        expected = {
            "grant_type": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }
        if form != expected:
            words = "invalid client credentials"
            body = {"error": "invalid_client", "error_description": words}
            return json_reply(400, body)
        body = {
            "access_token": TOKEN,
            "signature": "c2FuZGJveA==",
            "scope": "api",
            "instance_url": request.base_url,
            "id": f"{request.base_url}/id/00D5j0000000001AAA/005-1",
            "token_type": "Bearer",
            "issued_at": "1795204800000",
        }
        return json_reply(200, body)

    def _route(self, request: Request, head: Mapping[str, str]) -> Reply:
        parts = request.path.strip("/").split("/")
        version = parts[2] if parts[:2] == ["services", "data"] else ""
        match (request.method, parts[3:]):
            case ("GET", ["limits"]):
                left = {"Max": ALLOWED, "Remaining": ALLOWED - self._used}
                return json_reply(200, {"DailyApiRequests": left}, head)
            case ("GET", ["sobjects", name, "describe"]):
                return json_reply(200, self._describe(name), head)
            case ("GET", ["query" | "queryAll" as call]):
                return self._query(request.one("q"), call, version, head)
            case ("GET", ["query", locator]):
                return self._page(locator, version, head)
            case ("POST", ["jobs", "query"]):
                return self._make_job(json.loads(request.body), version, head)
            case ("GET", ["jobs", "query", job]) if job in self._jobs:
                return json_reply(200, self._jobs[job][0], head)
            case ("GET", ["jobs", "query", job, "results"]) if job in self._jobs:
                return self._results(request, job, head)
        raise Refused("NOT_FOUND", "The requested resource does not exist")

    def _describe(self, name: str) -> dict[str, Any]:
        rows = self._records.get(name)
        if rows is None:
            raise Refused("NOT_FOUND", "The requested resource does not exist")
        return {
            "name": name,
            "label": name,
            "queryable": True,
            "custom": False,
            "keyPrefix": record_id(name, 0)[:3],
            "fields": [
                {"name": field, "type": _type_of(field), "label": field,
                 "custom": False, "nillable": field != "Id", "filterable": True}
                for field in FIELDS[name]
            ],
        }  # fmt: skip

    def _query(self, query: str, call: str, version: str, head: Any) -> Reply:
        name, fields, rows = self._found(query, with_deleted=call == "queryAll")
        if fields == ["count()"]:
            body = {"totalSize": len(rows), "done": True, "records": []}
            return json_reply(200, body, head)
        locator = f"0r85j0000000{len(self._open):03d}AAA"
        self._open[locator] = (name, fields, rows)
        return self._page(f"{locator}-0", version, head)

    def _page(self, place: str, version: str, head: Any) -> Reply:
        locator, _, start = place.rpartition("-")
        if locator not in self._open:
            raise Refused("INVALID_QUERY_LOCATOR", "invalid query locator")
        name, fields, rows = self._open[locator]
        end = int(start) + self.page_size
        body: dict[str, Any] = {"totalSize": len(rows), "done": end >= len(rows)}
        if end < len(rows):
            body["nextRecordsUrl"] = f"/services/data/{version}/query/{locator}-{end}"
        body["records"] = [
            {
                "attributes": {
                    "type": name,
                    "url": f"/services/data/{version}/sobjects/{name}/{row['Id']}",
                },
                **{field: row.get(field) for field in fields},
            }
            for row in rows[int(start) : end]
        ]
        return json_reply(200, body, head)

    def _make_job(self, asked: dict[str, Any], version: str, head: Any) -> Reply:
        name, fields, rows = self._found(asked["query"], with_deleted=True)
        job = {
            "id": f"7505j00000{len(self._jobs):05d}AAA",
            "operation": asked["operation"],
            "object": name,
            "createdById": record_id("User", 1),
            "createdDate": "2026-11-20T20:00:00.000+0000",
            "systemModstamp": "2026-11-20T20:00:00.000+0000",
            "state": "UploadComplete",
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(version.removeprefix("v")),
            "lineEnding": "LF",
            "columnDelimiter": "COMMA",
        }
        done = {
            "state": "JobComplete",
            "jobType": "V2Query",
            "numberRecordsProcessed": len(rows),
            "retries": 0,
            "totalProcessingTime": 12,
        }
        self._jobs[str(job["id"])] = (job | done, fields, rows)
        return json_reply(200, job, head)

    def _results(self, request: Request, job: str, head: Mapping[str, str]) -> Reply:
        _, fields, rows = self._jobs[job]
        start = int(request.one("locator", "0"))
        end = start + int(request.one("maxRecords", "50000"))
        shown = rows[start:end]
        text = io.StringIO(newline="")
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(fields)
        writer.writerows([_cell(row.get(field)) for field in fields] for row in shown)
        page = {
            "Sforce-NumberOfRecords": str(len(shown)),
            "Sforce-Locator": str(end) if end < len(rows) else "null",
        }
        return Reply(200, text.getvalue().encode(), "text/csv", {**head, **page})

    def _found(
        self, query: str, *, with_deleted: bool
    ) -> tuple[str, list[str], list[Record]]:
        """(object, fields, matching records in the order asked for)."""
        parts = QUERY.fullmatch(query)
        if parts is None:
            raise Refused("MALFORMED_QUERY", f"unexpected token in: {query[:60]}")
        name = parts["object"]
        if name not in self._records:
            raise Refused("INVALID_TYPE", f"sObject type '{name}' is not supported.")
        fields = [field.strip() for field in parts["fields"].split(",")]
        conditions = [
            _condition(text)
            for text in filter(None, re.split(" AND ", parts["where"] or ""))
        ]
        for field in (*fields, *(condition[0] for condition in conditions)):
            if field not in FIELDS[name] and field != "count()":
                raise Refused(
                    "INVALID_FIELD",
                    f"No such column '{field}' on sobject of type {name}",
                )
        rows = [
            row
            for row in self._records[name]
            if (with_deleted or not row.get("IsDeleted"))
            and all(_holds(row, *condition) for condition in conditions)
        ]
        if parts["order"]:
            rows.sort(key=lambda row: (row["SystemModstamp"], row["Id"]))
        return name, fields, rows


def _condition(text: str) -> tuple[str, str, str]:
    parts = CONDITION.fullmatch(text)
    if parts is None:
        raise Refused("MALFORMED_QUERY", f"unexpected token: {text[:60]}")
    return parts["field"], parts["sign"], parts["value"]


def _holds(row: Record, field: str, sign: str, value: str) -> bool:
    if field == "IsDeleted":
        return bool(row["IsDeleted"]) is (value == "true")
    told, bound = datetime.fromisoformat(row[field]), datetime.fromisoformat(value)
    return told >= bound if sign == ">=" else told <= bound


def _cell(value: Any) -> str:
    """A value of the CSV: times with Z, flags in small letters, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return re.sub(r"\+0000$", "Z", str(value))


def _type_of(field: str) -> str:
    if field == "Id":
        return "id"
    if re.match(r"(Is|Has)[A-Z]", field):
        return "boolean"
    if field.endswith("Id"):
        return "reference"
    if field in ("CreatedDate", "SystemModstamp", "CompletedDateTime"):
        return "datetime"
    if field.endswith("Date"):
        return "date"
    return OTHER_TYPES.get(field, "string")


def _errors(
    status: int, code: str, words: str, headers: Mapping[str, str] | None = None
) -> Reply:
    return json_reply(status, [{"message": words, "errorCode": code}], headers)


def accounts(community: Community) -> Iterable[Account]:
    """Contacts and leads, those that are gone among them."""
    for one in filed_people(community.people, community.companies, community.now):
        yield Account("salesforce", one.id, one.person)


ROUTES = SalesforceRoutes
