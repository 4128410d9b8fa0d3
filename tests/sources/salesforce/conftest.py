"""A small Salesforce after sns_crm 11.2: sign-in, describe, SOQL pages, bulk jobs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

START = datetime(2026, 11, 20, tzinfo=UTC)
BASE = "/services/data/v62.0"
OBJECTS = (
    "Account Contact Lead Opportunity OpportunityContactRole Campaign CampaignMember"
    " Task User"
)
BOUND = re.compile(r"SystemModstamp (>=|<=) (\S+)")


def stamp(moment: datetime) -> str:
    """A time as Salesforce writes it in JSON."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def errors(code: str, message: str = "told by the test") -> list[dict[str, str]]:
    """An error body: always an array."""
    return [{"message": message, "errorCode": code}]


@dataclass
class FakeSalesforce:
    """Answers over what the test put in.

    fields: of each object, as it is described. script: answers by a part of the
    address, served first, one after the other. ends_after: requests a session lasts.
    """

    platform: Any
    records: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {name: {} for name in OBJECTS.split()}
    )
    fields: dict[str, list[str]] = field(
        default_factory=lambda: {
            name: ["Id", "IsDeleted", "CreatedDate", "SystemModstamp"]
            for name in OBJECTS.split()
        }
    )
    script: dict[str, list[Any]] = field(default_factory=dict)
    page: int = 2_000
    ends_after: int = 1_000_000
    usage: str = "api-usage=10/15000"
    tokens: int = 0
    job_states: list[str] = field(default_factory=lambda: ["JobComplete"])
    job_rows: list[dict[str, Any]] = field(default_factory=list)
    job_query: str = ""
    _answered: int = 0

    @property
    def settings(self) -> dict[str, str]:
        return {
            "SALESFORCE_DOMAIN": self.platform.base_url,
            "SALESFORCE_CLIENT_ID": "client-id-of-a-test",
            "SALESFORCE_CLIENT_SECRET": "client-secret-of-a-test",
        }

    def put(
        self, name: str, number: int, at: datetime = START, **values: Any
    ) -> dict[str, Any]:
        """Creates or edits a record; new fields are described from then on."""
        key = f"{number:018d}"
        before = self.records[name].get(key, {"Id": key, "CreatedDate": stamp(at)})
        record = {"IsDeleted": False, **before, **values, "SystemModstamp": stamp(at)}
        self.records[name][key] = record
        known = self.fields[name]
        known += [field for field in record if field not in known]
        return record

    def asked(self, words: str) -> list[str]:
        """Queries so far that hold these words."""
        queries = (r.params.get("q", [""])[0] for r in self.platform.requests)
        return [query for query in queries if words in query]

    def answer(self, request: Any) -> Any:
        target = f"{request.path}?{request.params.get('q', [''])[0]}"
        for part, replies in self.script.items():
            if part in target and replies:
                return replies.pop(0)
        if request.path == "/services/oauth2/token":
            return self._sign_in(request)
        self._answered += 1
        is_over = self._answered > self.ends_after
        if is_over or request.headers.get("Authorization") != f"Bearer {self._token}":
            body = errors("INVALID_SESSION_ID", "Session expired or invalid")
            return self.platform.reply(body, status=401)
        return self._route(request)

    @property
    def _token(self) -> str:
        return f"session-number-{self.tokens}"

    def _sign_in(self, request: Any) -> Any:
        form = parse_qs(request.body.decode())
        assert form["grant_type"] == ["client_credentials"]
        if form["client_secret"] != ["client-secret-of-a-test"]:
            body = {"error": "invalid_client", "error_description": "no such secret"}
            return self.platform.reply(body, status=400)
        self.tokens += 1
        self._answered = 0
        instance = self.platform.base_url
        body = {"access_token": self._token, "instance_url": instance}
        return self.platform.reply(body)

    def _route(self, request: Any) -> Any:
        path = request.path.removeprefix(f"{BASE}/")
        if path == "limits":
            day = {"Max": 15_000, "Remaining": 14_109}
            return self._reply({"DailyApiRequests": day})
        if path.endswith("/describe"):
            name = path.split("/")[1]
            types = [
                {"name": known, "type": "address" if known == "Place__c" else "string"}
                for known in self.fields[name]
            ]
            return self._reply({"name": name, "fields": types})
        if path.startswith("jobs/query"):
            return self._job(request, path)
        if path == "queryAll":
            return self._query(request.params["q"][0])
        name, _, start = path.removeprefix("query/").rpartition("-")
        return self._page(self._found(name), int(start), name)

    def _query(self, query: str) -> Any:
        parts = re.fullmatch(r"SELECT (.+) FROM (\w+)(.*)", query)
        assert parts, query
        asked = parts[1].split(", ")
        if asked == ["count()"]:
            assert parts[3] in ("", " WHERE IsDeleted = false")
            rows = [r for r in self.records[parts[2]].values() if not r["IsDeleted"]]
            return self._reply({"totalSize": len(rows), "done": True, "records": []})
        unknown = set(asked) - set(self.fields[parts[2]])
        if unknown:
            return self._reply(
                errors("INVALID_FIELD", f"No such column {unknown}"), 400
            )
        assert query.endswith(" ORDER BY SystemModstamp, Id")
        self._last = query
        return self._page(self._found(parts[2]), 0, parts[2])

    def _found(self, name: str) -> list[dict[str, Any]]:
        rows = list(self.records[name].values())
        for sign, text in BOUND.findall(self._last):
            bound = stamp(datetime.fromisoformat(text))
            rows = [
                row
                for row in rows
                if (row["SystemModstamp"] >= bound) == (sign == ">=")
                or row["SystemModstamp"] == bound
            ]
        return sorted(rows, key=lambda row: (row["SystemModstamp"], row["Id"]))

    def _page(self, rows: list[dict[str, Any]], start: int, name: str) -> Any:
        end = start + self.page
        body: dict[str, Any] = {"totalSize": len(rows), "done": end >= len(rows)}
        if end < len(rows):
            body["nextRecordsUrl"] = f"{BASE}/query/{name}-{end}"
        body["records"] = [
            {"attributes": {"type": name, "url": "/x"}, **row}
            for row in rows[start:end]
        ]
        return self._reply(body)

    def _job(self, request: Any, path: str) -> Any:
        if request.method == "POST":
            asked = json.loads(request.body)
            assert asked["operation"] == "queryAll"
            self.job_query = asked["query"]
            parts = re.fullmatch(r"SELECT .+ FROM (\w+)( WHERE .+)?", self.job_query)
            assert parts, self.job_query
            self._last = parts[2] or ""
            self.job_rows = self._found(parts[1])
            return self._reply({"id": "750A", "state": "UploadComplete"})
        if not path.endswith("/results"):
            state = self.job_states.pop(0)
            job: dict[str, Any] = {"id": "750A", "state": state}
            if state == "JobComplete":
                job["numberRecordsProcessed"] = len(self.job_rows)
            if state == "Failed":
                job["errorMessage"] = "TransactionTooLarge"
            return self._reply(job)
        start = int(request.params.get("locator", ["0"])[0])
        size = min(int(request.params["maxRecords"][0]), self.page)
        return self.results(self.job_rows[start : start + size], start + size)

    def results(self, rows: list[dict[str, Any]], following: int) -> Any:
        """A page of CSV; the word null stands where no page follows."""
        names = re.findall(r"SELECT (.+) FROM", self.job_query)[0].split(", ")
        lines = [",".join(f'"{name}"' for name in names)]
        lines += [",".join(_cell(row.get(name)) for name in names) for row in rows]
        is_last = following >= len(self.job_rows)
        headers = {
            "Sforce-NumberOfRecords": str(len(rows)),
            "Sforce-Locator": "null" if is_last else str(following),
        }
        content = ("\n".join(lines) + "\n").encode()
        return self.platform.reply(content, headers=headers, content_type="text/csv")

    def _reply(self, body: Any, status: int = 200) -> Any:
        headers = {"Sforce-Limit-Info": self.usage}
        return self.platform.reply(body, status=status, headers=headers)


def _cell(value: Any) -> str:
    if value is None:
        return '""'
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text.replace("+0000", "Z").replace('"', '""')
    return f'"{text}"'


@pytest.fixture
def salesforce(platform: Any) -> FakeSalesforce:
    fake = FakeSalesforce(platform)
    platform.answer = fake.answer
    return fake
