"""The one HTTP session: pace, retries, budget, and nothing secret in what it says."""

from __future__ import annotations

import gzip
import logging
import threading

import pytest

from sources._base.errors import BudgetSpent, Rejected, Retriable, SchemaChanged
from sources._base.http import HttpSession
from sources._base.pace import Limiter
from sources._base.redact import RedactingFilter, redact, remember

KEY = "s3cr3t-key-of-ours"
SERVED_AT = 1_795_237_200  # what the platform's Date header says: 2026-11-21T05:00:00Z


@pytest.fixture
def session(platform, clock):
    def make(**options):
        settings = {"requests_per_second": 1.0, "budget": 100, "retries": 2} | options
        return HttpSession(
            platform.base_url,
            {"X-API-Key": KEY},
            sleep=clock.sleep,
            monotonic=clock.monotonic,
            wall=lambda: 0.0,
            **settings,
        )

    return make


@pytest.fixture
def reply(platform):
    """Scripts the next answers: reply(body, times=..., status=..., headers=...)."""
    return platform.script


def test_requests_are_spaced_on_the_given_clock(session, reply, clock):
    reply({"n": 1}, times=4)
    http = session(requests_per_second=2.0)
    for _ in range(4):
        http.get_json("/things")
    assert clock.naps == [0.5, 0.5, 0.5]


def test_threads_share_one_pace(clock):
    limiter = Limiter(10.0, sleep=lambda s: naps.append(s), monotonic=clock.monotonic)
    naps: list[float] = []
    threads = [threading.Thread(target=limiter.wait) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(naps) == pytest.approx([0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "7"}, {}, 7.0),
        ({"Retry-After": "Sat, 21 Nov 2026 05:00:30 GMT"}, {}, 30.0),
        ({"x-rate-limit-reset": str(SERVED_AT + 12)}, {"title": "Too Many"}, 13.0),
        ({"Rate-Reset": str(SERVED_AT + 4)}, {}, 5.0),
        ({"RateLimit-Reset": "3"}, {}, 4.0),
        ({"X-RateLimit-Reset": str(SERVED_AT + 6)}, {}, 7.0),  # GitHub
        ({"X-RateLimit-Reset": "2026-11-21T05:00:09.500Z"}, {}, 10.5),  # Mastodon
        ({"X-RateLimit-Reset": "2026-11-21T14:00:09+09:00"}, {}, 10.0),
        ({"X-RateLimit-Reset": "2.5"}, {}, 3.5),  # Reddit: seconds left
        ({"X-RateLimit-Reset": "2026-11-21T05:00:09"}, {}, 1.0),  # of which zone?
        ({"X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}, {}, 10.0),
        ({"X-Ratelimit": '{"until":"2026-11-21T05:00:08Z","remaining":3}'}, {}, 9.0),
        ({"X-Ratelimit": '{"until":"later"}'}, {}, 1.0),
        ({"X-Ratelimit": "[60]"}, {}, 1.0),
        ({"x-rate-limit-reset": str(SERVED_AT - 60)}, {}, 1.0),
        ({"Retry-After": "soon"}, {}, 1.0),
        ({}, {}, 1.0),
        ({}, b"", 1.0),
    ],
)
def test_a_429_waits_as_long_as_the_platform_asks(
    session, reply, clock, headers, body, seconds
):
    reply(body, status=429, headers=headers)
    reply({"ok": True})
    assert session(requests_per_second=1000.0).get_json("/a").body == {"ok": True}
    assert clock.naps == pytest.approx([seconds])


@pytest.mark.parametrize(
    "body",
    [
        {"message": "Rate limit exceeded", "type": "rate_limit_exceeded"},
        {"error": {"code": 403, "errors": [{"reason": "userRateLimitExceeded"}]}},
    ],
)
def test_a_403_that_says_too_fast_is_a_429(session, reply, clock, body):
    reply(body, status=403, headers={"Rate-Reset": str(SERVED_AT + 4)})
    reply({"ok": True})
    assert session(requests_per_second=1000.0).get_json("/a").body == {"ok": True}
    assert clock.naps == pytest.approx([5.0])


@pytest.mark.parametrize("error", ["no object", {"errors": "no list"}, {"errors": [1]}])
def test_an_error_of_another_shape_is_an_ordinary_refusal(session, reply, error):
    reply({"error": error}, status=403)
    with pytest.raises(Rejected, match="allowed"):
        session().get_json("/a")


@pytest.mark.parametrize(("remaining", "naps"), [(0, [31.0]), (1, [])])
def test_a_window_of_which_nothing_is_left_is_waited_out(
    session, reply, clock, remaining, naps
):
    window = f'{{"limit":300,"remaining":{remaining},"until":"2026-11-21T05:00:30Z"}}'
    reply({"n": 1}, headers={"X-Ratelimit": window})
    reply({"n": 2})
    http = session(requests_per_second=1000.0)
    http.get_json("/a")
    assert clock.naps == []  # nobody waits who asks for nothing more
    clock.now += 1
    clock.naps.clear()
    http.get_json("/a")
    assert clock.naps == pytest.approx([nap - 1 for nap in naps])


def test_without_a_hint_the_wait_doubles(session, reply, clock):
    reply({}, status=503, times=3)
    reply({"ok": True})
    session(retries=3, requests_per_second=1000.0).get_json("/a")
    assert clock.naps == pytest.approx([1.0, 2.0, 4.0])


def test_a_wait_longer_than_a_run_gives_up_at_once(session, reply, clock):
    reply({}, status=429, headers={"Retry-After": "7200"})
    with pytest.raises(BudgetSpent, match="next run"):
        session().get_json("/a")
    assert clock.naps == []


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize(
    "body",
    [
        {"title": "UsageCapExceeded"},
        {"policyName": "DAILY", "status": "error"},
        {"error": {"code": 403, "errors": [{"reason": "quotaExceeded"}]}},
    ],
)
def test_a_used_up_plan_is_not_tried_again(session, reply, platform, status, body):
    reply(body, status=status)
    with pytest.raises(BudgetSpent, match="plan"):
        session().get_json("/a")
    assert len(platform.requests) == 1


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(session, reply, status):
    reply(b"<html>oops</html>", status=status)
    reply({"ok": True})
    assert session().get_json("/a").body == {"ok": True}


def test_a_lasting_failure_is_retriable_and_says_how_often(session, reply, platform):
    reply({}, status=500, times=3)
    with pytest.raises(Retriable, match="failed 3 times, last with 500") as caught:
        session().get_json("/a")
    assert (caught.value.status, caught.value.attempt) == (500, 3)
    assert len(platform.requests) == 3


@pytest.mark.parametrize(
    ("status", "advice"), [(401, "credentials"), (403, "allowed"), (404, "name or id")]
)
def test_a_refusal_is_not_tried_again(session, reply, platform, status, advice):
    reply(b"<html>no JSON here</html>", status=status, content_type="text/html")
    with pytest.raises(Rejected, match=advice) as caught:
        session().get_json("/a")
    assert caught.value.status == status
    assert len(platform.requests) == 1


def test_a_refusal_carries_the_platforms_words_as_a_field(session, reply):
    reply({"errors": [{"message": "since_id is too old"}]}, status=400)
    with pytest.raises(Rejected) as caught:
        session().get_json("/a")
    assert caught.value.body["errors"][0]["message"] == "since_id is too old"
    assert "since_id" not in str(caught.value)


@pytest.mark.parametrize("broken", [{"cut": True}, {"reset": True}])
def test_a_broken_answer_is_tried_again(session, reply, broken):
    reply({"rows": list(range(1000))}, **broken)
    reply({"rows": [1]})
    assert session().get_json("/a").body == {"rows": [1]}


def test_json_cut_off_in_the_middle_is_tried_again_then_retriable(session, reply):
    reply(b'{"rows": [1, 2', times=3)
    with pytest.raises(Retriable, match="cut off"):
        session().get_json("/a")


def test_a_page_instead_of_json_is_tried_again_then_a_changed_schema(session, reply):
    reply(b"<html>maintenance</html>", content_type="text/html", times=3)
    with pytest.raises(SchemaChanged, match="text/html"):
        session().get_json("/a")


def test_a_platform_that_is_not_there_is_retriable(clock):
    http = HttpSession(
        "http://127.0.0.1:9",
        retries=1,
        budget=9,
        sleep=clock.sleep,
        monotonic=clock.monotonic,
    )
    with pytest.raises(Retriable, match="no answer"):
        http.get_json("/a")
    assert http.sent == 2


def test_a_platform_that_hangs_is_a_time_out(platform, clock):
    released = threading.Event()

    def answer(request):
        released.wait(5)
        raise ConnectionAbortedError

    platform.answer = answer
    http = HttpSession(
        platform.base_url,
        timeout=(1, 0.05),
        retries=0,
        sleep=clock.sleep,
        monotonic=clock.monotonic,
    )
    with pytest.raises(Retriable, match="Timeout"):
        http.get_json("/slow")
    released.set()


def test_every_try_counts_against_the_budget(session, reply, platform):
    reply({}, status=500)
    reply({"ok": True}, times=2)
    http = session(budget=3)
    http.get_json("/a")
    assert http.left == 1
    http.get_json("/a")
    with pytest.raises(BudgetSpent, match="3 requests"):
        http.get_json("/a")
    assert len(platform.requests) == 3


def test_our_own_name_is_always_sent(session, reply, platform):
    reply({})
    session().get_json("/a", {"tag": ["x", "y"], "absent": None})
    asked = platform.requests[0]
    assert asked.headers["User-Agent"].startswith("tsunagari/")
    assert asked.headers["User-Agent"].endswith("(+self-hosted community analytics)")
    assert asked.params == {"tag": ["x", "y"]}


def test_bytes_come_with_their_headers_and_304_is_an_answer(session, reply, platform):
    reply(b"<rss/>", headers={"ETag": '"1"'}, content_type="application/rss+xml")
    reply(b"", status=304)
    http = session()
    first = http.get("/feed", {"If-None-Match": '"0"'})
    assert (first.content, first.headers["etag"], first.body) == (
        b"<rss/>",
        '"1"',
        None,
    )
    assert http.get(f"{platform.base_url}/feed").status == 304


def test_a_form_is_sent_as_one_and_its_answer_is_json(session, reply, platform):
    reply({"access_token": "fresh"})
    answer = session().post_form("/token", {"grant_type": "client & credentials"})
    assert answer.body == {"access_token": "fresh"}
    (request,) = platform.requests
    assert request.body == b"grant_type=client+%26+credentials"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_renewed_token_is_sent_from_then_on_and_never_told(session, reply, platform):
    reply({}, times=2)
    http = session()
    http.get_json("/things")
    http.send_always({"Authorization": "Bearer renewed-token-1"})
    http.get_json("/things")
    sent = [request.headers.get("Authorization") for request in platform.requests]
    assert sent == [None, "Bearer renewed-token-1"]
    assert redact("it was renewed-token-1.") == "it was ***."


def test_a_pause_keeps_the_next_request_away(session, reply, clock):
    reply({}, times=2)
    http = session(requests_per_second=100.0)
    http.get_json("/job")
    http.pause(20)
    http.get_json("/job")
    assert clock.naps == [20]


def test_no_credential_follows_a_redirect_to_another_host(session, reply, platform):
    elsewhere = platform.base_url.replace("127.0.0.1", "localhost")
    reply(b"", status=302, headers={"Location": f"{elsewhere}/b"})
    reply({"ok": True})
    session().get_json("/a")
    assert platform.requests[0].headers["X-API-Key"] == KEY
    assert "X-API-Key" not in platform.requests[1].headers


def test_secrets_are_in_no_message_and_no_log(session, reply, caplog):
    caplog.set_level(logging.DEBUG, logger="sources")
    reply({}, status=500)
    reply({"you_sent": KEY}, status=401)
    with pytest.raises(Rejected) as caught:
        session().get_json(f"/a?access_token=tok-12345678&key={KEY}")
    said = f"{caught.value} {caught.value.url} {caplog.text}"
    assert KEY not in said
    assert "tok-12345678" not in said
    assert "next try" in caplog.text


def test_a_key_in_the_query_is_in_no_debug_line_of_the_library(session, reply, caplog):
    caplog.set_level(logging.DEBUG)
    reply({})
    session().get_json("/a", {"key": "qu3ry-key", "page": 2})
    assert "page=2" in caplog.text
    assert "qu3ry-key" not in caplog.text


def test_redaction_knows_values_bearers_queries_and_passwords():
    remember(["Bearer abcdef123456", "tiny"])
    text = redact(
        "abcdef123456 tiny Bearer zzzzzzzz ?token=q1w2e3 "
        "https://me:pw@host/x &ym=202611"
    )
    assert text == "*** tiny Bearer *** ?token=*** https://***@host/x &ym=202611"


def test_a_log_filter_redacts_arguments_too():
    remember(["hunter22hunter22"])
    record = logging.LogRecord("a", 20, "f", 1, "sent %s", ("hunter22hunter22",), None)
    assert RedactingFilter().filter(record)
    assert record.getMessage() == "sent ***"


def test_a_body_is_read_no_further_than_memory_allows(
    session, reply, platform, monkeypatch
):
    monkeypatch.setattr("sources._base.http.MAX_BYTES", 1 << 20)
    packed = gzip.compress(b" " * (8 << 20))  # a thousand times smaller than unpacked
    reply(packed, headers={"Content-Encoding": "gzip"}, times=3)
    with pytest.raises(Rejected, match="more than 1 MiB"):
        session().get_json("/a")
    assert len(platform.requests) == 1


def test_a_packed_body_is_unpacked(session, reply):
    reply(gzip.compress(b'{"n": 1}'), headers={"Content-Encoding": "gzip"})
    assert session().get_json("/a").body == {"n": 1}


def test_what_is_packed_and_cut_off_is_tried_again(session, reply):
    reply(gzip.compress(b'{"n": 1}')[:12], headers={"Content-Encoding": "gzip"})
    reply({"n": 2})
    assert session().get_json("/a").body == {"n": 2}


@pytest.mark.parametrize("status", [307, 308])
def test_what_is_posted_follows_no_redirect_to_another_host(
    session, reply, platform, status
):
    elsewhere = platform.base_url.replace("127.0.0.1", "localhost")
    reply(b"", status=status, headers={"Location": f"{elsewhere}/token"})
    with pytest.raises(Rejected, match="check the configured address"):
        session().post_form("/token", {"client_secret": "s3cr3t"})
    assert len(platform.requests) == 1
    reply(b"", status=status, headers={"Location": "/moved"})
    reply({"ok": True})
    assert session().post_form("/token", {"a": "b"}).body == {"ok": True}
    assert platform.requests[-1].body == b"a=b"


def test_half_a_character_is_replaced_and_whole_ones_stay(session, reply):
    reply(b'{"t\\uD83D": ["\\ud83d\\ude00 \\ud83d", {"a": "\\ude00b", "n": 1}]}')
    body = session().get_json("/a").body
    assert body == {"t\ufffd": ["\U0001f600 \ufffd", {"a": "\ufffdb", "n": 1}]}


@pytest.mark.parametrize(
    ("sent", "error", "words"),
    [
        ('{"name": "山田"}'.encode("cp932"), SchemaChanged, "no JSON in UTF-8"),
        ('{"name": "山田"}'.encode()[:13], Retriable, "cut off"),
        (b"[" * 200_000, Retriable, "cut off"),
    ],
)
def test_what_is_no_json_is_told_apart(session, reply, sent, error, words):
    reply(sent, times=3)
    with pytest.raises(error, match=words):
        session().get_json("/a")


def test_a_wait_that_is_no_number_is_none(session, reply, clock):
    reply({}, status=429, headers={"Retry-After": "nan"})
    reply({"ok": True})
    assert session(requests_per_second=1000.0).get_json("/a").body == {"ok": True}
    assert clock.naps == pytest.approx([1.0])
