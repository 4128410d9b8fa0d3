"""The HubSpot connector over HTTP: paging, cursor, archived, merged, links, faults."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sources._base.errors import BudgetSpent, Rejected, SchemaChanged
from sources.hubspot import SOURCE
from sources.hubspot.paging import list_pages, search_pages

START = datetime(2026, 11, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
QUICK = replace(SOURCE, requests_per_second=10_000.0)


def ids(rows) -> list[str]:
    return [row["id"] for row in rows]


def searches(platform, kind: str = "contacts") -> list[dict]:
    return [
        json.loads(r.body)
        for r in platform.requests
        if r.path.endswith(f"{kind}/search") and json.loads(r.body)["limit"] > 1
    ]


# --- first read -----------------------------------------------------------------------


def test_nothing_configured_lands_typed_empty_tables(make_run, zone) -> None:
    assert set(make_run(SOURCE, {}).extract()) == {t.name for t in SOURCE.tables}
    landed = zone.land(SOURCE, environment={}, clock=START)
    assert landed.missing == ("HUBSPOT_TOKEN",)


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_the_first_read_lists_every_page_to_its_end(hubspot, make_run, count) -> None:
    for number in range(1, count + 1):
        hubspot.put("contacts", number, email=f"p{number}@example.com")
    run = make_run(SOURCE, hubspot.settings)
    assert ids(run.extract()["contacts"]) == [str(n) for n in range(1, count + 1)]
    assert run.counts.reported["contacts", ""] == count


def test_a_list_may_hold_an_empty_page_in_the_middle(
    platform, make_run, hubspot
) -> None:
    platform.script({"results": [{"id": "1"}], "paging": {"next": {"after": "a"}}})
    platform.script({"results": [], "paging": {"next": {"after": "b"}}})
    platform.script({"results": [{"id": "2"}]})
    session = make_run(SOURCE, hubspot.settings).http(platform.base_url)
    assert [ids(page) for page in list_pages(session, "/x", {})] == [["1"], [], ["2"]]


def test_a_list_that_repeats_its_cursor_stops_instead_of_running_for_ever(
    platform, make_run, hubspot
) -> None:
    platform.script({"results": [], "paging": {"next": {"after": "a"}}}, times=3)
    session = make_run(SOURCE, hubspot.settings).http(platform.base_url)
    with pytest.raises(SchemaChanged, match="same page cursor twice"):
        list(list_pages(session, "/x", {}))


@pytest.mark.parametrize("body", [{}, {"results": None}, [], "x"])
def test_an_answer_without_results_is_an_error_not_an_empty_portal(
    platform, make_run, hubspot, body
) -> None:
    platform.script(body)
    session = make_run(SOURCE, hubspot.settings).http(platform.base_url)
    with pytest.raises(SchemaChanged, match="without results"):
        list(list_pages(session, "/x", {}))


def test_custom_properties_land_in_one_json_column(hubspot, make_run) -> None:
    hubspot.put("contacts", 1, favourite_language="Rust")
    settings = {**hubspot.settings, "HUBSPOT_CONTACT_PROPERTIES": "favourite_language"}
    (contact,) = make_run(SOURCE, settings).extract()["contacts"]
    assert contact["custom_properties"] == {"favourite_language": "Rust"}


def test_a_very_long_list_of_properties_is_read_by_search(
    hubspot, make_run, platform
) -> None:
    hubspot.put("contacts", 1)
    names = " ".join(f"custom_property_number_{n}" for n in range(600))
    settings = {**hubspot.settings, "HUBSPOT_CONTACT_PROPERTIES": names}
    assert len(make_run(SOURCE, settings).extract()["contacts"]) == 1
    assert all(len(str(r.params)) < 5_000 for r in platform.requests)


# --- incremental ----------------------------------------------------------------------


def test_later_runs_search_a_fixed_window_that_overlaps_the_last(
    hubspot, make_run, platform
) -> None:
    memory: dict = {}
    hubspot.put("contacts", 1)
    hubspot.put("deals", 1)
    make_run(SOURCE, hubspot.settings, clock=START, memory=memory).extract()
    platform.requests.clear()
    hubspot.now = START + DAY
    make_run(SOURCE, hubspot.settings, clock=START + DAY, memory=memory).extract()
    between = searches(platform)[0]["filterGroups"][0]["filters"][0]
    assert between["propertyName"] == "lastmodifieddate"
    assert int(between["value"]) == int((START - 10 * MINUTE).timestamp() * 1000)
    assert int(between["highValue"]) == int((START + DAY).timestamp() * 1000)
    modified = searches(platform, "deals")[0]["filterGroups"][0]["filters"][0]
    assert modified["propertyName"] == "hs_lastmodifieddate"


def test_over_several_runs_no_change_is_missed_and_none_lands_twice(
    hubspot, zone
) -> None:
    environment = hubspot.settings
    hubspot.lag = 5 * MINUTE  # search shows a change only after five minutes
    for number in range(1, 6):
        hubspot.put("contacts", number, at=START - DAY)
    versions = 5
    for run in range(6):
        hubspot.now = START + run * DAY
        zone.land(QUICK, environment=environment, clock=hubspot.now)
        # one long ago, one a moment before the run: the search cannot show it yet
        hubspot.put("contacts", 1, at=hubspot.now + 60 * MINUTE, firstname=f"n{run}")
        hubspot.put("contacts", 10 + run, at=hubspot.now + DAY - MINUTE)
        versions += 2
    hubspot.now = START + 6 * DAY + 30 * MINUTE
    zone.land(QUICK, environment=environment, clock=hubspot.now)
    rows = zone.rows("hubspot", "contacts")
    assert len(rows) == versions
    assert len({(row["id"], row["lastmodifieddate"]) for row in rows}) == versions


def test_a_clock_that_is_ahead_of_hubspots_loses_no_change(hubspot, make_run) -> None:
    memory: dict = {}
    hubspot.put("contacts", 1)
    ahead = {"clock": START + 60 * MINUTE, "memory": memory}
    make_run(SOURCE, hubspot.settings, **ahead).extract()
    hubspot.put("contacts", 2, at=START + 30 * MINUTE)
    hubspot.now = START + DAY
    later = make_run(SOURCE, hubspot.settings, clock=START + DAY, memory=memory)
    assert "2" in ids(later.extract()["contacts"])


def test_a_time_in_the_future_does_not_carry_the_cursor_away(hubspot, make_run) -> None:
    memory: dict = {}
    hubspot.put("contacts", 1, at=START + 900 * DAY)
    hubspot.now = START + 1000 * DAY
    make_run(SOURCE, hubspot.settings, clock=START, memory=memory).extract()
    hubspot.put("contacts", 2, at=START + MINUTE)
    later = make_run(SOURCE, hubspot.settings, clock=START + DAY, memory=memory)
    assert ids(later.extract()["contacts"]) == ["2"]


def test_more_than_ten_thousand_changes_are_all_read_once(
    hubspot, make_run, platform
) -> None:
    memory = {"until": {"contacts": START.isoformat()}, "properties": {"contacts": []}}
    for number in range(1, 10_451):
        hubspot.put("contacts", number * 7, at=START + MINUTE)
    hubspot.now = START + DAY
    run = make_run(SOURCE, hubspot.settings, clock=START + DAY, memory=memory)
    found = ids(run.extract()["contacts"])
    assert len(found) == len(set(found)) == 10_450
    assert {query["after"] for query in searches(platform)} == {"0"}
    assert run.counts.reported["contacts", ""] == 10_450


def test_a_row_edited_while_we_read_hides_no_other(hubspot, make_run) -> None:
    memory = {"until": {"contacts": START.isoformat()}, "properties": {"contacts": []}}
    for number in range(1, 501):
        hubspot.put("contacts", number, at=START + MINUTE)
    hubspot.now = START + 2 * DAY

    def edit(request) -> None:
        # after the first page one of its rows leaves the window
        if b'"value": "200"' in request.body:
            hubspot.put("contacts", 5, at=START + DAY + MINUTE)

    hubspot.before_answer = edit
    run = make_run(SOURCE, hubspot.settings, clock=START + DAY, memory=memory)
    assert len(ids(run.extract()["contacts"])) == 500


def test_a_search_that_is_not_sorted_stops_instead_of_losing_rows(
    platform, make_run, hubspot
) -> None:
    platform.script({"total": 2, "results": [{"id": "9"}, {"id": "10"}, {"id": "2"}]})
    session = make_run(SOURCE, hubspot.settings).http(platform.base_url)
    with pytest.raises(SchemaChanged, match="does not sort"):
        list(search_pages(session, "contacts", properties=("email",)))


def test_an_empty_page_of_a_search_is_passed_by_its_offset(
    platform, make_run, hubspot
) -> None:
    platform.script({"total": 2, "results": [], "paging": {"next": {"after": "200"}}})
    platform.script({"total": 2, "results": [{"id": "9"}]})
    session = make_run(SOURCE, hubspot.settings).http(platform.base_url)
    pages = list(search_pages(session, "contacts", properties=("email",)))
    assert [ids(page) for page in pages] == [[], ["9"]]
    platform.script({"results": [], "paging": {"next": {"after": "0"}}})
    with pytest.raises(SchemaChanged, match="leads nowhere"):
        list(search_pages(session, "contacts", properties=("email",)))


def test_other_custom_properties_or_a_full_run_read_everything_again(
    hubspot, make_run
) -> None:
    memory: dict = {}
    hubspot.put("contacts", 1, at=START - 2 * DAY)
    hubspot.put("contacts", 2, at=START - DAY)
    later = {"clock": START + DAY, "memory": memory}
    make_run(SOURCE, hubspot.settings, clock=START, memory=memory).extract()
    part = make_run(SOURCE, hubspot.settings, **later).extract()
    assert ids(part["contacts"]) == ["2"]
    full = make_run(SOURCE, hubspot.settings, full=True, **later).extract()
    assert ids(full["contacts"]) == ["1", "2"]
    settings = {**hubspot.settings, "HUBSPOT_CONTACT_PROPERTIES": "team"}
    assert ids(make_run(SOURCE, settings, **later).extract()["contacts"]) == ["1", "2"]


def test_a_backfill_reads_its_days_and_leaves_the_cursor_alone(
    hubspot, make_run
) -> None:
    memory: dict = {}
    make_run(SOURCE, hubspot.settings, clock=START, memory=memory).extract()
    hubspot.put("contacts", 1, at=START - 100 * DAY)
    hubspot.put("contacts", 2, at=START - 200 * DAY)
    day = (START - 100 * DAY).date()
    before = json.dumps(memory["until"])
    run = make_run(
        SOURCE, hubspot.settings, clock=START, memory=memory, window=(day, day)
    )
    assert ids(run.extract()["contacts"]) == ["1"]
    assert json.dumps(memory["until"]) == before


# --- archived and merged --------------------------------------------------------------


def test_archived_objects_land_with_their_flag_and_only_once(hubspot, zone) -> None:
    hubspot.put("contacts", 1)
    hubspot.put("contacts", 2)
    zone.land(QUICK, environment=hubspot.settings, clock=START)
    hubspot.archive("contacts", 2, at=START + 60 * MINUTE)
    hubspot.now = START + DAY
    zone.land(QUICK, environment=hubspot.settings, clock=START + DAY)
    hubspot.now = START + 2 * DAY
    landed = zone.land(QUICK, environment=hubspot.settings, clock=START + 2 * DAY)
    rows = zone.rows("hubspot", "contacts")
    assert [(r["id"], r["archived"]) for r in rows] == [
        ("1", False),
        ("2", False),
        ("2", True),
    ]
    assert rows[2]["archived_at"] == "2026-11-20T01:00:00.000Z"
    assert landed.counts.landed["contacts"] == 0
    assert landed.counts.reported["contacts", ""] == 1


def test_an_object_in_both_lists_lands_as_archived_alone(hubspot, make_run) -> None:
    hubspot.put("contacts", 1)

    def archive(request) -> None:
        if request.params.get("archived") == ["false"]:
            hubspot.objects["contacts"][1]["archived"] = False  # search lags behind

    hubspot.archive("contacts", 1, at=START)
    hubspot.before_answer = archive
    rows = make_run(SOURCE, hubspot.settings).extract()["contacts"]
    assert [row["archived"] for row in rows] == [True]


def test_merged_ids_stay_with_the_winner_and_the_loser_is_asked_no_more(
    hubspot, make_run, platform
) -> None:
    memory: dict = {}
    hubspot.put("contacts", 1)
    hubspot.put("contacts", 2)
    before = make_run(SOURCE, hubspot.settings, clock=START, memory=memory).extract()
    del hubspot.objects["contacts"][2]
    hubspot.put("contacts", 1, at=START + MINUTE, hs_merged_object_ids="2")
    hubspot.now = START + DAY
    platform.requests.clear()
    run = make_run(
        SOURCE,
        hubspot.settings,
        clock=START + DAY,
        memory=memory,
        landed_before={
            **before,
            "contacts": [*before["contacts"], {"id": "1", "merged_ids": '["2"]'}],
        },
    )
    (winner,) = run.extract()["contacts"]
    assert winner["merged_ids"] == ["2"]
    asked = [
        one["id"]
        for r in platform.requests
        if "/v4/associations/contact" in r.path
        for one in json.loads(r.body)["inputs"]
    ]
    assert asked == ["1"]


# --- links ----------------------------------------------------------------------------


def test_links_are_one_row_per_type_with_ids_as_text(hubspot, make_run) -> None:
    hubspot.put("contacts", 501)
    hubspot.put("contacts", 502)
    hubspot.link(("contact", "company"), 501, 29022297485, (1, "Primary"), (279, None))
    run = make_run(SOURCE, hubspot.settings)
    rows = run.extract()["associations"]
    assert [(r["from_id"], r["to_id"], r["type_id"], r["label"]) for r in rows] == [
        ("501", "29022297485", "1", "Primary"),
        ("501", "29022297485", "279", None),
    ]
    assert len({row["association_id"] for row in rows}) == 2
    assert run.set_aside == []  # 502 has no links, which is no error


def test_an_object_with_many_links_is_asked_until_the_end(hubspot, make_run) -> None:
    hubspot.put("deals", 7)
    for number in range(1, 6):
        hubspot.link(("deal", "contact"), 7, number, (3, None))
    rows = make_run(SOURCE, hubspot.settings).extract()["associations"]
    assert sorted(row["to_id"] for row in rows) == ["1", "2", "3", "4", "5"]


def test_batches_hold_a_thousand_objects_at_most(hubspot, make_run, platform) -> None:
    for number in range(1, 2_102):
        hubspot.put("contacts", number)
        hubspot.link(("contact", "company"), number, 9, (279, None))
    rows = make_run(SOURCE, hubspot.settings).extract()["associations"]
    assert len(rows) == 2_101
    sizes = [
        len(json.loads(r.body)["inputs"])
        for r in platform.requests
        if "/v4/associations/contact" in r.path
    ]
    assert sizes == [1000, 1000, 101]


def test_a_link_that_is_taken_away_lands_as_archived_and_comes_back(
    hubspot, zone
) -> None:
    pair = ("contact", "company")
    hubspot.put("contacts", 501)
    for day, linked in enumerate((True, False, False, True)):
        hubspot.links = {}
        if linked:
            hubspot.link(pair, 501, 9, (1, "Primary"))
        hubspot.now = START + day * DAY
        # the contact itself is not edited: the rotation finds it out
        zone.land(QUICK, environment=hubspot.settings, clock=hubspot.now)
    flags = [row["archived"] for row in zone.rows("hubspot", "associations")]
    assert flags == [False, True, False]


def test_errors_of_a_batch_are_set_aside_and_nothing_known_is_forgotten(
    hubspot, make_run
) -> None:
    hubspot.put("contacts", 501)
    hubspot.put("contacts", 502)
    hubspot.link(("contact", "company"), 502, 9, (279, None))
    hubspot.told_errors = [
        {
            "category": "VALIDATION_ERROR",
            "message": "501 cannot be read",
            "context": {"fromObjectId": ["501"]},
        }
    ]
    known = [{"association_id": "contact:501>company:9#279"}]
    run = make_run(SOURCE, hubspot.settings, landed_before={"associations": known})
    rows = run.extract()["associations"]
    assert [(row["from_id"], row["archived"]) for row in rows] == [("502", False)]
    assert "501 cannot be read" in run.set_aside[0]["reason"]


def test_the_rotation_goes_on_where_it_stopped_and_keeps_to_the_budget(
    hubspot, make_run, platform, monkeypatch
) -> None:
    monkeypatch.setattr("sources.hubspot.resources.ROTATED", 2)
    memory = {
        "until": dict.fromkeys(("contacts", "companies", "deals"), START.isoformat()),
        "properties": {},
    }
    known = {"contacts": [{"id": str(number)} for number in (1, 2, 3, 10, 20)]}
    asked = []
    for _ in range(3):
        platform.requests.clear()
        run = make_run(
            SOURCE,
            hubspot.settings,
            clock=START + DAY,
            memory=memory,
            landed_before=known,
        )
        run.extract()
        asked.append(
            [
                one["id"]
                for r in platform.requests
                if "/v4/associations/contact" in r.path
                for one in json.loads(r.body)["inputs"]
            ]
        )
    assert asked == [["1", "2"], ["3", "10"], ["20", "1"]]
    poor = {"request_budget": 55}
    platform.requests.clear()
    make_run(
        SOURCE,
        hubspot.settings,
        clock=START + DAY,
        memory=memory,
        landed_before=known,
        source_options=poor,
    ).extract()
    assert not [r for r in platform.requests if "/v4/" in r.path]


# --- owners, pipelines ----------------------------------------------------------------


def test_owners_who_left_and_stages_are_read(hubspot, make_run) -> None:
    hubspot.owners = [{"id": "1", "archived": False}, {"id": "2", "archived": True}]
    landed = make_run(SOURCE, hubspot.settings).extract()
    assert [(o["id"], o["archived"]) for o in landed["owners"]] == [
        ("1", False),
        ("2", True),
    ]
    assert [stage["stage_id"] for stage in landed["pipelines"]] == ["closedwon"]


# --- faults ---------------------------------------------------------------------------


def test_a_wrong_token_is_one_clear_sentence_without_the_token(
    hubspot, make_run
) -> None:
    settings = {**hubspot.settings, "HUBSPOT_TOKEN": "pat-wrong-987654"}
    with pytest.raises(Rejected, match="check the credentials") as error:
        make_run(SOURCE, settings).extract()
    assert "pat-wrong" not in str(error.value)


def test_the_daily_limit_stops_the_run(hubspot, make_run, platform) -> None:
    body = {
        "status": "error",
        "message": "You have reached your daily limit.",
        "errorType": "RATE_LIMIT",
        "policyName": "DAILY",
    }
    platform.script(body, status=429)
    with pytest.raises(BudgetSpent, match="plan"):
        make_run(SOURCE, hubspot.settings).extract()
    assert len(platform.requests) == 1


def test_the_limit_of_ten_seconds_is_waited_for(
    hubspot, make_run, platform, monkeypatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(
        "sources._base.http.Limiter.pause", lambda _, seconds: waits.append(seconds)
    )
    body = {"status": "error", "policyName": "TEN_SECONDLY_ROLLING"}
    headers = {"X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}
    platform.script(body, status=429, headers=headers)
    hubspot.put("contacts", 1)
    assert len(make_run(SOURCE, hubspot.settings).extract()["contacts"]) == 1
    assert [wait for wait in waits if wait] == [10.0]


def test_a_run_killed_half_way_leaves_nothing_and_the_next_reads_it_all(
    hubspot, zone, platform
) -> None:
    for number in range(1, 301):
        hubspot.put("contacts", number)

    hubspot.before_answer = lambda request: (
        platform.script({"message": "no"}, status=404)
        if request.path.endswith("deals")
        else None
    )
    with pytest.raises(Rejected):
        zone.land(QUICK, environment=hubspot.settings, clock=START)
    assert zone.rows("hubspot", "contacts") == []
    platform.replies.clear()
    hubspot.before_answer = None
    landed = zone.land(QUICK, environment=hubspot.settings, clock=START + MINUTE)
    assert landed.counts.landed["contacts"] == 300
    assert len(zone.rows("hubspot", "contacts")) == 300


def test_the_probe_says_what_it_found(hubspot, make_run) -> None:
    hubspot.put("contacts", 1)
    assert SOURCE.probe is not None
    assert SOURCE.probe(make_run(SOURCE, hubspot.settings)) == (
        "HubSpot answers: 1 contacts"
    )
