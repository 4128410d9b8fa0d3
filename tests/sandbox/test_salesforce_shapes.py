"""The sandbox's Salesforce answers as the recorded one does, and its past stays."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sources._sandbox.community import Community
from sources._sandbox.http import Limits, Request
from sources._sandbox.identities import identities
from sources._sandbox.server import SandboxServer
from sources._sandbox.subsidiary import FIELDS, Org, record_id
from sources.salesforce.sandbox import SalesforceRoutes
from tests.sandbox.shapes import differences

DATA = "/services/data/v62.0"


class OrgClient:
    """Bare requests to the sandbox's Salesforce, signed in."""

    def __init__(self, server: SandboxServer) -> None:
        self.base = server.settings()["SALESFORCE_DOMAIN"]
        self.settings = server.settings()
        self.session = requests.Session()
        token = self.sign_in().json()["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def sign_in(self, **form: str) -> requests.Response:
        sent = {
            "grant_type": "client_credentials",
            "client_id": self.settings["SALESFORCE_CLIENT_ID"],
            "client_secret": self.settings["SALESFORCE_CLIENT_SECRET"],
            **form,
        }
        url = f"{self.base}/services/oauth2/token"
        return self.session.post(url, data=sent, timeout=10)

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.session.get(self.base + path, params=params, timeout=10)

    def query(self, query: str, call: str = "queryAll") -> dict[str, Any]:
        answer = self.get(f"{DATA}/{call}", q=query)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body


@pytest.fixture(scope="module")
def org(community: Community) -> Iterator[OrgClient]:
    with SandboxServer(community, requests_per_second=100_000) as server:
        client = OrgClient(server)
        yield client
        client.session.close()


def recorded(shared: Path, name: str) -> list[Any]:
    """The bodies of a recording."""
    path = shared / "recordings" / "salesforce" / name
    content = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(content, list) and "request" in content[0]:
        return [call["response"]["body_json"] for call in content]
    return [content]


# --- beside the recordings ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "query"),
    [
        (
            "nango_accounts_soql_2pages.json",
            "SELECT Id, Name, Industry, Type, BillingCity, BillingState,"
            " BillingCountry, Website, CreatedDate, SystemModstamp FROM Account",
        ),
        (
            "nango_contacts_soql.json",
            "SELECT Id, FirstName, LastName, Email, Title, Department, AccountId,"
            " CreatedDate, SystemModstamp FROM Contact",
        ),
        (
            "nango_opportunities_soql.json",
            "SELECT Id, Name, Amount, StageName, CloseDate, OwnerId, SystemModstamp"
            " FROM Opportunity",
        ),
    ],
)
def test_answers_have_the_keys_and_types_of_the_recordings(
    org: OrgClient, shared: Path, name: str, query: str
) -> None:
    ours = org.query(f"{query} ORDER BY SystemModstamp, Id")
    theirs = recorded(shared, name)
    assert ours["records"]
    # The sample org's contacts all have an account, its opportunities all an amount.
    nullable = {".records[].AccountId", ".records[].Amount"}
    assert differences(ours, theirs, nullable=nullable) == []
    stamps = [row["SystemModstamp"] for row in ours["records"]]
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000"
    for rows in (ours["records"], *(body["records"] for body in theirs)):
        assert all(re.fullmatch(pattern, row["SystemModstamp"]) for row in rows)
    assert stamps == sorted(stamps)


def test_descriptions_have_the_keys_and_types_of_the_recording(
    org: OrgClient, shared: Path
) -> None:
    ours = org.get(f"{DATA}/sobjects/Account/describe").json()
    (theirs,) = recorded(shared, "nango_describe_sobject.json")
    assert differences(ours, [theirs]) == []
    types = {field["name"]: field["type"] for field in theirs["fields"]}
    for field in ours["fields"]:
        assert types[field["name"]] == field["type"], field


def test_a_new_bulk_job_has_the_keys_and_types_of_the_recording(
    org: OrgClient, shared: Path
) -> None:
    ours = make_job(org, "SELECT Id FROM Account")
    (theirs,) = recorded(shared, "amp_bulk2_query_job_created.json")
    assert differences(ours, [theirs]) == []
    assert set(ours) == set(theirs)
    assert ours["id"][:3] == theirs["id"][:3]
    assert (ours["state"], len(ours["id"])) == (theirs["state"], len(theirs["id"]))


def test_a_bulk_job_that_is_done_has_the_keys_of_the_recording(
    org: OrgClient, shared: Path
) -> None:
    number = make_job(org, "SELECT Id FROM Account")["id"]
    ours = org.get(f"{DATA}/jobs/query/{number}").json()
    theirs = recorded(shared, "amp_bulk2_job_info_complete.json")
    assert differences(ours, theirs) == []
    assert ours["state"] == "JobComplete"


def test_errors_are_arrays_as_recorded(org: OrgClient, shared: Path) -> None:
    unknown = org.get(f"{DATA}/query", q="SELECT Id, AccountNumber FROM Account")
    assert unknown.status_code == 400
    assert unknown.json() == recorded(shared, "amp_error_invalid_field.json")[0]
    url = f"{org.base}{DATA}/limits"
    ended = requests.get(url, headers={"Authorization": "Bearer no"}, timeout=10)
    assert ended.status_code == 401
    assert ended.json() == recorded(shared, "restforce_401_expired.json")[0]


def test_limits_have_the_keys_and_types_of_the_recording(
    org: OrgClient, shared: Path
) -> None:
    answer = org.get(f"{DATA}/limits")
    assert differences(answer.json(), recorded(shared, "nango_limits.json")) == []
    assert re.fullmatch(r"api-usage=\d+/15000", answer.headers["Sforce-Limit-Info"])


# --- after the contract ---------------------------------------------------------------


def make_job(org: OrgClient, query: str) -> dict[str, Any]:
    body = {"operation": "queryAll", "query": query}
    answer = org.session.post(f"{org.base}{DATA}/jobs/query", json=body, timeout=10)
    assert answer.status_code == 200, answer.text
    job: dict[str, Any] = answer.json()
    return job


def test_signing_in_gives_a_session_and_the_address_it_is_good_for(
    org: OrgClient,
) -> None:
    body = org.sign_in().json()
    assert all(isinstance(value, str) for value in body.values())
    assert body["token_type"] == "Bearer"
    assert body["instance_url"] == org.base
    refused = org.sign_in(client_secret="wrong")
    assert refused.status_code == 400
    assert refused.json()["error"] == "invalid_client"


def test_every_object_is_described_as_its_records_are(org: OrgClient) -> None:
    for name, fields in FIELDS.items():
        body = org.get(f"{DATA}/sobjects/{name}/describe").json()
        assert tuple(field["name"] for field in body["fields"]) == fields
        found = org.query(f"SELECT {', '.join(fields)} FROM {name}")["records"]
        assert found, name
        for row in found:
            assert set(row) == {"attributes", *fields}
            assert row["attributes"]["type"] == name
            assert len(row["Id"]) == 18


def test_a_query_pages_by_locator(community: Community) -> None:
    class Small(SalesforceRoutes):
        page_size = 5

    routes = Small(community, Limits())
    token = {"authorization": "Bearer 00D5j0000sandbox!salesforce.session"}
    path, query = f"{DATA}/queryAll", {"q": ["SELECT Id FROM Contact"]}
    ids: list[str] = []
    while path:
        reply = routes.answer(Request("GET", path, query, token, b"", ""))
        body = json.loads(reply.body)
        ids += [row["Id"] for row in body["records"]]
        assert body["done"] is ("nextRecordsUrl" not in body)
        path, query = body.get("nextRecordsUrl", ""), {}
    assert len(ids) == len(set(ids)) == body["totalSize"] > 10
    lost = routes.answer(Request("GET", f"{DATA}/query/0r8-0", {}, token, b"", ""))
    assert lost.status == 400
    assert json.loads(lost.body)[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_query_hides_what_is_deleted_and_query_all_shows_it(org: OrgClient) -> None:
    shown = org.query("SELECT Id, IsDeleted FROM Contact", "query")["records"]
    everything = org.query("SELECT Id, IsDeleted, MasterRecordId FROM Contact")
    gone = [row for row in everything["records"] if row["IsDeleted"]]
    assert not any(row["IsDeleted"] for row in shown)
    assert len(shown) + len(gone) == everything["totalSize"]
    assert any(row["MasterRecordId"] for row in gone)
    count = org.query("SELECT count() FROM Contact WHERE IsDeleted = false")
    assert (count["totalSize"], count["records"]) == (len(shown), [])


def test_bulk_results_are_the_same_records_in_pages_of_csv(org: OrgClient) -> None:
    query = "SELECT Id, IsDeleted, Email, CreatedDate FROM Contact"
    number = make_job(org, query)["id"]
    rows: list[dict[str, str]] = []
    locator = ""
    while locator != "null":
        params = {"maxRecords": 7} | ({"locator": locator} if locator else {})
        answer = org.get(f"{DATA}/jobs/query/{number}/results", **params)
        page = list(csv.DictReader(io.StringIO(answer.text)))
        assert int(answer.headers["Sforce-NumberOfRecords"]) == len(page) <= 7
        rows += page
        locator = answer.headers["Sforce-Locator"]
    expected = org.query(query)["records"]
    assert [row["Id"] for row in rows] == [row["Id"] for row in expected]
    assert [row["IsDeleted"] for row in rows] == [
        str(row["IsDeleted"]).lower() for row in expected
    ]
    assert all(row["CreatedDate"].endswith(".000Z") for row in rows)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT Id, CurrencyIsoCode FROM Opportunity", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Nonsense >= 2026-01-01", "INVALID_FIELD"),
        ("SELECT Id FROM Nonsense", "INVALID_TYPE"),
        ("DELETE FROM Contact", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Id LIKE 'x'", "MALFORMED_QUERY"),
    ],
)
def test_bad_queries_are_refused(org: OrgClient, query: str, code: str) -> None:
    answer = org.get(f"{DATA}/queryAll", q=query)
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == code


# --- the subsidiary -------------------------------------------------------------------


def records_at(community: Community, today: date) -> dict[str, dict[str, Any]]:
    """Object/id -> record as shown at the end of that day."""
    then = community.at(today)
    org = Org(then.people, then.companies, then.events, then.registrations, then.now)
    return {
        f"{name}/{row['Id']}": row for name, rows in org.records.items() for row in rows
    }


def test_ids_of_the_org_are_made_as_salesforces_are() -> None:
    assert record_id("Contact", 0) == "0035j0000000000AAA"
    assert record_id("Contact", 61) == "0035j000000000zAAA"
    assert record_id("Contact", 35) == "0035j000000000ZAAQ"


@pytest.mark.parametrize("days", [1, 30, 200, 700])
def test_days_only_add_and_every_change_moves_the_stamp(
    community: Community, days: int
) -> None:
    earlier_day = community.today - timedelta(days=days)
    now = community.at(earlier_day).now
    earlier = records_at(community, earlier_day)
    later = records_at(community, community.today)
    assert set(earlier) <= set(later)
    for key, before in earlier.items():
        stamped = datetime.fromisoformat(later[key]["SystemModstamp"])
        assert (later[key] != before) == (stamped >= now), key
    for key in set(later) - set(earlier):
        assert datetime.fromisoformat(later[key]["CreatedDate"]) >= now, key


def test_the_org_is_small_and_holds_every_kind_of_record(community: Community) -> None:
    found = records_at(community, community.today)
    kinds = Counter(key.split("/")[0] for key in found)
    assert set(kinds) == set(FIELDS)
    assert sum(kinds.values()) < 300
    people = [row for key, row in found.items() if key[:7] in ("Contact", "Lead/00")]
    assert any(row["MasterRecordId"] for row in people)
    assert any(row.get("IsConverted") for row in people)
    assert any(row["HasOptedOutOfEmail"] for row in people)
    deals = [row for key, row in found.items() if key.startswith("Opportunity/")]
    assert {row["IsWon"] for row in deals} == {True, False}


def test_some_companies_are_hubspots_too_and_some_are_not(community: Community) -> None:
    domains = {company.domain for company in community.companies[1:]}
    found = records_at(community, community.today)
    ours = {
        row["Website"].removeprefix("https://www.").rstrip("/")
        for key, row in found.items()
        if key.startswith("Account/")
    }
    assert len(ours & domains) >= 5
    assert len(ours - domains) == 5


def test_the_truth_knows_every_person_of_the_org(community: Community) -> None:
    told = {
        row.account_id for row in identities(community) if row.source == "salesforce"
    }
    found = records_at(community, community.today)
    shown = {
        row["Id"] for key, row in found.items() if key.startswith(("Contact/", "Lead/"))
    }
    assert told == shown
