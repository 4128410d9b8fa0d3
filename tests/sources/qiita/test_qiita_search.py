"""Qiita: pages end, no run skips or repeats, likes grow, the hour's limit holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module

import pytest

from sources._base.errors import BudgetSpent, Rejected, SchemaChanged
from sources._sandbox.community import generate
from sources._sandbox.faults import Fault
from sources._sandbox.server import SandboxServer
from sources.qiita import SOURCE
from sources.qiita.items import ITEMS, USERS
from tests.sources.qiita.conftest import CLOCK


@pytest.fixture
def run(make_run, qiita):
    def make(*, days: float = 0, **options):
        clock = CLOCK + timedelta(days=days)
        return make_run(SOURCE, qiita.settings, clock=clock, **options)

    return make


def numbers(rows):
    return sorted(int(row["id"], 16) for row in rows["items"])


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_pages_end_whatever_their_number(run, qiita, make_item, count):
    qiita.page = 2
    qiita.items = [make_item(n, f"2026-10-0{n + 1}") for n in range(count)]
    rows = run().extract()
    assert numbers(rows) == list(range(count))
    assert len(rows["users"]) == min(count, 3)


def test_an_empty_page_in_the_middle_is_not_the_end(run, platform, make_item):
    link = {"Link": '</items?page=2>; rel="next", </items?page=2>; rel="last"'}
    platform.script([], headers={"Total-Count": "1"})
    platform.script([], headers=link)
    platform.script([make_item(1, "2026-11-01")])
    assert numbers(run().extract()) == [1]


def test_an_item_lands_with_its_author_and_without_its_body(run, qiita, make_item):
    qiita.items = [make_item(1, "2026-11-01", likes_count=4)]
    rows = run().extract()
    (item,), (user,) = rows["items"], rows["users"]
    assert (item["user_id"], item["user_permanent_id"]) == ("user1", "101")
    assert (item["tags"], item["likes_count"]) == (["tsunagari"], 4)
    assert item["stocks_count"] is None  # older answers do not have it
    assert set(item) == set(ITEMS.columns)
    assert set(user) == set(USERS.columns)


def test_empty_and_absent_fields_of_a_profile_are_the_same(run, qiita, make_item):
    qiita.items = [make_item(1, "2026-11-01")]
    (user,) = run().extract()["users"]
    assert [user["name"], user["twitter_screen_name"], user["github_login_name"]] == [
        None,
        None,
        None,
    ]


def test_items_shared_by_link_only_are_not_kept(run, qiita, make_item):
    qiita.items = [make_item(1, "2026-11-01", private=True), make_item(2, "2026-11-01")]
    assert numbers(run().extract()) == [2]


def test_the_next_run_asks_for_updates_of_the_day_before(run, qiita, make_item):
    memory: dict = {}
    qiita.items = [make_item(1, "2026-08-01"), make_item(2, "2026-11-20")]
    run(memory=memory).extract()
    qiita.platform.requests.clear()
    edited = make_item(1, "2026-08-01", updated_at="2026-11-21T09:00:00+09:00")
    qiita.items = [edited, make_item(2, "2026-11-20"), make_item(3, "2026-11-21")]
    rows = run(days=0.5, memory=memory).extract()
    assert qiita.searches == [("tag:tsunagari updated:>=2026-11-20", 1)]
    assert numbers(rows) == [1, 2, 3]


def test_likes_of_the_last_month_are_read_again_once_a_day(run, qiita, make_item):
    memory: dict = {}
    qiita.items = [make_item(1, "2026-11-01"), make_item(2, "2026-09-01")]
    run(memory=memory).extract()
    qiita.items[0]["likes_count"] = 9
    qiita.items[1]["likes_count"] = 9  # too old to be looked at
    assert run(days=0.5, memory=memory).extract()["items"] == []
    (item,) = run(days=1, memory=memory).extract()["items"]
    assert (item["id"], item["likes_count"]) == (qiita.items[0]["id"], 9)


def test_an_item_of_two_queries_lands_once_and_both_totals_are_told(
    make_run, qiita, make_item
):
    qiita.items = [make_item(n, "2026-11-01") for n in range(4)]
    queries = {"QIITA_QUERIES": "tag:tsunagari; user:user1;tag:tsunagari"}
    run = make_run(SOURCE, {**qiita.settings, **queries}, clock=CLOCK)
    assert numbers(run.extract()) == [0, 1, 2, 3]
    assert run.counts.reported == {
        ("items", "query:tag:tsunagari"): 4,
        ("items", "query:user:user1"): 1,
    }


@pytest.mark.parametrize("cap", [2, 3])  # whether page 2 names a next one
def test_beyond_the_last_page_a_search_goes_on_by_day(
    run, qiita, make_item, monkeypatch, cap
):
    module = import_module("sources.qiita.resources")
    monkeypatch.setattr(module, "LAST_PAGE", 2)
    monkeypatch.setattr(module, "PER_PAGE", 2)
    qiita.cap = cap
    qiita.items = [make_item(n, f"2026-10-{n + 1:02}") for n in range(9)]
    assert numbers(run().extract()) == list(range(9))
    assert ("tag:tsunagari created:<=2026-10-06", 1) in qiita.searches
    qiita.items = [make_item(n, "2026-10-01") for n in range(9)]
    with pytest.raises(Rejected, match="narrow QIITA_QUERIES"):
        run().extract()


def test_a_first_reading_larger_than_the_hours_requests_takes_several_runs(
    run, qiita, make_item
):
    memory: dict = {}
    qiita.page = 2
    qiita.items = [make_item(n, f"2026-10-{n + 1:02}") for n in range(9)]
    qiita.allowed = 3  # the total and two pages, then a wait of years
    assert numbers(run(memory=memory).extract()) == [5, 6, 7, 8]
    qiita.allowed = 5
    assert numbers(run(days=0.1, memory=memory).extract()) == [0, 1, 2, 3, 4, 5]
    qiita.allowed = 5
    assert numbers(run(days=0.2, memory=memory).extract()) == []


def test_a_run_that_is_refused_everything_fails(run, qiita):
    qiita.allowed = 0
    with pytest.raises(BudgetSpent, match="next run"):
        run().extract()


def test_a_backfill_reads_the_items_of_its_days(run, qiita, make_item):
    memory: dict = {}
    qiita.items = [make_item(n, f"2026-10-0{n}") for n in range(1, 6)]
    window = (date(2026, 10, 2), date(2026, 10, 3))
    assert numbers(run(memory=memory, window=window).extract()) == [2, 3]
    assert memory == {}


def test_without_a_token_none_is_sent(make_run, qiita):
    settings = {**qiita.settings, "QIITA_TOKEN": ""}
    make_run(SOURCE, settings, clock=CLOCK).extract()
    assert "Authorization" not in qiita.platform.requests[0].headers


def test_without_queries_nothing_is_asked(make_run, qiita):
    rows = make_run(SOURCE, {**qiita.settings, "QIITA_QUERIES": ""}).extract()
    assert rows == {"items": [], "users": []}
    assert qiita.platform.requests == []


@pytest.mark.parametrize("body", [{"items": []}, ["an item"]])
def test_an_answer_that_is_no_list_of_items_is_a_changed_schema(run, platform, body):
    platform.script(body, times=2)
    with pytest.raises(SchemaChanged, match="no list of items"):
        run().extract()


def test_a_changed_type_is_a_changed_schema(run, qiita, make_item):
    qiita.items = [make_item(1, "2026-11-01", likes_count=[1])]
    with pytest.raises(SchemaChanged, match="likes_count"):
        run().extract()


def test_a_wrong_token_is_one_sentence_without_the_token(run, platform):
    platform.script({"message": "Unauthorized", "type": "unauthorized"}, status=401)
    with pytest.raises(Rejected, match="401") as caught:
        run().extract()
    assert "qiita-token" not in str(caught.value)


def test_a_landed_row_that_did_not_change_is_not_landed_again(zone, qiita, make_item):
    fast = replace(SOURCE, requests_per_second=10_000.0)
    qiita.items = [make_item(n, "2026-11-01") for n in range(3)]
    options = {"environment": qiita.settings}
    zone.land(fast, clock=CLOCK, **options)
    qiita.items[0]["likes_count"] = 2
    qiita.items[1]["user"]["followers_count"] = 99
    landed = zone.land(fast, clock=CLOCK + timedelta(days=1), **options)
    assert (landed.counts.landed["items"], landed.counts.landed["users"]) == (1, 0)
    assert len(zone.rows("qiita", "items")) == 4


def test_against_the_sandbox_nothing_is_missing_whatever_goes_wrong(make_run):
    community = generate(200, 1, date(2026, 11, 20))
    faults = [
        Fault("/qiita/", "500"),
        Fault("/qiita/", "429_retry_after", after=2),
        Fault("/qiita/", "truncated_json", after=3),
        Fault("/qiita/", "reset_mid_body", after=4),
    ]
    with SandboxServer(community, requests_per_second=1e6, faults=faults) as server:
        run = make_run(SOURCE, server.settings(), clock=CLOCK)
        rows = run.extract()
        assert "items of the first query" in SOURCE.probe(run)
    (tagged, _) = run.counts.reported.values()
    assert sum("tsunagari" in row["tags"] for row in rows["items"]) == tagged > 20
