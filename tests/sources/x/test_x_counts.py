"""X: what it counts by day is reported; where it does not count, nothing is lost."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from sources._base.errors import SchemaChanged
from sources.x import SOURCE
from sources.x.counts import LONGEST_QUERY, posts_by_day

CLOCK = datetime(2026, 11, 21, 5, tzinfo=UTC)


def test_whole_days_of_the_week_are_reported(make_run, x, make_post):
    # 05:06 of the first day, which is cut; 23:00 of two whole days; today, not over.
    x.posts = [make_post(n, hours_ago=h) for n, h in enumerate([167.9, 30, 6, 5, 1])]
    run = make_run(SOURCE, x.settings, clock=CLOCK)
    assert len(run.extract()["posts"]) == 5
    assert run.counts.reported == {
        ("posts", "day:2026-11-15"): 0,
        ("posts", "day:2026-11-16"): 0,
        ("posts", "day:2026-11-17"): 0,
        ("posts", "day:2026-11-18"): 0,
        ("posts", "day:2026-11-19"): 1,
        ("posts", "day:2026-11-20"): 1,
    }
    assert x.counted == ["#tsunagari -is:retweet"]


def test_queries_are_counted_together_because_a_post_lands_once(make_run, x):
    settings = {**x.settings, "X_QUERIES": "#a -is:retweet; b"}
    make_run(SOURCE, settings, clock=CLOCK).extract()
    assert x.counted == ["(#a -is:retweet) OR (b)"]


def test_queries_too_long_to_join_are_not_counted(make_run, x, make_post):
    x.posts = [make_post(1, hours_ago=1)]
    long = "; ".join(f"word{n}" for n in range(LONGEST_QUERY // 8))
    run = make_run(SOURCE, {**x.settings, "X_QUERIES": long}, clock=CLOCK)
    assert len(run.extract()["posts"]) == 1
    assert x.counted == []


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_plan_without_counts_loses_no_post(make_run, x, make_post, status):
    x.posts, x.counts_status = [make_post(1, hours_ago=30)], status
    run = make_run(SOURCE, x.settings, clock=CLOCK)
    assert len(run.extract()["posts"]) == 1
    assert len(x.counted) == 1
    assert run.counts.reported == {}


def test_without_a_request_left_nothing_is_counted(make_run, x, make_post):
    x.posts = [make_post(1, hours_ago=30)]
    options = {"source_options": {"request_budget": 1}}
    run = make_run(SOURCE, x.settings, clock=CLOCK, **options)
    assert len(run.extract()["posts"]) == 1
    assert (x.counted, run.counts.reported) == ([], {})


def test_a_backfill_counts_nothing(make_run, x, make_post):
    window = (date(2026, 11, 19), date(2026, 11, 20))
    make_run(SOURCE, x.settings, clock=CLOCK, window=window).extract()
    assert x.counted == []


@pytest.mark.parametrize(
    "body", [{}, {"data": {}}, {"data": [1]}, {"data": [{"start": "2026-11-20"}]}]
)
def test_an_answer_without_counts_is_a_changed_schema(make_run, x, platform, body):
    platform.script(body)
    http = make_run(SOURCE, x.settings).http(platform.base_url)
    since = datetime(2026, 11, 14, 5, tzinfo=UTC)
    with pytest.raises(SchemaChanged, match=r"sources/x|answer"):
        list(posts_by_day(http, ["a"], since=since, until=CLOCK))


def test_recorded_counts_are_read(make_run, x, platform, shared):
    body = json.loads(
        (shared / "recordings/x/pytwitter_counts_recent.json").read_text()
    )
    platform.script(body)
    http = make_run(SOURCE, x.settings).http(platform.base_url)
    since = datetime(2026, 11, 14, 5, tzinfo=UTC)
    counts = list(posts_by_day(http, ["a"], since=since, until=CLOCK))
    assert sum(count for _, count in counts) == body["meta"]["total_tweet_count"]
