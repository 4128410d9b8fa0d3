"""The Salesforce connector over HTTP: sign-in, fields, pages, cursor, faults."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sources._base.errors import BudgetSpent, Rejected, Retriable, SchemaChanged
from sources.salesforce import SOURCE
from sources.salesforce.objects import OBJECT_TYPES, column_of, long_id
from sources.salesforce.resources import probe
from tests.sources.salesforce.conftest import START, errors, stamp

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
QUICK = replace(SOURCE, requests_per_second=10_000.0)
CONTACTS_ONLY = {"SALESFORCE_OBJECTS": "contacts"}


def ids(rows) -> list[int]:
    return [int(row["id"]) for row in rows]


def contacts(make_run, salesforce, **options):
    """The contacts of one run that reads nothing else, and the run."""
    settings = {**salesforce.settings, **CONTACTS_ONLY, **options.pop("settings", {})}
    run = make_run(SOURCE, settings, **{"clock": START + DAY, **options})
    return run.extract()["contacts"], run


# --- signing in -----------------------------------------------------------------------


def test_nothing_configured_lands_typed_empty_tables(make_run, zone) -> None:
    assert set(make_run(SOURCE, {}).extract()) == {t.name for t in SOURCE.tables}
    landed = zone.land(SOURCE, environment={}, clock=START)
    assert landed.missing == ("SALESFORCE_DOMAIN",)


def test_a_domain_without_a_way_to_sign_in_says_what_to_set(make_run, platform) -> None:
    run = make_run(SOURCE, {"SALESFORCE_DOMAIN": platform.base_url})
    with pytest.raises(Rejected, match="SALESFORCE_CLIENT_SECRET, or SALESFORCE_ACC"):
        run.extract()
    assert platform.requests == []


def test_one_session_serves_all_objects(make_run, salesforce) -> None:
    for name in salesforce.records:
        salesforce.put(name, 1)
    found = make_run(SOURCE, salesforce.settings, clock=START + DAY).extract()
    assert {table: len(rows) for table, rows in found.items()} == {
        kind.table.name: 1 for kind in OBJECT_TYPES
    }
    assert salesforce.tokens == 1


def test_a_given_session_is_used_without_signing_in(make_run, salesforce) -> None:
    salesforce.tokens = 7
    salesforce.put("Contact", 1)
    settings = {
        "SALESFORCE_DOMAIN": salesforce.platform.base_url,
        "SALESFORCE_ACCESS_TOKEN": "session-number-7",
        **CONTACTS_ONLY,
    }
    assert ids(make_run(SOURCE, settings).extract()["contacts"]) == [1]
    assert salesforce.tokens == 7


def test_a_session_that_ends_half_way_is_renewed_and_no_record_lost(
    make_run, salesforce
) -> None:
    salesforce.page, salesforce.ends_after = 2, 4
    for number in range(1, 12):
        salesforce.put("Contact", number)
    rows, _ = contacts(make_run, salesforce)
    assert ids(rows) == list(range(1, 12))
    assert salesforce.tokens > 1


def test_a_given_session_that_has_ended_is_one_sentence(make_run, salesforce) -> None:
    settings = {
        "SALESFORCE_DOMAIN": salesforce.platform.base_url,
        "SALESFORCE_ACCESS_TOKEN": "session-of-yesterday",
    }
    with pytest.raises(Rejected, match="check SALESFORCE_ACCESS_TOKEN") as caught:
        make_run(SOURCE, settings).extract()
    assert len(salesforce.platform.requests) == 1
    assert "session-of-yesterday" not in f"{caught.value}{vars(caught.value)}"


def test_a_session_that_is_never_accepted_is_renewed_once(make_run, salesforce) -> None:
    salesforce.ends_after = 0
    with pytest.raises(Rejected, match="401 INVALID_SESSION_ID"):
        contacts(make_run, salesforce)
    assert salesforce.tokens == 2


def test_a_wrong_secret_is_named_and_never_told(make_run, salesforce, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    settings = {**salesforce.settings, "SALESFORCE_CLIENT_SECRET": "wrong-secret-000"}
    with pytest.raises(Rejected, match="invalid_client.*SALESFORCE_CLIENT_SEC") as told:
        make_run(SOURCE, settings).extract()
    for text in (str(told.value), str(vars(told.value)), caplog.text):
        assert "wrong-secret-000" not in text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"instance_url": "https://x.example"}, "no access_token"),
        (["x"], "no access_token"),
        ({"access_token": "t" * 9, "instance_url": 5}, "no instance_url"),
    ],
)
def test_an_odd_answer_to_signing_in_is_a_changed_schema(
    make_run, salesforce, body, words
) -> None:
    salesforce.script["oauth2/token"] = [salesforce.platform.reply(body)]
    with pytest.raises(SchemaChanged, match=words):
        contacts(make_run, salesforce)


def test_no_token_is_in_a_log_or_in_raw(salesforce, zone, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    salesforce.put("Contact", 1)
    salesforce.script["queryAll?SELECT Id"] = [
        salesforce.platform.reply(b"oops", status=503)
    ]
    zone.land(QUICK, environment=salesforce.settings, clock=START + DAY)
    secrets = ("client-secret-of-a-test", "session-number-1")
    assert salesforce.tokens == 1
    for path in zone.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret.encode() in content for secret in secrets), path
    assert not any(secret in caplog.text for secret in secrets)


def test_the_probe_says_how_many_requests_are_left(make_run, salesforce) -> None:
    run = make_run(SOURCE, salesforce.settings)
    assert probe(run) == (
        "Salesforce answers: 14109 of 15000 requests of the day are left"
    )


# --- fields ---------------------------------------------------------------------------


def test_only_fields_that_the_org_has_are_asked_for(make_run, salesforce) -> None:
    salesforce.put("Opportunity", 1, Amount=15000, IsWon=True, StageName="Closed Won")
    found = make_run(SOURCE, salesforce.settings, clock=START + DAY).extract()
    (deal,) = found["opportunities"]
    (query,) = salesforce.asked("SELECT Id, IsDeleted, Amount")
    assert "CurrencyIsoCode" not in query
    assert deal["amount"] == "15000"
    assert deal["is_won"] == "true"
    assert deal["org_currency"] == "JPY"
    assert "currency_iso_code" not in deal


def test_a_currency_of_its_own_is_read_where_there_is_one(make_run, salesforce) -> None:
    salesforce.put("Opportunity", 1, CurrencyIsoCode="USD")
    found = make_run(SOURCE, salesforce.settings, clock=START + DAY).extract()
    assert found["opportunities"][0]["currency_iso_code"] == "USD"


def test_configured_fields_land_under_their_own_or_our_name(
    make_run, salesforce
) -> None:
    salesforce.put("Contact", 1, Region__c="East", Kana__c="ヤマダ", Employees__c=5)
    wanted = "Region__c, kana:Kana__c Employees__c"
    rows, _ = contacts(
        make_run, salesforce, settings={"SALESFORCE_CONTACT_FIELDS": wanted}
    )
    assert rows[0]["custom_fields"] == {
        "Region__c": "East",
        "kana": "ヤマダ",
        "Employees__c": 5,
    }


@pytest.mark.parametrize("field", ["Gone__c", "Place__c"])
def test_a_configured_field_that_cannot_be_read_is_one_sentence(
    make_run, salesforce, field
) -> None:
    salesforce.put("Contact", 1, Place__c={"city": "Tokyo"})
    with pytest.raises(Rejected, match=f"SALESFORCE_CONTACT_FIELDS names {field}"):
        contacts(make_run, salesforce, settings={"SALESFORCE_CONTACT_FIELDS": field})


def test_an_unknown_table_is_one_sentence(make_run, salesforce) -> None:
    settings = {**salesforce.settings, "SALESFORCE_OBJECTS": "contacts, cases"}
    with pytest.raises(Rejected, match="names cases; there are accounts, contacts"):
        make_run(SOURCE, settings).extract()


def test_an_object_that_the_user_may_not_read_says_how_to_leave_it_out(
    make_run, salesforce
) -> None:
    salesforce.script["Campaign/describe"] = [
        salesforce.platform.reply(errors("NOT_FOUND"), status=404)
    ]
    with pytest.raises(Rejected, match="take its table out of SALESFORCE_OBJECTS"):
        make_run(SOURCE, salesforce.settings).extract()


@pytest.mark.parametrize(
    "body", [{}, [], {"fields": None}, {"fields": []}, {"fields": [{"name": {"a": 1}}]}]
)
def test_a_description_of_another_shape_is_a_changed_schema(
    make_run, salesforce, body
) -> None:
    salesforce.script["describe"] = [salesforce.platform.reply(body)]
    with pytest.raises(SchemaChanged):
        contacts(make_run, salesforce)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001dM00003jU9Gy", "001dM00003jU9GyQAK"),
        ("003dM00001vWOXJ", "003dM00001vWOXJQA4"),
        ("00Qak00000696HF", "00Qak00000696HFEAY"),
    ],
)
def test_an_id_of_15_characters_gets_its_three_others(short, long) -> None:
    assert long_id(short) == long
    assert long_id(long) == long
    assert long_id(None) is None


def test_ids_in_every_field_are_long(make_run, salesforce) -> None:
    record = salesforce.put("Contact", 1, AccountId="001dM00003jU9Gy")
    record["Id"] = "003dM00001vWOXJ"
    rows, _ = contacts(make_run, salesforce)
    assert rows[0]["id"] == "003dM00001vWOXJQA4"
    assert rows[0]["account_id"] == "001dM00003jU9GyQAK"


def test_columns_are_the_fields_in_small_letters() -> None:
    assert column_of("HasOptedOutOfEmail") == "has_opted_out_of_email"
    assert column_of("CurrencyIsoCode") == "currency_iso_code"
    for kind in OBJECT_TYPES:
        assert {column_of(field) for field in kind.fields} <= set(kind.table.columns)


@pytest.mark.parametrize(
    ("field", "value"),
    [("LastName", {"a": 1}), ("LastName", True), ("IsDeleted", "true"), ("Email", [1])],
)
def test_a_value_of_another_kind_is_a_changed_schema(
    make_run, salesforce, field, value
) -> None:
    salesforce.put("Contact", 1, **{field: value})
    with pytest.raises(SchemaChanged, match=field):
        contacts(make_run, salesforce)


# --- pages ----------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 9])
def test_every_page_is_read_to_its_end(make_run, salesforce, count) -> None:
    salesforce.page = 2
    for number in range(1, count + 1):
        salesforce.put("Contact", number)
    rows, run = contacts(make_run, salesforce)
    assert ids(rows) == list(range(1, count + 1))
    assert run.counts.reported["contacts", ""] == count


def page(*numbers: int, total: int, following: str | None = None) -> dict:
    body = {
        "totalSize": total,
        "done": following is None,
        "records": [
            {"Id": f"{n:018d}", "SystemModstamp": stamp(START)} for n in numbers
        ],
    }
    return body | ({"nextRecordsUrl": following} if following else {})


def scripted(salesforce, *bodies, part="query/") -> None:
    """Serves these answers to the query of contacts and to what follows it."""
    replies = [salesforce.platform.reply(body) for body in bodies]
    salesforce.script["queryAll?SELECT Id, "] = replies[:1]
    salesforce.script[part] = replies[1:]


def test_an_empty_page_in_the_middle_is_passed_over(make_run, salesforce) -> None:
    scripted(
        salesforce,
        page(1, total=2, following="/services/data/v62.0/query/a-1"),
        page(total=2, following="/services/data/v62.0/query/a-2"),
        page(2, total=2),
    )
    assert ids(contacts(make_run, salesforce)[0]) == [1, 2]


def test_a_page_sent_twice_instead_of_the_next_one_is_not_believed(
    make_run, salesforce
) -> None:
    scripted(
        salesforce,
        page(1, 2, total=4, following="/services/data/v62.0/query/a-2"),
        page(1, 2, total=4),
    )
    with pytest.raises(Retriable, match="promised 4 records and gave 2"):
        contacts(make_run, salesforce)


def test_rows_that_shift_between_pages_come_once(make_run, salesforce) -> None:
    scripted(
        salesforce,
        page(1, 2, total=3, following="/services/data/v62.0/query/a-2"),
        page(2, 3, total=3),
    )
    assert ids(contacts(make_run, salesforce)[0]) == [1, 2, 3]


@pytest.mark.parametrize("following", [None, 5, "/services/data/v62.0/query/a-2"])
def test_a_query_that_leads_nowhere_stops(make_run, salesforce, following) -> None:
    body = page(1, total=9) | {"done": False, "nextRecordsUrl": following}
    scripted(salesforce, body, body, body)
    with pytest.raises(SchemaChanged, match="is not done and names no new page"):
        contacts(make_run, salesforce)


@pytest.mark.parametrize(
    "body",
    [
        [], {}, {"totalSize": 1, "done": True}, {"totalSize": None, "records": []},
        {"totalSize": 1, "records": [{"Name": "x"}]}, {"totalSize": 1, "records": [5]},
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_an_error_not_an_empty_org(
    make_run, salesforce, body
) -> None:
    scripted(salesforce, body)
    with pytest.raises(SchemaChanged):
        contacts(make_run, salesforce)


def test_new_fields_in_an_answer_are_left_out(make_run, salesforce) -> None:
    body = page(1, total=1)
    body["records"][0]["brand_new"] = {"nested": [1]}
    scripted(salesforce, body)
    (row,) = contacts(make_run, salesforce)[0]
    assert "brand_new" not in row


@pytest.mark.parametrize("code", ["INVALID_QUERY_LOCATOR", "QUERY_TIMEOUT"])
def test_a_lost_query_goes_on_from_the_last_record_read(
    make_run, salesforce, code
) -> None:
    salesforce.page = 2
    for number in range(1, 8):
        salesforce.put("Contact", number, at=START + number * MINUTE)
    salesforce.script["query/Contact-4"] = [
        salesforce.platform.reply(errors(code), status=400)
    ]
    rows, _ = contacts(make_run, salesforce)
    assert ids(rows) == list(range(1, 8))
    again = salesforce.asked("ORDER BY")[-1]
    assert "SystemModstamp >= 2026-11-20T00:04:00Z" in again


def test_a_query_that_is_lost_again_and_again_is_given_up(make_run, salesforce) -> None:
    refusal = salesforce.platform.reply(errors("QUERY_TIMEOUT"), status=400)
    salesforce.script["queryAll?SELECT Id, "] = [refusal] * 9
    with pytest.raises(Rejected, match="QUERY_TIMEOUT"):
        contacts(make_run, salesforce)
    assert len(salesforce.script["queryAll?SELECT Id, "]) == 5


# --- refusals -------------------------------------------------------------------------


def test_an_error_is_told_in_salesforces_words_without_the_query(
    make_run, salesforce
) -> None:
    message = "\nSELECT Id FROM\n       ^\nERROR at Row:1:Column:3"
    salesforce.script["queryAll?SELECT Id, "] = [
        salesforce.platform.reply(errors("MALFORMED_QUERY", message), status=400)
    ]
    with pytest.raises(Rejected, match="400 MALFORMED_QUERY") as caught:
        contacts(make_run, salesforce)
    assert "\n" not in str(caught.value)
    assert "SystemModstamp" not in f"{caught.value}{caught.value.url}"
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("TotalRequests Limit exceeded.", BudgetSpent),
        ("ConcurrentPerOrgLongTxn Limit exceeded.", Retriable),
    ],
)
def test_a_used_up_limit_stops_the_run(make_run, salesforce, message, error) -> None:
    salesforce.script["queryAll"] = [
        salesforce.platform.reply(errors("REQUEST_LIMIT_EXCEEDED", message), status=403)
    ]
    with pytest.raises(error, match=message.split()[0]):
        contacts(make_run, salesforce)


def test_the_last_tenth_of_the_orgs_day_is_left_to_others(make_run, salesforce) -> None:
    salesforce.put("Contact", 1)
    salesforce.usage = "api-usage=13500/15000, per-app-api-usage=9/250(appName=test)"
    with pytest.raises(BudgetSpent, match="13500 of the 15000 requests"):
        contacts(make_run, salesforce)
    assert len(salesforce.platform.requests) == 2  # signing in, the first description


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ({"body": b"<html>down</html>", "content_type": "text/html"}, SchemaChanged),
        ({"body": b'{"totalSize": 3, "rec'}, Retriable),
        ({"body": b"Service Unavailable", "status": 503}, Retriable),
        ({"body": errors("UNKNOWN_EXCEPTION"), "status": 500}, Retriable),
    ],
)
def test_other_failures_are_short_sentences(make_run, salesforce, reply, error) -> None:
    salesforce.script["queryAll"] = [salesforce.platform.reply(**reply)] * 6
    with pytest.raises(error) as caught:
        contacts(make_run, salesforce)
    assert "?" not in str(caught.value)
    assert len(str(caught.value)) < 300


# --- incremental ----------------------------------------------------------------------


def test_later_runs_read_what_changed_with_an_overlap(make_run, salesforce) -> None:
    memory: dict = {}
    salesforce.put("Contact", 1, at=START)
    contacts(make_run, salesforce, memory=memory)
    contacts(make_run, salesforce, memory=memory, clock=START + 2 * DAY)
    first, second = salesforce.asked("ORDER BY")
    assert "WHERE" not in first
    assert "WHERE SystemModstamp >= 2026-11-19T23:50:00Z ORDER BY" in second


def test_a_change_made_while_we_read_is_met_again(make_run, salesforce) -> None:
    memory: dict = {}
    salesforce.put("Contact", 1, at=START + 5 * 60 * MINUTE)
    contacts(make_run, salesforce, memory=memory, clock=START)
    salesforce.put("Contact", 2, at=START + 60 * MINUTE)
    rows, _ = contacts(make_run, salesforce, memory=memory)
    assert ids(rows) == [2, 1]


@pytest.mark.parametrize(
    "change", [{"SALESFORCE_CONTACT_FIELDS": "Region__c"}, "field", "full"]
)
def test_other_fields_or_a_full_run_read_everything_again(
    make_run, salesforce, change
) -> None:
    memory: dict = {}
    salesforce.put("Contact", 1, at=START - 9 * DAY, Region__c="East")
    salesforce.put("Contact", 2, at=START)
    contacts(make_run, salesforce, memory=memory)
    settings = change if isinstance(change, dict) else {}
    if change == "field":
        salesforce.fields["Contact"].append("Department")
    options = {"memory": memory, "settings": settings, "full": change == "full"}
    assert ids(contacts(make_run, salesforce, **options)[0]) == [1, 2]


def test_a_setting_that_rows_carry_is_read_anew_too(make_run, salesforce) -> None:
    memory: dict = {}
    settings = {**salesforce.settings, "SALESFORCE_OBJECTS": "opportunities"}
    salesforce.put("Opportunity", 1, at=START - 9 * DAY)
    salesforce.put("Opportunity", 2, at=START)
    make_run(SOURCE, settings, memory=memory, clock=START).extract()
    settings["SALESFORCE_CURRENCY"] = "EUR"
    again = make_run(SOURCE, settings, memory=memory, clock=START).extract()
    assert [row["org_currency"] for row in again["opportunities"]] == ["EUR", "EUR"]


def test_a_backfill_reads_its_window_and_leaves_the_cursor(
    make_run, salesforce
) -> None:
    memory: dict = {}
    for days in (0, -20, -40):
        salesforce.put("Contact", 50 + days, at=START + days * DAY)
    contacts(make_run, salesforce, memory=memory)
    before = json.dumps(memory)
    window = (date(2026, 10, 30), date(2026, 11, 1))
    rows, _ = contacts(make_run, salesforce, memory=memory, window=window)
    assert ids(rows) == [30]
    assert json.dumps(memory) == before


def test_over_several_runs_no_change_is_missed_and_none_lands_twice(
    salesforce, zone
) -> None:
    environment = {**salesforce.settings, **CONTACTS_ONLY}
    salesforce.page = 2
    for number in range(1, 6):
        salesforce.put("Contact", number, at=START - DAY)
    for run in range(4):
        clock = START + run * DAY
        zone.land(QUICK, environment=environment, clock=clock)
        salesforce.put("Contact", 1, at=clock + 60 * MINUTE, LastName=f"n{run}")
        salesforce.put("Contact", 10 + run, at=clock + DAY - MINUTE)
    zone.land(QUICK, environment=environment, clock=START + 5 * DAY)
    rows = zone.rows("salesforce", "contacts")
    versions = {(row["id"], row["system_modstamp"]) for row in rows}
    assert len(rows) == len(versions) == 5 + 4 * 2


def test_deleted_and_merged_records_come_with_their_flag(make_run, salesforce) -> None:
    memory: dict = {}
    winner = salesforce.put("Contact", 1)
    salesforce.put("Contact", 2)
    contacts(make_run, salesforce, memory=memory)
    salesforce.put(
        "Contact", 2, at=START + DAY, IsDeleted=True, MasterRecordId=winner["Id"]
    )
    rows, run = contacts(make_run, salesforce, memory=memory, clock=START + 2 * DAY)
    loser = next(row for row in rows if row["id"].endswith("2"))
    assert loser["is_deleted"] == "true"
    assert loser["master_record_id"] == winner["Id"]
    assert run.counts.reported["contacts", ""] == 1


def test_tables_that_are_not_chosen_are_not_asked_for(make_run, salesforce) -> None:
    salesforce.put("Lead", 1)
    _, run = contacts(make_run, salesforce)
    assert salesforce.asked("FROM Lead") == []
    assert set(run.counts.reported) == {("contacts", "")}


def test_moments_are_utc_whatever_the_clocks_zone(make_run, salesforce) -> None:
    memory: dict = {}
    salesforce.put("Contact", 1, at=START)
    contacts(make_run, salesforce, memory=memory)
    assert memory["until"]["contacts"] == datetime(2026, 11, 20, tzinfo=UTC).isoformat()
