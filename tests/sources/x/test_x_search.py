"""X: pages end, the cursor neither skips nor repeats, reactions grow, errors count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sources._base.errors import BudgetSpent, Rejected, SchemaChanged
from sources.x import SOURCE
from sources.x.answers import created_at_of, page_of

CLOCK = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture
def run(make_run, x):
    def make(*, days: float = 0, **options):
        x.now = CLOCK + timedelta(days=days)
        return make_run(SOURCE, x.settings, clock=x.now, **options)

    return make


def numbers(rows):
    return sorted(int(row["id"]) % 1_000_000 for row in rows)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_pages_end_whatever_their_number(run, x, make_post, count):
    x.page = 2
    x.posts = [make_post(n, hours_ago=100 - n) for n in range(count)]
    rows = run().extract()
    assert numbers(rows["posts"]) == list(range(count))
    assert len(rows["users"]) == min(count, 3)


def test_an_empty_page_in_the_middle_is_not_the_end(run, platform, make_post):
    platform.script({"meta": {"result_count": 0, "next_token": "b"}})
    platform.script({"meta": {"result_count": 1}, "data": [make_post(1, hours_ago=1)]})
    assert numbers(run().extract()["posts"]) == [1]


def test_a_post_lands_with_its_counters_links_and_tags(run, x, make_post):
    x.posts = [
        make_post(
            5,
            hours_ago=1,
            referenced_tweets=[
                {"type": "replied_to", "id": "3"},
                {"type": "quoted", "id": "4"},
            ],
        )
    ]
    (row,) = run().extract()["posts"]
    assert (row["like_count"], row["impression_count"]) == (5, 10)
    assert (row["urls"], row["hashtags"], row["mentions"]) == (
        ["https://example.com/a"],
        ["tsunagari"],
        ["friend"],
    )
    assert (row["replied_to_id"], row["quoted_id"], row["reposted_id"]) == (
        "3",
        "4",
        None,
    )


def test_counters_an_answer_does_not_have_stay_null(run, platform, make_post):
    old = make_post(1, hours_ago=1, public_metrics={"like_count": 3})
    platform.script({"data": [old], "meta": {"result_count": 1}})
    (row,) = run().extract()["posts"]
    assert (row["like_count"], row["bookmark_count"]) == (3, None)


def test_a_post_that_matches_is_not_only_a_referenced_one(run, x, make_post):
    first, other = make_post(1, hours_ago=3), make_post(2, hours_ago=200)
    quotes = [[{"type": "quoted", "id": post["id"]}] for post in (first, other)]
    x.posts = [
        make_post(3, hours_ago=1, referenced_tweets=quotes[0]),
        make_post(4, hours_ago=1, referenced_tweets=quotes[1]),
        first,
    ]
    x.referenced = {first["id"]: first, other["id"]: other}
    rows = run().extract()["posts"]
    flags = {int(row["id"]) % 1_000: row["is_referenced"] for row in rows}
    assert flags == {1: False, 2: True, 3: False, 4: False}


def test_the_next_run_reads_on_with_an_overlap_and_skips_nothing(run, x, make_post):
    x.posts = [make_post(10, hours_ago=5), make_post(20, hours_ago=0.05)]
    memory = {}
    run(memory=memory).extract()
    # An id between the two that turned up late, and a new one.
    x.posts += [make_post(15, hours_ago=0.06), make_post(30, hours_ago=-1)]
    rows = run(memory=memory, days=0.1).extract()["posts"]
    assert numbers(rows) == [15, 20, 30]
    assert x.searches[-1]["since_id"].endswith("10")


def test_ids_are_compared_as_numbers(run, x, make_post):
    x.posts = [
        make_post(0, hours_ago=5, id="999999999999"),
        make_post(0, hours_ago=4, id="1000000000000"),
        make_post(0, hours_ago=1, id="1000000000001"),
    ]
    memory = {}
    run(memory=memory).extract()
    (query,) = memory["queries"].values()
    assert query["since_id"] == "1000000000000"


def test_a_day_later_the_weeks_reactions_are_read_again(run, x, make_post):
    x.posts = [make_post(n, hours_ago=50 - n) for n in range(10)]
    memory = {}
    run(memory=memory).extract()
    x.posts[2]["public_metrics"]["like_count"] = 99
    soon = run(memory=memory, days=0.1).extract()["posts"]
    assert 2 not in numbers(soon)
    later = {row["id"]: row for row in run(memory=memory, days=1).extract()["posts"]}
    assert later[x.posts[2]["id"]]["like_count"] == 99
    assert len(later) == 10


def test_rereading_uses_half_of_the_budget_at_most(run, x, make_post):
    x.page = 1
    x.posts = [make_post(n, hours_ago=100 - n) for n in range(50)]
    memory = {}
    run(memory=memory).extract()
    before = len(x.platform.requests)
    small = {"source_options": {"request_budget": 21}}
    rows = run(memory=memory, days=1, **small).extract()["posts"]
    assert len(x.platform.requests) - before <= 12
    assert numbers(rows)[-1] == 49


def test_a_cursor_older_than_the_window_reads_the_whole_window(run, x, make_post):
    x.posts = [make_post(1, hours_ago=5), make_post(2, hours_ago=1)]
    memory = {}
    run(memory=memory).extract()
    x.posts.append(make_post(3, hours_ago=-24 * 8))
    assert numbers(run(memory=memory, days=10).extract()["posts"]) == [3]
    assert not {"since_id", "start_time"} & set(x.searches[-1])


def test_a_refused_since_id_falls_back_to_the_window(run, x, make_post):
    x.posts = [make_post(1, hours_ago=5), make_post(2, hours_ago=1)]
    memory = {}
    run(memory=memory).extract()
    x.platform.script({"errors": [{"message": "since_id is too old"}]}, status=400)
    assert numbers(run(memory=memory, days=0.1).extract()["posts"]) == [1, 2]
    assert not {"since_id", "start_time"} & set(x.searches[-1])


def test_a_query_x_does_not_understand_is_rejected(run, platform):
    platform.script({"title": "Invalid Request"}, status=400)
    with pytest.raises(Rejected, match="does not understand"):
        run().extract()


def test_posts_x_does_not_show_are_counted_once(run, x, make_post):
    x.posts = [make_post(1, hours_ago=1)]
    x.errors = [
        {
            "resource_type": "tweet",
            "value": "123",
            "title": "Not Found Error",
            "parameter": "referenced_tweets.id",
        },
        {"resource_type": "user", "value": "9", "title": "Forbidden"},
    ]
    memory = {}
    first = run(memory=memory)
    first.extract()
    assert [a["table_name"] for a in first.set_aside] == ["posts", "users"]
    assert first.counts.quarantined == {"posts": 1, "users": 1}
    second = run(memory=memory, days=0.1)
    second.extract()
    assert second.set_aside == []


@pytest.mark.parametrize("status", [403, 429])
def test_a_used_up_plan_ends_the_run_at_once(run, platform, status):
    platform.script({"title": "UsageCapExceeded", "period": "Monthly"}, status=status)
    with pytest.raises(BudgetSpent, match="plan"):
        run().extract()
    assert len(platform.requests) == 1


def test_several_queries_share_posts_but_not_cursors(make_run, x, make_post):
    x.posts = [make_post(1, hours_ago=5), make_post(2, hours_ago=1)]
    settings = x.settings | {"X_QUERIES": " #a ; #b;;#a "}
    memory = {}
    rows = make_run(SOURCE, settings, memory=memory).extract()["posts"]
    assert numbers(rows) == [1, 2]
    assert set(memory["queries"]) == {"#a", "#b"}


def test_a_backfill_keeps_to_its_days(run, x, make_post):
    x.posts = [make_post(n, hours_ago=24 * n) for n in range(1, 7)]
    memory = {}
    rows = run(memory=memory, window=(date(2026, 11, 18), date(2026, 11, 19)))
    assert numbers(rows.extract()["posts"]) == [2, 3]
    assert "queries" not in memory


def test_a_backfill_beyond_the_reach_says_what_to_do(run):
    with pytest.raises(Rejected, match="inbox/files"):
        run(window=(date(2026, 1, 1), date(2026, 1, 31))).extract()


def test_an_answer_without_data_and_meta_is_a_changed_schema(run, platform):
    platform.script({"errors": [{"message": "oops"}]})
    with pytest.raises(SchemaChanged):
        run().extract()


@pytest.mark.parametrize(
    "bad",
    [{"id": "abc"}, {"text": ["x"]}, {"public_metrics": {"like_count": "many"}}],
)
def test_a_changed_type_is_a_changed_schema(make_post, bad):
    with pytest.raises(SchemaChanged):
        page_of({"data": [make_post(1, hours_ago=1, **bad)]})


def test_an_id_tells_its_moment():
    assert created_at_of("1578516068309794817") == "2022-10-07T22:42:12.752Z"
    assert created_at_of("20") is None


def test_without_a_token_nothing_is_asked(make_run, platform):
    rows = make_run(SOURCE, {"X_BASE_URL": platform.base_url}).extract()
    assert not any(rows.values())
    assert set(rows) == {table.name for table in SOURCE.tables}
    assert platform.requests == []


def test_growing_reactions_land_as_versions_and_the_token_nowhere(zone, x, make_post):
    quick = replace(SOURCE, requests_per_second=10_000.0)
    x.posts = [make_post(1, hours_ago=5), make_post(2, hours_ago=1)]
    zone.land(quick, environment=x.settings, clock=CLOCK)
    x.now = CLOCK + timedelta(days=1)
    x.posts[0]["public_metrics"]["like_count"] = 50
    landed = zone.land(quick, environment=x.settings, clock=x.now)
    assert (landed.counts.landed["posts"], landed.counts.unchanged["posts"]) == (1, 1)
    likes = [r["like_count"] for r in zone.rows("x", "posts") if r["id"].endswith("01")]
    assert sorted(likes) == [1, 50]
    kept = (zone.folder / "raw").rglob("*")
    assert not any(b"bearer-123456" in p.read_bytes() for p in kept if p.is_file())


def test_addresses_in_a_profiles_words_are_what_they_lead_to():
    from sources.x.answers import user_row

    user = {
        "id": "2244994945",
        "username": "someone",
        "name": "誰か",
        "description": "連絡は https://t.co/abc へ",
        "entities": {
            "description": {
                "urls": [
                    {
                        "url": "https://t.co/abc",
                        "expanded_url": "https://connpass.com/user/someone/",
                    }
                ]
            }
        },
    }
    assert (
        user_row(user)["description"] == "連絡は https://connpass.com/user/someone/ へ"
    )
