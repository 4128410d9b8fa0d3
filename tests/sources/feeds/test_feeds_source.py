"""The feeds connector over HTTP: conditional requests, one bad feed of many."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sources._base.errors import Rejected, Retriable
from sources.feeds import SOURCE

QUICK = replace(SOURCE, requests_per_second=10_000.0)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, tzinfo=UTC)


def document(*titles: str) -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>https://blog.example/{title}</link>"
        f"<pubDate>Mon, 27 Jul 2026 19:18:10 +0900</pubDate></item>"
        for title in titles
    )
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>blog</title>'
        f"<link>https://blog.example/</link>{items}</channel></rss>"
    ).encode()


@pytest.fixture
def web(platform: Any) -> dict[str, Any]:
    """Addresses of a small web -> what they answer; fill it in the test."""
    pages: dict[str, Any] = {}

    def answer(request: Any) -> Any:
        page = pages.get(request.path, {"status": 404, "body": b"no"})
        page = page if isinstance(page, dict) else {"body": page}
        etag = page.get("headers", {}).get("ETag")
        if etag and request.headers.get("If-None-Match") == etag:
            return platform.reply(b"", status=304)
        return platform.reply(**{"content_type": "application/rss+xml", **page})

    platform.answer = answer
    return pages


def settings(platform: Any, *names: str) -> dict[str, str]:
    return {"FEEDS_BASE_URL": platform.base_url, "FEEDS_URLS": " ".join(names)}


def test_feeds_are_asked_at_the_server_that_stands_in(platform, web, make_run) -> None:
    web["/zenn.dev/hanako/feed"] = document("a")
    run = make_run(SOURCE, settings(platform, "https://zenn.dev/hanako/feed"))
    landed = run.extract()
    assert landed["entries"][0]["author_handle"] == "hanako"
    assert landed["feeds"][0]["feed_url"] == "https://zenn.dev/hanako/feed"
    assert landed["feeds"][0]["items"] == 1


def test_without_a_stand_in_each_feed_is_asked_at_its_own_address(
    platform, web, make_run
) -> None:
    web["/one"], web["/two"] = document("a"), document("b")
    urls = f"{platform.base_url}/one, {platform.base_url}/two,{platform.base_url}/one"
    landed = make_run(SOURCE, {"FEEDS_URLS": urls}).extract()
    assert [entry["title"] for entry in landed["entries"]] == ["a", "b"]
    assert len(platform.requests) == 2


def test_nothing_configured_lands_typed_empty_tables(make_run, zone) -> None:
    assert make_run(SOURCE, {}).extract() == {"entries": [], "feeds": []}
    landed = zone.land(SOURCE, environment={}, clock=MONDAY)
    assert not landed.is_configured
    assert zone.rows("feeds", "entries") == []


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (
            {
                "body": b"<!DOCTYPE html><html>Log in</html>",
                "content_type": "text/html",
            },
            "web page",
        ),
        ({"body": b"", "content_type": "text/xml"}, "empty"),
        ({"body": document("half")[:-30]}, "ends in the middle"),
        ({"status": 404, "body": b"gone fishing"}, "does not know it"),
        ({"status": 403, "body": b"no"}, "refused (403)"),
    ],
)
def test_one_bad_feed_is_set_aside_and_the_others_go_on(
    platform, web, make_run, page, reason
) -> None:
    web["/bad"], web["/good"] = page, document("a", "b")
    run = make_run(SOURCE, settings(platform, "/bad", "/good"))
    landed = run.extract()
    assert len(landed["entries"]) == 2
    assert [row["feed_url"] for row in landed["feeds"]] == ["/good"]
    (aside,) = run.set_aside
    assert aside["table_name"] == "feeds"
    assert reason in aside["reason"]
    assert "/bad" in aside["reason"]


def test_a_bad_feed_is_read_again_when_it_is_mended(platform, web, make_run) -> None:
    memory: dict[str, Any] = {}
    web["/a"] = {"body": document("a")[:-30], "headers": {"ETag": '"1"'}}
    web["/good"] = document("b")
    make_run(SOURCE, settings(platform, "/a", "/good"), memory=memory).extract()
    web["/a"] = {"body": document("a"), "headers": {"ETag": '"1"'}}
    landed = make_run(
        SOURCE, settings(platform, "/a", "/good"), memory=memory
    ).extract()
    assert "a" in [entry["title"] for entry in landed["entries"]]


def test_not_one_feed_answering_fails_the_source(platform, web, make_run) -> None:
    run = make_run(SOURCE, settings(platform, "/no", "/nope"))
    with pytest.raises(Rejected, match="none of the 2 feeds answered"):
        run.extract()


def test_a_platform_that_is_down_is_told_as_such(
    platform, make_run, monkeypatch
) -> None:
    platform.answer = lambda request: platform.reply(b"", status=500)
    monkeypatch.setattr("sources._base.http.Limiter.pause", lambda *_: None)
    with pytest.raises(Retriable, match="none of the 1 feeds answered"):
        make_run(SOURCE, settings(platform, "/a")).extract()


def test_an_unchanged_feed_is_asked_conditionally_and_lands_nothing(
    platform, web, make_run
) -> None:
    memory: dict[str, Any] = {}
    stamp = "Mon, 27 Jul 2026 10:18:10 GMT"
    web["/a"] = {
        "body": document("a"),
        "headers": {"ETag": '"1"', "Last-Modified": stamp},
    }
    make_run(SOURCE, settings(platform, "/a"), memory=memory).extract()
    landed = make_run(SOURCE, settings(platform, "/a"), memory=memory).extract()
    asked = platform.requests[-1].headers
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('"1"', stamp)
    assert landed == {"entries": [], "feeds": []}
    full = make_run(
        SOURCE, settings(platform, "/a"), memory=memory, full=True
    ).extract()
    assert len(full["entries"]) == 1


def test_a_gone_feed_is_marked_and_not_asked_again(platform, web, make_run) -> None:
    memory: dict[str, Any] = {}
    web["/a"], web["/b"] = document("a"), document("b")
    make_run(SOURCE, settings(platform, "/a", "/b"), memory=memory).extract()
    web["/a"] = {"status": 410, "body": b""}
    run = make_run(SOURCE, settings(platform, "/a", "/b"), memory=memory)
    landed = run.extract()
    gone = landed["feeds"][0]
    assert (gone["feed_url"], gone["status"], gone["title"]) == ("/a", "gone", "blog")
    assert run.set_aside == []
    before = len(platform.requests)
    make_run(SOURCE, settings(platform, "/a", "/b"), memory=memory).extract()
    assert [r.path for r in platform.requests[before:]] == ["/b"]
    web["/a"] = document("a")
    back = make_run(SOURCE, settings(platform, "/a", "/b"), memory=memory, full=True)
    assert back.extract()["feeds"][0]["status"] == "active"


def test_a_feed_taken_out_of_the_settings_is_forgotten(platform, web, make_run) -> None:
    memory: dict[str, Any] = {}
    web["/a"], web["/b"] = document("a"), document("b")
    make_run(SOURCE, settings(platform, "/a", "/b"), memory=memory).extract()
    make_run(SOURCE, settings(platform, "/b"), memory=memory).extract()
    assert set(memory["feeds"]) == {"/b"}


def test_a_second_run_lands_only_what_is_new_or_edited(platform, web, zone) -> None:
    web["/a"] = document("one", "two")
    environment = settings(platform, "/a")
    zone.land(QUICK, environment=environment, clock=MONDAY)
    web["/a"] = document("three", "two", "one").replace(b">two<", b">two, edited<")
    landed = zone.land(QUICK, environment=environment, clock=TUESDAY)
    assert landed.counts.landed["entries"] == 2
    assert landed.counts.unchanged["entries"] == 1
    titles = [row["title"] for row in zone.rows("feeds", "entries")]
    assert sorted(titles) == ["one", "three", "two", "two, edited"]


def test_a_run_killed_before_it_ends_leaves_nothing_and_is_repeated(
    platform, web, zone, monkeypatch
) -> None:
    web["/a"] = {"body": document("one"), "headers": {"ETag": '"1"'}}
    environment = settings(platform, "/a")

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sources._base.source.Run._count_rows", killed)
        with pytest.raises(BaseException):  # noqa: B017  whatever dlt makes of it
            zone.land(QUICK, environment=environment, clock=MONDAY)
    assert zone.rows("feeds", "entries") == []
    landed = zone.land(QUICK, environment=environment, clock=MONDAY)
    assert landed.counts.landed["entries"] == 1
    assert "If-None-Match" not in platform.requests[-1].headers
