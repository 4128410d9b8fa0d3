"""EventHub: offsets end, lists are whole while they change, names are correctable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sources._base.errors import BudgetSpent, Rejected, Retriable, SchemaChanged
from sources._sandbox.community import generate
from sources._sandbox.faults import Fault
from sources._sandbox.server import SandboxServer
from sources.eventhub import SOURCE
from sources.eventhub.fields import BUILT_IN, load
from sources.eventhub.tables import TABLES
from tests.sources.eventhub.conftest import CLOCK


def numbers(rows):
    return sorted(int(row["user_id"][1:]) for row in rows["users"])


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_offsets_end_whatever_the_number_of_users(run, eventhub, make_user, count):
    eventhub.users = {"abc": [make_user(n) for n in range(count)]}
    one = run()
    assert numbers(one.extract()) == list(range(count))
    assert one.counts.reported == {("users", "event:abc"): count}


def test_rows_land_under_our_names(run, eventhub, make_user):
    eventhub.event = {
        "name": "展示会",
        "startAt": "2026-11-10T01:00:00Z",
        "description": "https://ruby.connpass.com/event/9/ も",
        "unknown": {"a": 1},
    }
    extra = {"participation": "参加", "customFields": [{"label": "Q", "value": "A"}]}
    eventhub.users = {"abc": [make_user(1, **extra)]}
    rows = run().extract()
    (event,), (user,) = rows["events"], rows["users"]
    assert (event["title"], event["started_at"]) == ("展示会", "2026-11-10T01:00:00Z")
    assert event["mentioned_urls"] == "https://ruby.connpass.com/event/9"
    assert (user["company"], user["job_title"]) == ("株式会社例", "課長")
    assert (user["participation"], user["status"]) == ("true", None)
    assert user["custom_fields"] == [{"question": "Q", "answer": "A"}]
    for table in TABLES:
        assert set(rows[table.name][0]) == set(table.columns)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"participation": True}, "true"),
        ({"participation": False}, "false"),
        ({"participation": "不参加"}, "false"),
        ({"isParticipated": True}, "true"),
        ({"participation": None, "attended": "ATTENDED"}, "true"),
        ({"participation": "たぶん"}, "たぶん"),  # staging sets it aside
        ({}, None),
    ],
)
def test_participation_is_taken_from_whichever_field_tells_it(
    run, eventhub, make_user, sent, kept
):
    eventhub.users = {"abc": [make_user(1, **sent)]}
    (user,) = run().extract()["users"]
    assert user["participation"] == kept


@pytest.mark.parametrize(
    "sent",
    [
        {"会社規模": "100", "用途": ["A", "B"]},
        [{"label": "会社規模", "value": 100}, {"labelJa": "用途", "value": "A, B"}],
    ],
)
def test_custom_fields_come_as_an_object_or_as_a_list(run, eventhub, make_user, sent):
    eventhub.users = {"abc": [make_user(1, customFields=sent)]}
    (user,) = run().extract()["users"]
    assert user["custom_fields"] == [
        {"question": "会社規模", "answer": "100"},
        {"question": "用途", "answer": "A, B"},
    ]


def test_the_next_run_asks_for_new_users_from_a_day_before(run, eventhub, make_user):
    memory: dict = {}
    eventhub.users = {"abc": [make_user(n, "2026-09-01") for n in range(3)]}
    run(memory=memory).extract()
    eventhub.platform.requests.clear()
    late = make_user(9, "2026-08-30")
    eventhub.users["abc"].append(late)
    rows = run(clock=CLOCK + timedelta(days=1), memory=memory).extract()
    (asked,) = eventhub.asked
    assert asked["createdOnOrAfter"] == "2026-08-31T07:35:02Z"
    assert numbers(rows) == [0, 1, 2]
    weekly = run(clock=CLOCK + timedelta(days=7), memory=memory).extract()
    assert 9 in numbers(weekly)
    assert "createdOnOrAfter" not in eventhub.asked[-1]


@pytest.mark.parametrize(
    ("event", "registered"),
    [
        ({"name": "x"}, "2026-11-15"),  # the day is not told: people still register
        ({"name": "x", "startAt": "2026-11-15T01:00:00Z"}, "2026-09-01"),
        ({"name": "x", "startAt": "2027-01-15T01:00:00Z"}, "2026-09-01"),
    ],
)
def test_while_something_may_change_all_users_are_read_every_day(
    run, eventhub, make_user, event, registered
):
    memory: dict = {}
    eventhub.event = event
    eventhub.users = {"abc": [make_user(1, registered)]}
    run(memory=memory).extract()
    eventhub.users["abc"][0]["status"] = "cancelled"
    rows = run(clock=CLOCK + timedelta(days=1), memory=memory).extract()
    assert [row["status"] for row in rows["users"]] == ["cancelled"]
    assert "createdOnOrAfter" not in eventhub.asked[-1]


def test_rows_that_move_up_while_the_list_is_read_are_not_lost(
    run, eventhub, make_user
):
    eventhub.users = {"abc": [make_user(n) for n in range(201)]}
    gone = []

    def delete_once(offset):
        if offset and not gone:
            gone.append(eventhub.users["abc"].pop(0))

    eventhub.before_page = delete_once
    assert numbers(run().extract()) == list(range(201))


@pytest.mark.parametrize("fault", ["empty", "repeated"])
def test_an_empty_or_repeated_page_loses_nothing(
    run, eventhub, make_user, platform, fault
):
    eventhub.users = {"abc": [make_user(n) for n in range(250)]}
    answer, done = eventhub.answer, []

    def disturbed(request):
        reply = answer(request)
        if request.path.startswith("/v1/users/") and len(eventhub.asked) == 2:
            done.append(fault)
            first = [make_user(n) for n in range(100)]
            reply.body["users"] = [] if fault == "empty" else first
        return reply

    platform.answer = disturbed
    assert numbers(run().extract()) == list(range(250))
    assert done == [fault]


def test_a_platform_that_counts_more_than_it_shows_fails_the_run(
    run, eventhub, make_user, platform
):
    answer = eventhub.answer

    def hiding(request):
        reply = answer(request)
        if "users" in reply.body:
            reply.body["userCount"] += 1
        return reply

    eventhub.users = {"abc": [make_user(1)]}
    platform.answer = hiding
    with pytest.raises(Retriable, match="says it has 2 users but shows 1"):
        run().extract()


def test_more_users_than_a_runs_requests_are_read_over_several_runs(
    run, eventhub, make_user
):
    memory: dict = {}
    eventhub.users = {
        f"e{event}": [make_user(1_000 * event + n, "2026-08-01") for n in range(150)]
        for event in range(4)
    }
    small = {"source_options": {"request_budget": 4 + 5}}  # two events and a half
    found: set[int] = set()
    for day in range(2):
        clock = CLOCK + timedelta(days=day)
        found.update(numbers(run(memory=memory, clock=clock, **small).extract()))
    assert len(found) == 600
    assert sorted(memory["events"]) == ["e0", "e1", "e2", "e3"]
    with pytest.raises(BudgetSpent):
        run(source_options={"request_budget": 4}).extract()


def test_a_backfill_reads_the_users_of_its_local_days(run, eventhub, make_user):
    memory: dict = {}
    days = ["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04"]
    eventhub.users = {"abc": [make_user(n, day) for n, day in enumerate(days)]}
    window = (date(2026, 10, 2), date(2026, 10, 3))
    assert numbers(run(memory=memory, window=window).extract()) == [1, 2]
    assert "events" not in memory
    assert eventhub.asked[-1]["createdOnOrAfter"] == "2026-10-01T15:00:00Z"


def test_other_names_are_a_line_in_a_file(run, eventhub, make_user, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(
        "users:\n  company: corp.name\n  user_id: [no, userId]\n"
        "values:\n  status: {cancelled: [取消]}\n"
        "lists: {user_count: total}\n"
    )
    eventhub.users = {
        "abc": [make_user(1, no="u5", corp={"name": "合同会社例"}, status="取消")]
    }
    answer = eventhub.answer

    def renamed(request):
        reply = answer(request)
        if "userCount" in reply.body:
            reply.body["total"] = reply.body.pop("userCount")
        return reply

    eventhub.platform.answer = renamed
    (user,) = run(settings={"EVENTHUB_FIELDS": str(own)}).extract()["users"]
    assert [user["user_id"], user["company"], user["status"]] == [
        "u5",
        "合同会社例",
        "cancelled",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("people: {a: b}", "people is none of requests, lists, events"),
        ("users: {firm: x}", "users.firm is not known; known: user_id"),
        ("users: {company: {a: b}}", "users.company must look as in fields.yaml"),
        ("requests: {users: [a]}", "requests.users must look as in fields.yaml"),
        ("- a", "own.yaml is no file of names"),
        ("users: [", "cannot be read from own.yaml: line"),
    ],
)
def test_a_file_of_names_that_cannot_be_used_is_one_sentence(tmp_path, text, reason):
    own = tmp_path / "own.yaml"
    own.write_text(text)
    with pytest.raises(Rejected, match=reason) as caught:
        load(own)
    assert "\n" not in str(caught.value)


def test_the_built_in_names_fill_every_column_of_the_tables():
    fields = load(None)
    assert BUILT_IN.exists()
    for table in TABLES:
        ours = {"event_key", "mentioned_urls"}
        named = set(fields.records[table.name]) - {"description"}
        assert named == set(table.columns) - ours


def test_a_list_under_another_name_says_where_to_correct_it(run, platform):
    platform.script({"name": "x"})
    platform.script({"userList": []})
    with pytest.raises(SchemaChanged, match="EVENTHUB_FIELDS"):
        run().extract()


@pytest.mark.parametrize(
    "change", [{"email": ["a"]}, {"customFields": "x"}, {"userId": None}]
)
def test_a_changed_type_is_a_changed_schema(run, eventhub, make_user, change):
    eventhub.users = {"abc": [make_user(1, **change)]}
    with pytest.raises(SchemaChanged):
        run().extract()


def test_a_wrong_key_is_one_sentence_without_the_key(run, platform):
    platform.script({"message": "Unauthorized"}, status=401)
    with pytest.raises(Rejected, match="401") as caught:
        run().extract()
    assert "eventhub-key" not in str(caught.value)


def test_without_settings_nothing_is_asked(make_run, eventhub):
    rows = make_run(SOURCE, {**eventhub.settings, "EVENTHUB_EVENTS": ""}).extract()
    assert not any(rows.values())
    assert eventhub.platform.requests == []


def test_a_killed_run_is_done_again_and_unchanged_users_do_not_land_twice(
    zone, eventhub, make_user
):
    fast = replace(SOURCE, requests_per_second=10_000.0)
    eventhub.users = {"abc": [make_user(n) for n in range(150)]}
    options = {"environment": eventhub.settings}

    def broken(request):
        is_second = b'"offset": 97' in request.body
        reply = eventhub.platform.reply({}, status=400)
        return reply if is_second else eventhub.answer(request)

    eventhub.platform.answer = broken
    with pytest.raises(Rejected):
        zone.land(fast, clock=CLOCK, **options)
    eventhub.platform.answer = eventhub.answer
    zone.land(fast, clock=CLOCK, **options)
    assert len(zone.rows("eventhub", "users")) == 150
    eventhub.users["abc"][3]["department"] = "営業部"
    landed = zone.land(fast, clock=CLOCK + timedelta(days=1), **options)
    assert landed.counts.landed["users"] == 1


def test_against_the_sandbox_faults_lose_nothing(make_run):
    faults = [
        Fault("/eventhub/", "500"),
        Fault("/eventhub/", "429_retry_after", after=2),
        Fault("/eventhub/v1/users", "truncated_json", after=1),
        Fault("/eventhub/v1/users", "empty_page", after=2),
    ]
    community = generate(200, 1, date(2026, 11, 20))
    with SandboxServer(community, requests_per_second=1e6, faults=faults) as server:
        one = make_run(SOURCE, server.settings(), clock=CLOCK)
        rows = one.extract()
        assert "first event" in SOURCE.probe(one)
    counted = {k[1]: n for k, n in one.counts.reported.items()}
    assert sum(counted.values()) == len(rows["users"]) > 20
    assert {row["participation"] for row in rows["users"]} == {"true", "false", None}
    assert any(row["mentioned_urls"] for row in rows["events"])
