"""Zoom: tokens run out, pages expire, a finished meeting is read twice and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sources._base.errors import Rejected, Retriable, SchemaChanged
from sources._sandbox.community import generate
from sources._sandbox.faults import Fault
from sources._sandbox.server import SandboxServer
from sources.zoom import SOURCE
from sources.zoom.api import in_path
from sources.zoom.tables import TABLES
from tests.sources.zoom.conftest import CLOCK

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def uuids(rows):
    return sorted(row["uuid"] for row in rows["meetings"])


def test_a_meeting_lands_with_everybody_who_joined_and_registered(
    run, zoom, make_meeting, make_join
):
    zoom.meetings = [make_meeting("abc==", id=92_688_776_306)]
    zoom.joins = {"abc==": [make_join(1), make_join(2, internal_user=True)]}
    zoom.registrants = {
        "92688776306": [
            {
                "id": "r1",
                "email": "a@example.com",
                "status": "approved",
                "phone": "090",
                "join_url": "https://zoom.us/w/1?tk=secret",
                "custom_questions": [{"title": "動機", "value": "情報収集"}],
            },
            {"id": "r2", "email": "b@example.com", "status": "denied"},
        ]
    }
    one = run()
    rows = one.extract()
    assert [row["id"] for row in rows["meetings"]] == ["92688776306"]
    assert [row["internal_user"] for row in rows["participants"]] == [None, True]
    assert [(r["id"], r["status"]) for r in rows["registrants"]] == [
        ("r1", "approved"),
        ("r2", "denied"),
    ]
    assert rows["registrants"][0]["custom_questions"] == [
        {"question": "動機", "answer": "情報収集"}
    ]
    for table in TABLES:
        assert set(rows[table.name][0]) == set(table.columns)
    assert one.counts.reported == {("participants", "meeting:abc=="): 2}


@pytest.mark.parametrize(
    ("uuid", "written"),
    [
        ("cuL1o37VTaiN3IhHInJ0GA==", "cuL1o37VTaiN3IhHInJ0GA%3D%3D"),
        ("/ajXp112QmuoKj4854875==", "%252FajXp112QmuoKj4854875%253D%253D"),
        ("a//b+c==", "a%252F%252Fb%252Bc%253D%253D"),
        ("a/b", "a%2Fb"),
    ],
)
def test_uuids_with_awkward_slashes_are_encoded_twice(
    run, zoom, make_meeting, make_join, uuid, written
):
    assert in_path(uuid) == written
    zoom.meetings = [make_meeting(uuid)]
    zoom.joins = {uuid: [make_join(1)]}
    (join,) = run().extract()["participants"]
    assert join["meeting_uuid"] == uuid


def test_webinars_have_addresses_of_their_own(run, zoom, make_meeting):
    zoom.meetings = [make_meeting("m", type=2), make_meeting("ww", type=5)]
    run().extract()
    paths = [request.path for request in zoom.asked("/participants")]
    assert paths == ["/v2/report/webinars/ww/participants",
                     "/v2/report/meetings/m/participants"]  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_pages_end_with_an_empty_token(run, zoom, make_meeting, make_join, count):
    zoom.page = 2
    zoom.meetings = [make_meeting("a")]
    zoom.joins = {"a": [make_join(n) for n in range(count)]}
    assert len(run().extract()["participants"]) == count


def test_a_token_that_runs_out_half_way_is_renewed_once(
    run, zoom, make_meeting, make_join
):
    zoom.uses = 3  # requests a token lives
    zoom.page = 2
    zoom.meetings = [make_meeting("a"), make_meeting("bb")]
    zoom.joins = {uuid: [make_join(n) for n in range(5)] for uuid in ("a", "bb")}
    rows = run().extract()
    assert len(rows["participants"]) == 10
    assert zoom.given > 3
    used = [r.headers["Authorization"] for r in zoom.asked("/v2/")]
    assert used[-1] == f"Bearer token-number-{zoom.given}"


def test_a_token_that_is_refused_at_once_fails(run, zoom):
    zoom.uses = 0
    with pytest.raises(Rejected, match="401"):
        run().extract()
    assert zoom.given == 1


def test_a_page_token_that_has_expired_starts_the_list_again(
    run, zoom, make_meeting, make_join
):
    zoom.page, zoom.expired_pages = 2, 1
    zoom.meetings = [make_meeting("a")]
    zoom.joins = {"a": [make_join(n) for n in range(5)]}
    assert len(run().extract()["participants"]) == 5


def test_page_tokens_that_always_expire_fail_the_run(
    run, zoom, make_meeting, make_join
):
    zoom.page, zoom.expired_pages = 2, 99
    zoom.meetings = [make_meeting("a")]
    zoom.joins = {"a": [make_join(n) for n in range(5)]}
    with pytest.raises(Retriable, match="reads them again"):
        run().extract()


@pytest.mark.parametrize("fault", ["empty", "repeated", "endless"])
def test_a_page_that_is_wrong_once_loses_nothing(
    run, zoom, make_meeting, make_join, platform, fault
):
    zoom.page = 2
    zoom.meetings = [make_meeting("a")]
    zoom.joins = {"a": [make_join(n) for n in range(6)]}
    answer, done = zoom.answer, []

    def disturbed(request):
        reply = answer(request)
        if request.params.get("next_page_token") == ["2"] and not done:
            done.append(fault)
            if fault == "endless":
                reply.body["next_page_token"] = "2"
            else:
                wrong = {"empty": [], "repeated": [make_join(0), make_join(1)]}
                reply.body["participants"] = wrong[fault]
        return reply

    platform.answer = disturbed
    joins = run().extract()["participants"]
    assert done == [fault]
    assert len({row["user_id"] for row in joins}) == len(joins) == 6


def test_two_rows_that_are_the_same_are_no_reason_to_fail(
    run, zoom, make_meeting, make_join
):
    zoom.meetings = [make_meeting("a")]
    zoom.joins = {"a": [make_join(1), make_join(1)]}
    assert len(run().extract()["participants"]) == 2


@pytest.mark.parametrize("code", [300, 1010, 3001, 12702])
def test_a_meeting_without_a_report_is_set_aside_and_the_others_are_read(
    run, zoom, make_meeting, make_join, code
):
    memory: dict = {}
    zoom.meetings = [make_meeting("a"), make_meeting("gone")]
    zoom.joins = {"a": [make_join(1)]}
    zoom.gone = {"gone": code}
    one = run(memory=memory)
    assert len(one.extract()["participants"]) == 1
    (aside,) = one.set_aside
    assert f"({code}: Meeting does not exist.)" in aside["reason"]
    assert one.counts.quarantined["participants"] == 1
    zoom.platform.requests.clear()
    run(memory=memory, clock=CLOCK + DAY).extract()
    assert zoom.asked("/participants") == []


def test_another_refusal_fails_the_run(run, zoom, make_meeting):
    zoom.meetings = [make_meeting("a")]
    zoom.gone = {"a": 200}  # no permission
    with pytest.raises(Rejected, match="400"):
        run().extract()


def test_an_instance_is_read_when_it_is_over_and_once_more_a_day_later(
    run, zoom, make_meeting, make_join
):
    memory: dict = {}
    zoom.meetings = [make_meeting("a", "2026-11-20")]  # until 11:00, nine hours ago
    zoom.joins = {"a": [make_join(1)]}
    counts = []
    for days in range(5):
        zoom.platform.requests.clear()
        run(memory=memory, clock=CLOCK + days * DAY).extract()
        counts.append(len(zoom.asked("/participants")))
    assert counts == [1, 1, 0, 0, 0]


def test_a_meeting_that_has_just_ended_waits_for_its_report(run, zoom, make_meeting):
    memory: dict = {}
    clock = CLOCK.replace(hour=11, minute=30)
    zoom.meetings = [make_meeting("a", "2026-11-20")]
    assert uuids(run(memory=memory, clock=clock).extract()) == ["a"]
    assert zoom.asked("/participants") == []
    run(memory=memory, clock=clock + HOUR).extract()
    assert len(zoom.asked("/participants")) == 1


def test_lists_are_of_a_month_and_go_back_six(run, zoom):
    memory: dict = {}
    run(memory=memory).extract()
    asked = [(r.params["from"][0], r.params["to"][0]) for r in zoom.asked("/users/")]
    days = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in asked]
    assert max((last - first).days for first, last in days) <= 30
    assert days[0][1] == date(2026, 11, 20)
    assert days[-1][0] == date(2026, 5, 29)
    assert all(
        after[1] == before[0] - DAY
        for before, after in zip(days, days[1:], strict=False)
    )
    zoom.platform.requests.clear()
    run(memory=memory, clock=CLOCK + DAY).extract()
    (request,) = zoom.asked("/users/")
    assert request.params["from"] == ["2026-11-17"]


def test_a_list_is_of_every_host_and_an_instance_comes_once(run, zoom, make_meeting):
    zoom.meetings = [make_meeting("a")]
    one = run(settings={"ZOOM_USERS": "host@example.com, second@example.com"})
    assert uuids(one.extract()) == ["a"]
    assert {request.path for request in zoom.asked("/users/")} == {
        "/v2/report/users/host%40example.com/meetings",
        "/v2/report/users/second%40example.com/meetings",
    }


def test_only_chosen_topics_land(run, zoom, make_meeting):
    zoom.meetings = [
        make_meeting("a", topic="Ruby もくもく会"),
        make_meeting("bb", topic="定例"),
        make_meeting("ccc", topic=None),
    ]
    one = run(settings={"ZOOM_TOPICS": "RUBY; meetup"})
    assert uuids(one.extract()) == ["a"]


def test_a_spent_budget_ends_the_reports_and_the_next_run_goes_on(
    run, zoom, make_meeting, make_join
):
    memory: dict = {}
    zoom.meetings = [make_meeting("u" * n) for n in range(1, 6)]
    zoom.joins = {"u" * n: [make_join(n)] for n in range(1, 6)}
    small = {"request_budget": 9}
    first = run(memory=memory, source_options=small).extract()["participants"]
    assert 0 < len(first) < 5
    found = {row["meeting_uuid"] for row in first}
    for days in (1, 2):
        clock = CLOCK + days * DAY
        rows = run(memory=memory, clock=clock).extract()["participants"]
        found |= {row["meeting_uuid"] for row in rows}
    assert len(found) == 5


def test_a_backfill_reads_the_meetings_of_its_days_again(
    run, zoom, make_meeting, make_join
):
    memory: dict = {}
    zoom.meetings = [make_meeting("a", "2026-10-02"), make_meeting("bb", "2026-10-20")]
    zoom.joins = {"a": [make_join(1)]}
    run(memory=memory).extract()
    window = (date(2026, 10, 2), date(2026, 10, 3))
    again = run(memory=memory, window=window, clock=CLOCK + DAY)
    rows = again.extract()
    assert (uuids(rows), len(rows["participants"])) == (["a"], 1)


def test_wrong_credentials_name_the_settings_and_hide_the_secret(run, platform):
    body = {"reason": "Invalid client_id or client_secret", "error": "invalid_client"}
    platform.script(body, status=400)
    with pytest.raises(Rejected, match="check ZOOM_ACCOUNT_ID") as caught:
        run().extract()
    assert "zoom-secret" not in f"{caught.value} {vars(caught.value)}"


def test_months_that_are_no_number_are_one_sentence(run):
    with pytest.raises(Rejected, match="ZOOM_MONTHS is no number of months: many"):
        run(settings={"ZOOM_MONTHS": "many"}).extract()


@pytest.mark.parametrize(
    "change", [{"duration": [1]}, {"failover": "no"}, {"name": {"ja": "x"}}]
)
def test_a_changed_type_is_a_changed_schema(run, zoom, make_meeting, make_join, change):
    zoom.meetings = [make_meeting("a")]
    zoom.joins = {"a": [make_join(1, **change)]}
    with pytest.raises(SchemaChanged, match=next(iter(change))):
        run().extract()


def test_without_settings_nothing_is_asked(make_run, zoom):
    rows = make_run(SOURCE, {**zoom.settings, "ZOOM_CLIENT_SECRET": ""}).extract()
    assert not any(rows.values())
    assert zoom.platform.requests == []


def test_a_killed_run_is_done_again_and_a_second_reading_lands_what_is_new(
    zone, zoom, make_meeting, make_join
):
    fast = replace(SOURCE, requests_per_second=10_000.0)
    zoom.meetings = [make_meeting("a", "2026-11-20"), make_meeting("bb", "2026-11-20")]
    zoom.joins = {"a": [make_join(1)], "bb": [make_join(2)]}
    options = {"environment": zoom.settings}
    zoom.gone = {"a": 200}
    with pytest.raises(Rejected):
        zone.land(fast, clock=CLOCK, **options)
    zoom.gone = {}
    zone.land(fast, clock=CLOCK, **options)
    assert len(zone.rows("zoom", "participants")) == 2
    zoom.joins["a"].append(make_join(3))  # the report was not complete yet
    landed = zone.land(fast, clock=CLOCK + DAY, **options)
    assert landed.counts.landed["participants"] == 1
    files = [path for path in zone.folder.joinpath("raw").rglob("*") if path.is_file()]
    assert not [p for p in files if b"zoom-secret" in p.read_bytes()]


def test_against_the_sandbox_faults_lose_nothing(make_run):
    community = generate(200, 1, date(2026, 11, 20))
    faults = [
        Fault("/zoom/v2", "500"),
        Fault("/zoom/v2", "expired_token", after=4),
        Fault("/zoom/v2/report/meetings", "truncated_json"),
        Fault("/zoom/v2/report/webinars", "429_none", after=1),
    ]
    with SandboxServer(community, requests_per_second=1e6, faults=faults) as server:
        one = make_run(SOURCE, server.settings(), clock=CLOCK)
        rows = one.extract()
        assert "first user" in SOURCE.probe(one)
    counted = sum(one.counts.reported.values())
    assert counted == len(rows["participants"]) > 20
    assert {row["status"] for row in rows["participants"]} == {
        "in_meeting",
        "in_waiting_room",
    }
    assert rows["registrants"]
