"""Every recording of Salesforce lands, reaches staging, and loses no row.

The recordings lie outside the project (licences differ).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sources._base.errors import Rejected
from sources.salesforce import SOURCE
from sources.salesforce.client import Client
from sources.salesforce.objects import OBJECT_TYPES, column_of, long_id
from sources.salesforce.queries import describe
from sources.salesforce.resources import probe
from tests.conftest import SHARED, needs_recordings
from tests.sources.conftest import Platform, Reply, Request, serving
from tests.sources.staging import build_staging, land_into

RECORDINGS = SHARED / "recordings" / "salesforce"
pytestmark = needs_recordings
START = datetime(2026, 11, 20, 20, tzinfo=UTC)

# file -> (table it reaches, rows in it)
FILES: dict[str, tuple[str, int]] = {
    "nango_accounts_soql_2pages.json": ("accounts", 2086),
    "nango_account_record.json": ("accounts", 1),
    "nango_query_all.json": ("accounts", 5),
    "nango_query_more_last_page.json": ("accounts", 86),
    "nango_contacts_soql.json": ("contacts", 213),
    "nango_opportunities_soql.json": ("opportunities", 31),
    "amp_list_leads.json": ("leads", 8),
    "amp_opportunity_with_contact_roles.json": ("opportunity_contact_roles", 2),
    # Extracts of a warehouse in another layout (a column per field, times without
    # zone); the test puts them into API shape.
    "fivetran_account.csv": ("accounts", 10),
    "fivetran_lead.csv": ("leads", 1),
}
FILES_OF_NO_TABLE = {
    "amp_bulk2_job_info_complete.json": "compared with the sandbox's bulk jobs",
    "amp_bulk2_query_job_created.json": "compared with the sandbox's bulk jobs",
    "amp_error_invalid_field.json": "an error body: see the test of refusals",
    "nango_delete_collection.json": "the answer to deleting; nothing is written",
    "nango_describe_sobject.json": "describes the accounts of these tests",
    "nango_limits.json": "see the test of the probe",
    "restforce_401_expired.json": "an error body: see the test of refusals",
    "restforce_get_deleted.json": "not asked for: /queryAll tells of deleted ones",
    "restforce_get_updated.json": "not asked for: SystemModstamp tells of changes",
    "restforce_query_error.json": "an error body: see the test of refusals",
    "restforce_query_page1.json": "an object of the test's own, two pages of one row",
    "restforce_query_page2.json": "an object of the test's own, two pages of one row",
}
PREFIX = {"001": "Account", "003": "Contact", "006": "Opportunity", "00Q": "Lead"}


def content_of(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text(encoding="utf-8"))


def bodies_of(name: str) -> list[Any]:
    """The bodies of a recording: of its calls, or the file itself."""
    content = content_of(name)
    if isinstance(content, list) and "request" in content[0]:
        return [call["response"]["body_json"] for call in content]
    return [content]


def rows_of(name: str) -> list[dict[str, Any]]:
    """The records of a recording as the API sends them."""
    if name.endswith(".csv"):
        kind = next(kind for kind in OBJECT_TYPES if kind.table.name == FILES[name][0])
        with (RECORDINGS / name).open(encoding="utf-8", newline="") as file:
            return [_from_columns(row, kind.fields) for row in csv.DictReader(file)]
    records = []
    for body in bodies_of(name):
        for record in body.get("records", [body] if "Id" in body else []):
            roles = record.get("OpportunityContactRoles")
            records += [
                _with_id(row) for row in (roles or {"records": [record]})["records"]
            ]
    return records


def _with_id(record: dict[str, Any]) -> dict[str, Any]:
    """The sample leads were recorded without Id: their address holds it."""
    return {"Id": record["attributes"]["url"].rsplit("/", 1)[1], **record}


def _from_columns(row: dict[str, str], fields: tuple[str, ...]) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for name in fields:
        value = row.get(column_of(name)) or None
        if value and re.match(r"(Is|Has)[A-Z]", name):
            sent[name] = value.lower() == "true"
        elif value and name in ("CreatedDate", "SystemModstamp"):
            sent[name] = value.replace(" ", "T") + ".000+0000"
        else:
            sent[name] = value.split(" ")[0] if value and "Date" in name else value
    return sent


@dataclass
class Recorded:
    """Answers over recorded records. pages: bodies to serve as they are, by path."""

    records: dict[str, list[dict[str, Any]]]
    pages: dict[str, Any] = field(default_factory=dict)

    def answer(self, request: Request) -> Reply:
        query = request.params.get("q", [""])[0]
        name = (re.findall(r"FROM (\w+)|$", query) or [""])[0]
        if request.path.endswith("/describe"):
            return Reply({"fields": self._fields(request.path.split("/")[-2])})
        if request.path in self.pages:
            return Reply(self.pages[request.path])
        rows = self.records.get(name, [])
        if "count()" in query:
            return Reply({"totalSize": len(rows), "done": True, "records": []})
        if query and name in self.pages:
            return Reply(self.pages[name])
        return Reply({"totalSize": len(rows), "done": True, "records": rows})

    def _fields(self, name: str) -> list[dict[str, Any]]:
        if name == "Account":
            return list(bodies_of("nango_describe_sobject.json")[0]["fields"])
        known = {"Id", "SystemModstamp"}
        known.update(*(row.keys() for row in self.records.get(name, [])))
        return [{"name": field, "type": "string"} for field in sorted(known)]


@dataclass(frozen=True)
class Staged:
    """The warehouse after staging."""

    warehouse: Path

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    """Recordings landed in two runs: the long query, then what others tell of it."""
    data = tmp_path_factory.mktemp("recordings")
    first, second = bodies_of("nango_accounts_soql_2pages.json")
    names = [name for name, (table, _) in FILES.items() if table == "accounts"]
    # The full record comes last: it is one of the five of queryAll as well.
    later = {row["Id"]: row for name in reversed(names[1:]) for row in rows_of(name)}
    runs = [
        Recorded(
            {"Account": rows_of("nango_accounts_soql_2pages.json"),
             "Contact": rows_of("nango_contacts_soql.json"),
             "Opportunity": rows_of("nango_opportunities_soql.json"),
             "OpportunityContactRole": rows_of(
                 "amp_opportunity_with_contact_roles.json"),
             "Lead": rows_of("amp_list_leads.json")},
            {"Account": first, first["nextRecordsUrl"]: second},
        ),
        Recorded(
            {"Account": list(later.values()), "Lead": rows_of("fivetran_lead.csv")}
        ),
    ]  # fmt: skip
    for number, recorded in enumerate(runs):
        with serving() as platform:
            platform.answer = recorded.answer
            land_into(
                data, SOURCE, environment(platform), clock=START + timedelta(number)
            )
    build_staging(data, "staging.salesforce", clock=START + timedelta(len(runs)))
    yield Staged(data / "warehouse.duckdb")


def environment(platform: Platform) -> dict[str, str]:
    return {
        "SALESFORCE_DOMAIN": platform.base_url,
        "SALESFORCE_ACCESS_TOKEN": "session-of-the-recordings",
    }


def ids_of(name: str) -> set[str]:
    return {row["Id"] for row in rows_of(name)}


# --- the recordings -------------------------------------------------------------------


def test_every_recording_is_listed_here() -> None:
    found = {path.name for path in RECORDINGS.iterdir()}
    assert found == set(FILES) | set(FILES_OF_NO_TABLE)


KEYS = {
    "accounts": "company_id",
    "contacts": "contact_id",
    "leads": "lead_id",
    "opportunities": "opportunity_id",
    "opportunity_contact_roles": "role_id",
}


@pytest.mark.parametrize("name", FILES)
def test_every_recorded_record_is_staged_once(staged: Staged, name: str) -> None:
    table, rows = FILES[name]
    ids = sorted(ids_of(name))
    assert len(ids) == rows
    assert staged.query(
        f"select count(*), count(distinct {KEYS[table]})"
        f" from staging.stg_salesforce__{table}"
        f" where list_contains(cast(? as varchar[]), {KEYS[table]})",
        ids,
    ) == [(rows, rows)]


def test_no_other_record_is_staged_and_none_is_set_aside(staged: Staged) -> None:
    for table, key in KEYS.items():
        expected = {
            i for name in FILES if FILES[name][0] == table for i in ids_of(name)
        }
        found = staged.query(f"select {key} from staging.stg_salesforce__{table}")
        assert {row[0] for row in found} == expected
        assert staged.query(
            "select count(*) filter (where _row_status = 'quarantined')"
            f" from staging.stg_salesforce__{table}_checked"
        ) == [(0,)]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        (
            "nango_contacts_soql.json",
            {"Email": "email", "Title": "title", "Department": "department",
             "AccountId": "company_id", "CreatedDate": "created_at",
             "SystemModstamp": "updated_at", "LastName": "last_name"},
        ),
        (
            "nango_opportunities_soql.json",
            {"Amount": "amount", "StageName": "stage", "OwnerId": "owner_id",
             "Name": "name", "SystemModstamp": "updated_at"},
        ),
    ],
)  # fmt: skip
def test_no_recorded_value_is_lost_on_the_way(
    staged: Staged, name: str, fields: dict[str, str]
) -> None:
    table, _ = FILES[name]
    records = rows_of(name)
    for sent, column in fields.items():
        told = sum(record[sent] is not None for record in records)
        assert staged.query(
            f"select count({column}) from staging.stg_salesforce__{table}"
            f" where list_contains(cast(? as varchar[]), {KEYS[table]})",
            sorted(ids_of(name)),
        ) == [(told,)], column


def test_recorded_amounts_days_and_outcomes_are_what_they_say(staged: Staged) -> None:
    records = rows_of("nango_opportunities_soql.json")
    won = [r for r in records if r["StageName"] == "Closed Won"]
    total = sum(record["Amount"] or 0 for record in records)
    assert staged.query(
        "select count(*) filter (where is_won), sum(amount), count(currency),"
        " count(closed_date), count(forecast_close_date)"
        " from staging.stg_salesforce__opportunities"
    ) == [(len(won), total, 31, len(won), 31 - len(won))]
    assert staged.query(
        "select forecast_close_date::varchar from staging.stg_salesforce__opportunities"
        " where opportunity_id = '006dM00000Mw7VtQAJ'"
    ) == [("2026-03-08",)]


def test_recorded_websites_types_and_flags_are_understood(staged: Staged) -> None:
    assert staged.query(
        "select domain, is_customer, industry from staging.stg_salesforce__accounts"
        " where company_id = '001dM00003jU9GxQAK'"
    ) == [("edgecomm.com", True, "Electronics")]
    deleted = [r for r in rows_of("fivetran_account.csv") if r["IsDeleted"]]
    converted = [r for r in rows_of("fivetran_lead.csv") if r["IsConverted"]]
    assert len(deleted) > 0 and len(converted) > 0
    assert staged.query(
        "select count(*) from staging.stg_salesforce__accounts where is_deleted"
    ) == [(len(deleted),)]
    assert staged.query(
        "select count(*), count(converted_contact_id)"
        " from staging.stg_salesforce__leads where is_converted"
    ) == [(len(converted), sum(bool(r["ConvertedContactId"]) for r in converted))]


def test_recorded_people_and_companies_reach_the_unions(staged: Staged) -> None:
    people = FILES["nango_contacts_soql.json"][1] + len(
        ids_of("amp_list_leads.json") | ids_of("fivetran_lead.csv")
    )
    assert staged.query(
        "select count(*), count(distinct account_id)"
        " from staging.stg_salesforce__as_accounts"
    ) == [(people, people)]
    assert staged.query(
        "select email, display_name, company_name, department"
        " from staging.stg_salesforce__as_accounts"
        " where account_id = 'salesforce:003dM00001vWOXJQA4'"
    ) == [("rose@edge.com", "Gonzalez Rose", "Edge Communications", "Procurement")]


def test_landed_is_staged_and_superseded_and_quarantined(staged: Staged) -> None:
    counts = str(staged.warehouse.parent / "raw/raw_salesforce/load_counts/*.parquet")
    for table in (table.name for table in SOURCE.tables):
        landed = staged.query(
            "select coalesce(sum(landed), 0) - coalesce(sum(quarantined), 0)"
            " from read_parquet(?) where table_name = ?",
            counts,
            table,
        )
        judged = staged.query(
            f"select count(*) from staging.stg_salesforce__{table}_checked"
        )
        assert landed == judged, table


@pytest.mark.parametrize(
    "name", ["nango_accounts_soql_2pages.json", "nango_contacts_soql.json"]
)
def test_recorded_ids_are_what_we_make_of_their_first_15_characters(name: str) -> None:
    ids = ids_of(name)
    assert {long_id(number[:15]) for number in ids} == ids


def test_the_recorded_description_is_read(make_run: Any, platform: Platform) -> None:
    (body,) = bodies_of("nango_describe_sobject.json")
    platform.answer = lambda request: Reply(body)
    client = Client(make_run(SOURCE, environment(platform)))
    fields = describe(client, "Account")
    assert len(fields) == 70
    assert fields["MasterRecordId"] == "reference"
    assert fields["BillingAddress"] == "address"
    account = next(kind for kind in OBJECT_TYPES if kind.name == "Account")
    assert set(account.fields) <= set(fields)


def test_the_recorded_limits_are_read(make_run: Any, platform: Platform) -> None:
    (body,) = bodies_of("nango_limits.json")
    platform.answer = lambda request: Reply(body)
    day = body["DailyApiRequests"]
    assert f"{day['Remaining']} of {day['Max']} requests" in probe(
        make_run(SOURCE, environment(platform))
    )


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("amp_error_invalid_field.json", 400, "INVALID_FIELD.*AccountNumber"),
        ("restforce_query_error.json", 400, "INVALID_FIELD.*error_message"),
        ("restforce_401_expired.json", 401, "401 INVALID_SESSION_ID"),
    ],
)
def test_recorded_refusals_are_one_sentence(
    name: str, status: int, words: str, make_run: Any, platform: Platform
) -> None:
    content = (RECORDINGS / name).read_bytes()
    platform.answer = lambda request: Reply(content, status=status)
    with pytest.raises(Rejected, match=words) as caught:
        make_run(SOURCE, environment(platform)).extract()
    assert caught.value.status == status
    assert "\n" not in str(caught.value)
