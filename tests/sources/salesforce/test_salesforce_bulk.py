"""Bulk API 2.0: large first reads as Arrow tables, page by page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sources._base.errors import Rejected, Retriable, SchemaChanged
from sources.salesforce import SOURCE
from tests.sources.salesforce.conftest import START, errors

DAY = timedelta(days=1)
QUICK = replace(SOURCE, requests_per_second=10_000.0)


@pytest.fixture
def settings(salesforce):
    """Everything above three contacts goes in bulk; pages of two."""
    salesforce.page = 2
    for number in range(1, 6):
        salesforce.put("Contact", number, LastName=f"name {number}", Email=None)
    return {
        **salesforce.settings,
        "SALESFORCE_OBJECTS": "contacts",
        "SALESFORCE_BULK_FROM": "3",
    }


def extracted(make_run, settings, **options):
    run = make_run(SOURCE, settings, **{"clock": START + DAY, **options})
    return run.extract()["contacts"]


def test_a_large_first_read_is_a_job_and_lands_as_text(
    salesforce, settings, zone
) -> None:
    salesforce.put("Contact", 3, LastName='two\nlines, "quoted"', AccountId="001A" * 3)
    salesforce.put("Contact", 4, IsDeleted=True, LastName="")
    landed = zone.land(QUICK, environment=settings, clock=START + DAY)
    rows = {int(row["id"]): row for row in zone.rows("salesforce", "contacts")}
    assert sorted(rows) == [1, 2, 3, 4, 5]
    assert rows[3]["last_name"] == 'two\nlines, "quoted"'
    assert rows[4]["is_deleted"] == "true"
    assert (rows[1]["is_deleted"], rows[1]["email"]) == ("false", None)
    assert rows[4]["last_name"] is None
    assert rows[1]["system_modstamp"] == "2026-11-20T00:00:00.000Z"
    assert landed.counts.reported["contacts", ""] == 4
    assert salesforce.asked("ORDER BY") == []


def test_later_runs_ask_for_changes_by_query(salesforce, settings, zone) -> None:
    zone.land(QUICK, environment=settings, clock=START + DAY)
    salesforce.put("Contact", 2, at=START + DAY, LastName="changed")
    salesforce.job_states = []
    zone.land(QUICK, environment=settings, clock=START + 2 * DAY)
    names = [
        row["last_name"]
        for row in zone.rows("salesforce", "contacts")
        if int(row["id"]) == 2
    ]
    assert names == ["name 2", "changed"]
    (query,) = salesforce.asked("ORDER BY")
    assert "SystemModstamp >= 2026-11-19T23:50:00Z" in query


def test_a_full_run_is_a_job_again(salesforce, settings, make_run) -> None:
    memory: dict = {}
    salesforce.job_states = ["JobComplete", "JobComplete"]
    extracted(make_run, settings, memory=memory)
    assert len(extracted(make_run, settings, memory=memory, full=True)) == 5
    assert salesforce.job_states == []


def test_configured_fields_and_short_ids_go_in_bulk_too(
    salesforce, settings, make_run
) -> None:
    salesforce.put("Contact", 1, Kana__c="ヤマダ", AccountId="001dM00003jU9Gy")
    rows = extracted(
        make_run, {**settings, "SALESFORCE_CONTACT_FIELDS": "kana:Kana__c"}
    )
    (row,) = [row for row in rows if int(row["id"]) == 1]
    assert json.loads(row["custom_fields"]) == {"kana": "ヤマダ"}
    assert row["account_id"] == "001dM00003jU9GyQAK"


def test_a_query_too_long_for_an_address_is_a_job(salesforce, make_run) -> None:
    names = [f"Custom_Field_Number_{number}__c" for number in range(300)]
    salesforce.put("Contact", 1, **dict.fromkeys(names, "x"))
    settings = {
        **salesforce.settings,
        "SALESFORCE_OBJECTS": "contacts",
        "SALESFORCE_CONTACT_FIELDS": " ".join(names),
    }
    (row,) = extracted(make_run, settings)
    assert len(json.loads(row["custom_fields"])) == 300
    assert all(len(str(r.params)) < 500 for r in salesforce.platform.requests)


def test_a_job_that_found_nothing_has_no_page_to_read(salesforce, make_run) -> None:
    names = [f"Custom_Field_Number_{number}__c" for number in range(300)]
    salesforce.put("Contact", 1, **dict.fromkeys(names, "x"))
    settings = {
        **salesforce.settings,
        "SALESFORCE_OBJECTS": "contacts",
        "SALESFORCE_CONTACT_FIELDS": " ".join(names),
    }
    memory: dict = {}
    salesforce.job_states = ["JobComplete", "JobComplete"]
    extracted(make_run, settings, memory=memory)
    memory["until"]["contacts"] = (START + 2 * DAY).isoformat()
    salesforce.platform.requests.clear()
    assert extracted(make_run, settings, memory=memory) == []
    assert not [r for r in salesforce.platform.requests if r.path.endswith("/results")]


def test_a_job_is_looked_at_less_and_less_often(salesforce, settings, make_run) -> None:
    salesforce.job_states = [*["InProgress"] * 7, "JobComplete"]
    run = make_run(SOURCE, settings, clock=START + DAY)
    assert len(run.extract()["contacts"]) == 5
    naps = [nap for clock, _ in run.paces() for nap in clock.naps if nap > 0.9]
    assert [round(nap) for nap in naps] == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize("state", ["Failed", "Aborted"])
def test_a_job_that_fails_says_why(salesforce, settings, make_run, state) -> None:
    salesforce.job_states = ["InProgress", state]
    with pytest.raises(Retriable, match=f"ended as {state}: (Transaction|no reason)"):
        extracted(make_run, settings)


def test_a_job_that_never_ends_is_given_up(salesforce, settings, make_run) -> None:
    salesforce.job_states = ["InProgress"] * 1_000
    with pytest.raises(Retriable, match="is not done yet"):
        extracted(make_run, settings)


def test_a_job_that_is_refused_is_told_in_salesforces_words(
    salesforce, settings, make_run
) -> None:
    salesforce.script["jobs/query"] = [
        salesforce.platform.reply(errors("API_DISABLED_FOR_ORG"), status=403)
    ]
    with pytest.raises(Rejected, match="API_DISABLED_FOR_ORG.*has no API"):
        extracted(make_run, settings)


@pytest.mark.parametrize("body", [{}, [], {"id": 5}])
def test_a_job_without_an_id_is_a_changed_schema(
    salesforce, settings, make_run, body
) -> None:
    salesforce.script["jobs/query"] = [salesforce.platform.reply(body)]
    with pytest.raises(SchemaChanged, match="has no id"):
        extracted(make_run, settings)


def test_a_session_that_ends_between_two_pages_is_renewed(
    salesforce, settings, make_run
) -> None:
    salesforce.ends_after = 5
    assert len(extracted(make_run, settings)) == 5
    assert salesforce.tokens == 2


@pytest.mark.parametrize(
    ("content", "headers", "error", "words"),
    [
        ('"Id","Name"\n"1","x"\n', {}, SchemaChanged, "other columns"),
        ("<html>down</html>", {}, Retriable, "no CSV or is cut off"),
        ("", {}, Retriable, "no CSV or is cut off"),
        ("{header}\n1\n", {}, Retriable, "no CSV or is cut off"),
        ("{header}\n{row}\n", {"Sforce-NumberOfRecords": "2"}, Retriable, "1 of 2"),
        ("{header}\n{row}\n", {}, Retriable, "promised 5 records and gave 1"),
        ("{header}\n{row}\n", {"Sforce-Locator": "2"}, Retriable, "a page twice"),
    ],
)
def test_a_page_that_is_not_whole_is_not_believed(
    salesforce, settings, make_run, content, headers, error, words
) -> None:
    names = ["Id", "IsDeleted", "LastName", "Email", "CreatedDate", "SystemModstamp"]
    header = ",".join(f'"{name}"' for name in names)
    moment = '"2026-11-20T00:00:00.000Z"'
    row = f'"{1:018d}","false","x","",{moment},{moment}'
    text = content.format(header=header, row=row)
    reply = salesforce.platform.reply(
        text.encode(), headers=headers, content_type="text/csv"
    )
    salesforce.script["/results"] = [reply] * 2
    with pytest.raises(error, match=words):
        extracted(make_run, settings)


@pytest.mark.parametrize("threshold", ["many", "-1", "1.5"])
def test_a_threshold_that_is_no_number_is_one_sentence(
    salesforce, settings, make_run, threshold
) -> None:
    with pytest.raises(Rejected, match="write a whole number"):
        extracted(make_run, {**settings, "SALESFORCE_BULK_FROM": threshold})
