"""Doorkeeper: lists end, rows that move are not lost, counts around the day are new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sources._base.errors import Rejected, Retriable, SchemaChanged
from sources._sandbox.community import generate
from sources._sandbox.faults import Fault
from sources._sandbox.server import SandboxServer
from sources.doorkeeper import SOURCE
from sources.doorkeeper.tables import EVENTS, GROUPS
from tests.sources.doorkeeper.conftest import CLOCK


def numbers(rows):
    return sorted(int(row["id"]) for row in rows["events"])


def old(make_event, count, start=1):
    """Events of a day long past."""
    return [make_event(n, "2021-03-01") for n in range(start, start + count)]


@pytest.mark.parametrize("page", [20, 25])
@pytest.mark.parametrize("count", [0, 1, 20, 25, 26, 60])
def test_lists_end_whatever_the_size_of_a_page(
    run, doorkeeper, make_event, page, count
):
    doorkeeper.page = page
    doorkeeper.events = {"ruby": old(make_event, count)}
    assert numbers(run().extract()) == list(range(1, count + 1))


def test_an_event_lands_with_its_types_and_without_its_description(
    run, doorkeeper, make_event
):
    told = make_event(
        1,
        "2026-11-30",
        ticket_limit=50,
        description='<a href="https://ruby.connpass.com/event/9/?a=1&amp;b=2">申込</a>',
    )
    doorkeeper.events = {"ruby": [told]}
    one = run()
    rows = one.extract()
    (event,), (group,) = rows["events"], rows["groups"]
    assert (event["lat"], event["long"], event["group_id"]) == ("35.6", "139.7", "7")
    assert (event["participants"], event["ticket_limit"]) == (5, 50)
    assert event["mentioned_urls"] == "https://ruby.connpass.com/event/9"
    assert set(event) == set(EVENTS.columns)
    assert (group["id"], group["configured_as"], group["name"]) == ("7", "ruby", "Ruby")
    assert set(group) == set(GROUPS.columns)
    assert one.counts.reported == {
        ("file_registrations", "event:1:accepted"): 5,
        ("file_registrations", "event:1:waiting"): 1,
    }


def test_a_group_comes_as_its_id_or_as_an_object(run, doorkeeper, make_event):
    doorkeeper.events = {"ruby": [make_event(1, "2021-03-01", group={"id": 24})]}
    (event,) = run().extract()["events"]
    assert event["group_id"] == "24"


def test_since_is_always_given_for_it_means_today_otherwise(
    run, doorkeeper, make_event
):
    doorkeeper.events = {"ruby": old(make_event, 3)}
    run().extract()
    assert {since for _, since, _ in doorkeeper.asked()} == {"2008-01-01", "2026-11-13"}


def test_the_next_run_reads_updates_and_the_days_around(run, doorkeeper, make_event):
    memory: dict = {}
    soon = make_event(90, "2026-11-25")
    doorkeeper.events = {"ruby": [*old(make_event, 60), soon]}
    run(memory=memory).extract()
    doorkeeper.platform.requests.clear()
    doorkeeper.events["ruby"][2]["updated_at"] = "2026-11-21T08:00:00.000Z"
    soon["participants"] = 9  # updated_at does not move for that
    rows = run(clock=CLOCK + timedelta(days=1), memory=memory).extract()
    assert {3, 90} <= set(numbers(rows))
    assert len(rows["events"]) < 40
    assert doorkeeper.asked()[0] == ("updated_at", "2008-01-01", 1)
    assert {page for sort, _, page in doorkeeper.asked() if sort == "updated_at"} == {1}


def test_updates_told_oldest_first_are_read_to_the_end(run, doorkeeper, make_event):
    memory: dict = {}
    doorkeeper.falling = False
    doorkeeper.events = {"ruby": old(make_event, 60)}
    run(memory=memory).extract()
    doorkeeper.events["ruby"][2]["updated_at"] = "2026-11-21T08:00:00.000Z"
    rows = run(clock=CLOCK + timedelta(days=1), memory=memory).extract()
    assert 3 in numbers(rows)


def test_a_week_later_everything_is_read_again(run, doorkeeper, make_event):
    memory: dict = {}
    doorkeeper.events = {"ruby": old(make_event, 60)}
    run(memory=memory).extract()
    later = run(clock=CLOCK + timedelta(days=7), memory=memory)
    assert numbers(later.extract()) == list(range(1, 61))


def test_a_list_that_is_empty_for_once_is_read_whole_the_next_time(
    run, doorkeeper, make_event
):
    memory: dict = {}
    run(memory=memory).extract()
    doorkeeper.events = {"ruby": old(make_event, 3)}
    assert numbers(run(clock=CLOCK + timedelta(days=1), memory=memory).extract())


def test_rows_that_move_up_while_the_list_is_read_are_not_lost(
    run, doorkeeper, make_event
):
    doorkeeper.events = {"ruby": old(make_event, 60)}
    gone = []

    def delete_once(number):
        if number == 2 and not gone:
            gone.append(doorkeeper.events["ruby"].pop())  # it stood on page 1

    doorkeeper.before_page = delete_once
    assert numbers(run().extract()) == list(range(1, 61))


def test_rows_that_move_down_come_once(run, doorkeeper, make_event):
    doorkeeper.events = {"ruby": old(make_event, 40)}

    def publish_once(number):
        if number == 2 and len(doorkeeper.events["ruby"]) == 40:
            doorkeeper.events["ruby"] += old(make_event, 1, start=41)

    doorkeeper.before_page = publish_once
    assert numbers(run().extract()) == list(range(1, 42))


def test_rows_that_never_stop_moving_fail_the_run(run, doorkeeper, make_event):
    doorkeeper.events = {"ruby": old(make_event, 60)}
    doorkeeper.before_page = lambda number: doorkeeper.events["ruby"].pop(0)
    with pytest.raises(Retriable, match="move from page to page"):
        run().extract()


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("kind", ["empty_page", "repeated_page"])
def test_an_empty_or_repeated_page_loses_nothing(
    run, doorkeeper, make_event, platform, number, kind
):
    doorkeeper.events = {"ruby": old(make_event, 75)}
    answer, done = doorkeeper.answer, []

    def disturbed(request):
        if request.params.get("page") == [str(number)] and not done:
            done.append(number)
            if kind == "empty_page":
                return platform.reply([])
            request.params["page"] = [str(max(1, number - 1))]
        return answer(request)

    platform.answer = disturbed
    assert numbers(run().extract()) == list(range(1, 76))


def test_a_platform_that_repeats_one_page_for_ever_ends(run, doorkeeper, make_event):
    shown = [{"event": event} for event in old(make_event, 25)]
    doorkeeper.platform.answer = lambda request: doorkeeper.platform.reply(
        shown if request.path.endswith("/events") else {"group": {"id": 7}}
    )
    assert numbers(run().extract()) == list(range(1, 26))
    assert len(doorkeeper.platform.requests) < 12


def test_a_backfill_reads_the_events_of_its_local_days(run, doorkeeper, make_event):
    memory: dict = {}
    late = make_event(4, "2026-10-03", starts_at="2026-10-03T15:30:00.000Z")
    doorkeeper.events = {
        "ruby": [
            make_event(1, "2026-10-01"),
            make_event(2, "2026-10-02"),
            make_event(3, "2026-10-03"),
            late,  # half past midnight of the 4th in Tokyo
        ]
    }
    window = (date(2026, 10, 2), date(2026, 10, 3))
    assert numbers(run(memory=memory, window=window).extract()) == [2, 3]
    assert "groups" not in memory


def test_an_unknown_group_is_named_although_its_404_has_no_body(run, doorkeeper):
    run_of_nobody = run()
    run_of_nobody.settings = {**run_of_nobody.settings, "DOORKEEPER_GROUPS": "nobody"}
    with pytest.raises(Rejected, match=r"groups/nobody/events.*404"):
        run_of_nobody.extract()


def test_a_429_waits_until_the_window_of_its_header_ends(
    run, doorkeeper, platform, make_event
):
    doorkeeper.events = {"ruby": old(make_event, 1)}
    window = '{"remaining":0,"until":"2026-11-21T05:00:50Z"}'  # Date says 05:00:00
    platform.script(b"Retry later", status=429, headers={"X-Ratelimit": window})
    one = run()
    assert numbers(one.extract()) == [1]
    ((clock, _),) = one.paces()
    assert max(clock.naps) == pytest.approx(51.0)


@pytest.mark.parametrize("body", [{"events": []}, [{"id": 1}], ["an event"]])
def test_an_answer_that_is_no_list_of_events_is_a_changed_schema(run, platform, body):
    platform.script(body)
    with pytest.raises(SchemaChanged, match="list of events"):
        run().extract()


@pytest.mark.parametrize(
    "change", [{"participants": [1]}, {"group": [1]}, {"title": {"ja": "x"}}]
)
def test_a_changed_type_is_a_changed_schema(run, doorkeeper, make_event, change):
    doorkeeper.events = {"ruby": [make_event(1, "2021-03-01", **change)]}
    with pytest.raises(SchemaChanged, match=next(iter(change))):
        run().extract()


def test_a_wrong_token_is_one_sentence_without_the_token(run, platform):
    platform.script({"error": "Unauthorized"}, status=401)
    with pytest.raises(Rejected, match="401") as caught:
        run().extract()
    assert "doorkeeper-token" not in str(caught.value)


def test_without_settings_nothing_is_asked(make_run, doorkeeper):
    settings = {**doorkeeper.settings, "DOORKEEPER_TOKEN": ""}
    rows = make_run(SOURCE, settings).extract()
    assert not any(rows.values())
    assert doorkeeper.platform.requests == []


def test_a_count_that_moved_lands_and_nothing_else_does(zone, doorkeeper, make_event):
    fast = replace(SOURCE, requests_per_second=10_000.0)
    doorkeeper.events = {"ruby": [make_event(n, "2026-11-25") for n in (1, 2)]}
    options = {"environment": doorkeeper.settings}
    zone.land(fast, clock=CLOCK, **options)
    doorkeeper.events["ruby"][0]["participants"] = 6
    landed = zone.land(fast, clock=CLOCK + timedelta(days=1), **options)
    assert (landed.counts.landed["events"], landed.counts.landed["groups"]) == (1, 0)
    assert len(zone.rows("doorkeeper", "events")) == 3


def test_a_run_killed_half_way_is_done_again_whole(zone, doorkeeper, make_event):
    fast = replace(SOURCE, requests_per_second=10_000.0)
    doorkeeper.events = {"ruby": old(make_event, 60)}
    answer, options = doorkeeper.answer, {"environment": doorkeeper.settings}

    def broken(request):
        is_second = request.params.get("page") == ["2"]
        return (
            doorkeeper.platform.reply({}, status=400) if is_second else answer(request)
        )

    doorkeeper.platform.answer = broken
    with pytest.raises(Rejected):
        zone.land(fast, clock=CLOCK, **options)
    doorkeeper.platform.answer = answer
    zone.land(fast, clock=CLOCK, **options)
    assert len(zone.rows("doorkeeper", "events")) == 60


def test_against_the_sandbox_counts_grow_and_faults_lose_nothing(make_run):
    faults = [
        Fault("/doorkeeper/", "500"),
        Fault("/doorkeeper/", "429_none", after=2),
        Fault("/doorkeeper/", "truncated_json", after=3),
        Fault("/doorkeeper/", "reset_mid_body", after=4),
    ]
    community = generate(400, 1, date(2026, 11, 20))
    with SandboxServer(community, requests_per_second=1e6, faults=faults) as server:
        memory: dict = {}
        one = make_run(SOURCE, server.settings(), clock=CLOCK, memory=memory)
        rows = one.extract()
        assert "first group" in SOURCE.probe(one)
        assert len(rows["events"]) > 5
        assert any(row["mentioned_urls"] for row in rows["events"])
        last = rows
        for day in range(1, 4):
            server.advance(1)
            clock = CLOCK + timedelta(days=day)
            settings = server.settings()
            last = make_run(SOURCE, settings, clock=clock, memory=memory).extract()
        afresh = make_run(SOURCE, server.settings(), clock=clock).extract()
    newest = {row["id"]: row for row in (*rows["events"], *last["events"])}
    assert newest == {row["id"]: row for row in afresh["events"]}
