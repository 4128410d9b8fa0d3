"""connpass by API: what is asked, what is asked again, and what never gets lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sources._base.errors import Rejected, Retriable, SchemaChanged
from sources.connpass import SOURCE
from sources.connpass.resources import stalest

CLOCK = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture
def run(make_run, connpass):
    def make(**options):
        return make_run(SOURCE, connpass.settings, **options)

    return make


def ids(rows):
    return sorted(int(row["id"]) for row in rows)


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 244])
def test_all_pages_are_read_and_every_event_lands_once(
    run, connpass, make_event, count
):
    connpass.events = [make_event(n) for n in range(1, count + 1)]
    rows = run().extract()["events"]
    assert ids(rows) == list(range(1, count + 1))


def test_an_event_deleted_while_we_page_hides_no_other(run, connpass, make_event):
    connpass.events = [make_event(n, updated_at=f"2026-01-01T{n // 60:02d}:{n % 60:02d}"
                                  ":00+09:00") for n in range(1, 251)]  # fmt: skip

    def delete_one_after_the_first_page(request):
        if request.params.get("start") == ["98"]:
            connpass.events = [e for e in connpass.events if e["id"] != 250]

    connpass.before_answer = delete_one_after_the_first_page
    assert ids(run().extract()["events"]) == list(range(1, 251))


def test_an_event_updated_while_we_page_is_found_where_it_moved_to(
    run, connpass, make_event
):
    connpass.events = [make_event(n) for n in range(1, 151)]

    def update_the_last_one(request):
        if request.params.get("start") == ["98"]:
            connpass.events[0]["updated_at"] = "2027-01-01T00:00:00+09:00"

    connpass.before_answer = update_the_last_one
    rows = run().extract()["events"]
    assert ids(rows) == list(range(1, 151))


def test_rows_that_never_show_are_an_error(run, platform, make_event):
    short = {"results_available": 3, "events": [make_event(1), make_event(1)] * 2}
    platform.script(short, times=3)
    with pytest.raises(Retriable, match="says it has 3 events but shows 1"):
        run().extract()


def test_an_empty_page_in_the_middle_is_an_error(run, connpass, platform, make_event):
    full = {"results_available": 244, "events": [make_event(n) for n in range(1, 101)]}
    platform.script(full)
    platform.script({"results_available": 244, "events": []})
    with pytest.raises(Retriable, match="says it has 244"):
        run().extract()


def test_a_group_that_had_events_and_says_it_has_none_is_an_error(
    run, connpass, platform, make_event
):
    connpass.events = [make_event(1)]
    memory = {}
    run(memory=memory).extract()
    platform.script({"results_available": 0, "events": []})
    tomorrow = CLOCK + timedelta(days=1)
    with pytest.raises(Retriable, match=r"tsunagi has no events.*CONNPASS_GROUPS"):
        run(memory=memory, clock=tomorrow).extract()
    rows = run(memory=memory, clock=tomorrow).extract()["events"]
    assert ids(rows) == [1]


def test_a_group_that_never_had_events_may_have_none(run, connpass):
    connpass.events = []
    assert run().extract()["events"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"results_available": 1},
        {"events": []},
        {"results_available": 1, "events": {}},
        {"results_available": 1, "events": ["x"]},
        {"results_available": 1, "events": [{"title": "no id"}]},
        {"results_available": 1, "events": [{"id": 1, "title": ["list"]}]},
        {"results_available": 1, "events": [{"id": 1, "accepted": "many"}]},
        [],
    ],
)
def test_an_answer_in_another_shape_is_a_changed_schema(run, connpass, platform, body):
    platform.script(body)
    with pytest.raises(SchemaChanged):
        run().extract()


def test_new_fields_are_left_out_and_types_are_as_declared(run, connpass, make_event):
    connpass.events = [make_event(1, brand_new={"a": 1}, limit="30", lat=35.5)]
    (row,) = run().extract()["events"]
    assert row["capacity"] == 30
    assert (row["lat"], row["id"], row["group_id"]) == ("35.5", "1", "7")
    assert "description" not in row


def test_the_next_run_stops_at_what_it_knows(run, connpass, make_event, platform):
    connpass.events = [make_event(n) for n in range(1, 13)] + [
        make_event(
            100 + n, updated_at=f"2025-01-01T00:{n // 60:02d}:{n % 60:02d}+09:00"
        )
        for n in range(300)
    ]
    memory = {}
    run(memory=memory).extract()
    platform.requests.clear()
    tomorrow = CLOCK + timedelta(days=1)
    connpass.events[3]["updated_at"] = "2026-12-16T00:00:00+09:00"
    rows = run(memory=memory, clock=tomorrow).extract()["events"]
    ordered = [r for r in connpass.asked("/events/") if "order" in r.params]
    assert len(ordered) == 1
    assert 4 in ids(rows)
    assert memory["groups"]["tsunagi"]["watermark"] == "2026-12-16T00:00:00+09:00"


def test_a_late_update_below_the_watermark_is_seen_within_the_overlap(
    run, connpass, make_event
):
    connpass.events = [make_event(n) for n in range(1, 13)]
    memory = {}
    run(memory=memory).extract()
    late = make_event(50, updated_at="2026-12-15T01:00:00+09:00")  # 21 h before newest
    connpass.events.append(late)
    rows = run(memory=memory, clock=CLOCK + timedelta(days=1)).extract()["events"]
    assert 50 in ids(rows)


def test_a_week_later_every_event_is_read_again(run, connpass, make_event):
    connpass.events = [make_event(n) for n in range(1, 251)]
    memory = {}
    run(memory=memory).extract()
    silent = make_event(251, updated_at="2020-01-01T00:00:00+09:00", started_at=None)
    connpass.events.append(silent)
    week_later = CLOCK + timedelta(days=7)
    assert 251 in ids(run(memory=memory, clock=week_later).extract()["events"])


def test_counts_that_move_without_an_update_are_read_around_the_day(
    run, connpass, make_event
):
    connpass.events = [
        make_event(1, started_at="2026-11-25T19:00:00+09:00"),
        *[
            make_event(100 + n, updated_at="2026-11-20T00:00:00+09:00")
            for n in range(150)
        ],
    ]
    connpass.events[0]["updated_at"] = "2025-01-01T00:00:00+09:00"
    memory = {}
    run(memory=memory).extract()
    connpass.events[0]["accepted"] = 29
    later = run(memory=memory, clock=CLOCK + timedelta(days=1))
    rows = {row["id"]: row for row in later.extract()["events"]}
    assert rows["1"]["accepted"] == 29
    assert later.counts.reported["participants", "event:1:accepted"] == 29
    assert later.counts.reported["participants", "event:1:waiting"] == 2


def test_a_backfill_reads_its_days_only_and_leaves_the_cursor(
    run, connpass, make_event
):
    connpass.events = [make_event(n) for n in range(1, 13)]
    connpass.events.append(make_event(99, started_at="2026-04-01T00:00:00+09:00"))
    memory = {}
    window = (date(2026, 3, 15), date(2026, 4, 14))
    rows = run(memory=memory, window=window).extract()
    assert ids(rows["events"]) == [3, 99]
    assert rows["users"] == []
    assert "groups" not in memory


def test_presentations_are_read_of_past_events_that_changed_or_are_recent(
    run, connpass, make_event
):
    connpass.events = [
        make_event(1),
        make_event(2, started_at="2026-11-15T19:00:00+09:00"),
        make_event(3, started_at="2026-12-15T19:00:00+09:00"),
    ]
    connpass.presentations["1"] = [
        {
            "user": {"id": 5, "nickname": "speaker"},
            "url": "https://speakerdeck.com/speaker/talk",
            "name": "発表資料",
            "presenter": None,
            "presentation_type": "slide",
            "created_at": "2026-01-16T10:00:00+09:00",
        }
    ]
    memory = {}
    rows = run(memory=memory).extract()
    (row,) = rows["presentations"]
    assert (row["event_id"], row["user_nickname"]) == ("1", "speaker")
    assert row["presenter_nickname"] is None
    assert "speaker" in {user["nickname"] for user in rows["users"]}
    assert [r.path.split("/")[4] for r in connpass.asked("presentations")] == ["2", "1"]
    connpass.platform.requests.clear()
    run(memory=memory, clock=CLOCK + timedelta(days=1)).extract()
    assert [r.path.split("/")[4] for r in connpass.asked("presentations")] == ["2"]


def test_a_spent_budget_ends_the_rotation_and_the_next_run_goes_on(
    run, connpass, make_event
):
    connpass.events = [make_event(n) for n in range(1, 11)]
    memory = {}
    small = {"source_options": {"request_budget": 22}}
    run(memory=memory, **small).extract()
    first = {r.path for r in connpass.asked("presentations")}
    assert 0 < len(first) < 10
    connpass.platform.requests.clear()
    for days in range(1, 4):
        run(memory=memory, clock=CLOCK + timedelta(days=days), **small).extract()
    second = {r.path for r in connpass.asked("presentations")}
    assert first.isdisjoint(second)
    assert len(first | second) == 10


def test_profiles_come_a_hundred_at_a_time_and_only_when_stale(
    run, connpass, make_event
):
    connpass.events = [
        make_event(n, owner_nickname=f"user{n:03d}") for n in range(1, 151)
    ]
    memory = {}
    rows = run(memory=memory).extract()
    assert len(rows["users"]) == 150
    sizes = [len(r.params["nickname"][0].split(",")) for r in connpass.asked("/users/")
             if r.path.endswith("/users/")]  # fmt: skip
    assert sorted(set(sizes)) == [50, 100]
    again = run(memory=memory, clock=CLOCK + timedelta(days=1)).extract()
    assert again["users"] == []


def test_timelines_tell_attended_from_presented_and_skip_unknown_people(
    run, connpass, make_event
):
    connpass.events = [make_event(1), make_event(2, owner_nickname="gone")]
    connpass.unknown = {"gone"}
    memory = {}
    rows = run(memory=memory).extract()["user_events"]
    assert [(r["nickname"], r["relation"], r["event_id"]) for r in rows] == [
        ("owner", "attended", "900")
    ]
    assert set(memory["timelines"]) == {"owner", "gone"}


def test_a_wrong_key_fails_with_what_to_do(run, platform):
    platform.answer = lambda request: platform.reply({"detail": "bad"}, status=401)
    with pytest.raises(Rejected, match="credentials") as caught:
        run().extract()
    assert "test-key" not in str(caught.value)


def test_without_settings_nothing_is_asked(make_run, platform):
    rows = make_run(SOURCE, {"CONNPASS_BASE_URL": platform.base_url}).extract()
    assert set(rows) == {table.name for table in SOURCE.tables}
    assert not any(rows.values())
    assert platform.requests == []


def test_the_probe_names_a_group_that_is_not_there(run, connpass, platform):
    assert "connpass answers" in SOURCE.probe(run())
    platform.script({"results_available": 0, "groups": []})
    with pytest.raises(Rejected, match="CONNPASS_GROUPS"):
        SOURCE.probe(run())


def test_never_read_comes_first_then_the_oldest():
    read = {"b": "2026-11-02T00:00:00+00:00", "c": "2026-11-01T00:00:00+00:00",
            "d": "2026-11-20T00:00:00+00:00"}  # fmt: skip
    before = datetime(2026, 11, 10, tzinfo=UTC)
    assert stalest(["a", "b", "c", "d"], read, before=before) == ["a", "c", "b"]


def test_a_run_killed_half_way_changes_nothing_and_the_next_one_has_it_all(
    zone, connpass, make_event
):
    quick = replace(SOURCE, requests_per_second=10_000.0)
    options = {"environment": connpass.settings, "clock": CLOCK}
    connpass.events = [make_event(n) for n in range(1, 121)]

    failing = replace(quick, request_budget=2)
    with pytest.raises(Exception, match="requests"):
        zone.land(failing, **options)
    assert zone.rows("connpass", "events") == []
    landed = zone.land(quick, **options)
    assert landed.counts.landed["events"] == 120
    again = zone.land(quick, **(options | {"clock": CLOCK + timedelta(days=1)}))
    assert again.counts.landed["events"] == 0
    assert again.counts.unchanged["events"] > 0
    assert len(zone.rows("connpass", "events")) == 120
    kept = (zone.folder / "raw").rglob("*")
    assert not any(b"test-key-123456" in p.read_bytes() for p in kept if p.is_file())
