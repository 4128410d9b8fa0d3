"""Every fault happens as ordered, and limits are kept."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from sources._sandbox.community import Community, generate
from sources._sandbox.faults import KINDS, Fault
from sources._sandbox.http import Reply, SecondLimiter, WindowLimiter
from sources._sandbox.replay import ReplayServer
from sources._sandbox.server import SandboxServer
from tests.sandbox.conftest import TODAY, Client


def test_a_fault_happens_as_often_as_ordered_and_not_before(faulty: Any) -> None:
    client = faulty(Fault("/connpass/api/v2/events/", "500", times=2, after=1))
    seen = [client.connpass("/events/").status_code for _ in range(5)]
    assert seen == [200, 500, 500, 200, 200]
    assert client.connpass("/groups/").status_code == 200


def test_a_fault_may_last_for_ever(faulty: Any) -> None:
    client = faulty(Fault("^/hubspot/", "500", times=-1))
    assert {client.hubspot("/crm/v3/owners").status_code for _ in range(10)} == {500}
    assert client.connpass("/groups/").status_code == 200


def test_faults_of_one_path_come_one_after_the_other(faulty: Any) -> None:
    client = faulty(Fault("/events/", "500"), Fault("/events/", "html_200"))
    first, second, third = (client.connpass("/events/") for _ in range(3))
    assert first.status_code == 500
    assert second.headers["Content-Type"].startswith("text/html")
    assert third.status_code == 200


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        Fault("/", "earthquake")


def test_429_comes_with_retry_after_with_a_reset_or_with_nothing(faulty: Any) -> None:
    client = faulty(
        Fault("/crm/", "429_retry_after", seconds=3),
        Fault("/tweets", "429_epoch", seconds=3),
        Fault("/events/", "429_none"),
    )
    told = client.hubspot("/crm/v3/owners")
    assert (told.status_code, told.headers["Retry-After"]) == (429, "3")
    assert told.json()["policyName"] == "SECONDLY"
    reset = client.x("/tweets", ids="1")
    assert reset.status_code == 429
    assert 2 <= int(reset.headers["x-rate-limit-reset"]) - time.time() <= 5
    assert reset.json()["title"] == "Too Many Requests"
    nothing = client.connpass("/events/")
    assert nothing.status_code == 429
    assert "Retry-After" not in nothing.headers


def test_resets_are_told_as_a_moment_or_as_seconds_left(faulty: Any) -> None:
    client = faulty(
        Fault("/tweets", "429_iso", seconds=3), Fault("/events/", "429_left", seconds=3)
    )
    told = client.x("/tweets", ids="1").headers["x-ratelimit-reset"]
    left = datetime.fromisoformat(told) - datetime.now(UTC)
    assert timedelta(seconds=1) < left < timedelta(seconds=5)
    assert client.connpass("/events/").headers["ratelimit-reset"] == "3"


def test_a_503_is_one_and_an_error_in_a_200_needs_a_platform_that_has_it(
    faulty: Any,
) -> None:
    client = faulty(Fault("/events/", "503"), Fault("/groups/", "error_200"))
    assert client.connpass("/events/").status_code == 503
    assert client.connpass("/groups/").json()["groups"]


def test_a_timeout_gives_no_answer_and_does_not_hold_up_others(faulty: Any) -> None:
    client = faulty(Fault("/events/", "timeout", seconds=5))
    url = client.settings["CONNPASS_BASE_URL"] + "/events/"
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(url, headers={"User-Agent": "t"}, timeout=0.2)
    started = time.monotonic()
    assert client.connpass("/groups/").status_code == 200
    assert time.monotonic() - started < 1


def test_a_reset_in_mid_body_breaks_the_connection(faulty: Any) -> None:
    client = faulty(Fault("/events/", "reset_mid_body"))
    with pytest.raises(
        (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)
    ):
        client.connpass("/events/", count=100)
    assert client.connpass("/events/").status_code == 200


def test_truncated_json_arrives_whole_and_cannot_be_parsed(faulty: Any) -> None:
    client = faulty(Fault("/events/", "truncated_json"))
    answer = client.connpass("/events/")
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_html_comes_with_200(faulty: Any) -> None:
    answer = faulty(Fault("/contacts", "html_200")).hubspot("/crm/v3/objects/contacts")
    assert answer.status_code == 200
    assert answer.text.startswith("<!DOCTYPE html>")


def test_a_page_is_repeated(faulty: Any) -> None:
    client = faulty(Fault("/events/", "repeated_page", after=1))
    first = client.connpass("/events/", start=1, count=5)
    again = client.connpass("/events/", start=6, count=5)
    after = client.connpass("/events/", start=6, count=5)
    assert again.json() == first.json()
    assert after.json()["results_start"] == 6


def test_an_empty_page_in_the_middle_still_promises_more(faulty: Any) -> None:
    client = faulty(
        Fault("/events/", "empty_page"), Fault("/contacts", "empty_page"),
        Fault("/search/recent", "empty_page"),
    )  # fmt: skip
    page = client.connpass("/events/").json()
    assert (page["events"], page["results_returned"]) == ([], 0)
    assert page["results_available"] > 0
    listed = client.hubspot("/crm/v3/objects/contacts", limit=1).json()
    assert listed["results"] == []
    assert "after" in listed["paging"]["next"]
    assert "data" not in client.x("/tweets/search/recent", query="#tsunagari").json()


def test_a_field_changes_its_type(faulty: Any) -> None:
    client = faulty(
        Fault("/events/", "changed_type", field="accepted"),
        Fault("/users/", "changed_type"),
        Fault("/contacts", "changed_type"),
    )
    assert all(
        isinstance(row["accepted"], list)
        for row in client.connpass("/events/").json()["events"]
    )
    assert any(
        isinstance(value, list)
        for value in client.connpass("/users/").json()["users"][0].values()
    )
    rows = client.hubspot("/crm/v3/objects/contacts").json()["results"]
    assert isinstance(rows[0]["properties"], str)


def test_a_new_field_appears_in_every_record(faulty: Any) -> None:
    client = faulty(Fault("/events/", "new_field"))
    rows = client.connpass("/events/").json()["events"]
    assert all("brand_new_field" in row for row in rows)


@pytest.mark.parametrize("kind", ["empty_page", "new_field", "changed_type"])
def test_feeds_change_in_their_own_way(faulty: Any, kind: str) -> None:
    client = faulty(Fault("/zenn/topics/", kind))
    changed = client.feed("/zenn/topics/tsunagari/feed").text
    plain = client.feed("/zenn/topics/tsunagari/feed").text
    assert "<item>" in plain
    assert {
        "empty_page": "<item>" not in changed,
        "new_field": "<brandNew>" in changed,
        "changed_type": "<pubDate>yesterday</pubDate>" in changed,
    }[kind]


def test_an_expired_token_is_401_in_the_platforms_words(faulty: Any) -> None:
    client = faulty(Fault("/", "expired_token", times=3))
    assert client.connpass("/events/").json() == {"detail": "Unauthorized"}
    assert client.x("/tweets", ids="1").json()["title"] == "Unauthorized"
    assert (
        client.hubspot("/crm/v3/owners").json()["category"] == "INVALID_AUTHENTICATION"
    )
    assert client.hubspot("/crm/v3/owners").status_code == 200


def test_every_kind_of_fault_is_tried_here() -> None:
    tried = {
        "500", "503", "429_retry_after", "429_epoch", "429_iso", "429_left",
        "429_none", "timeout", "reset_mid_body", "truncated_json", "html_200",
        "error_200", "repeated_page", "empty_page", "changed_type", "new_field",
        "expired_token",
    }  # fmt: skip
    assert tried == set(KINDS)


def test_requests_are_logged_with_their_status(faulty: Any) -> None:
    client = faulty(Fault("/groups/", "500"))
    client.connpass("/groups/")
    client.connpass("/events/", count=3)
    calls = client.server.requests
    assert [(call.method, call.path, call.status) for call in calls] == [
        ("GET", "/connpass/api/v2/groups/", 500),
        ("GET", "/connpass/api/v2/events/", 200),
    ]
    assert calls[1].query == "count=3"


@pytest.mark.parametrize("platform", ["connpass", "x", "hubspot", "feed"])
def test_each_platform_refuses_more_than_its_limit(faulty: Any, platform: str) -> None:
    client = faulty(requests_per_second=5)
    ask = {
        "connpass": lambda: client.connpass("/groups/"),
        "x": lambda: client.x("/tweets", ids="1"),
        "hubspot": lambda: client.hubspot("/crm/v3/owners"),
        "feed": lambda: client.feed("/zenn/topics/tsunagari/feed"),
    }[platform]
    seen = [ask().status_code for _ in range(8)]
    assert seen == [200] * 5 + [429] * 3


def test_x_refuses_when_its_window_is_used_up(faulty: Any) -> None:
    client = faulty(x_window_limit=2)
    left = [
        client.x("/tweets", ids="1").headers["x-rate-limit-remaining"] for _ in range(2)
    ]
    assert left == ["1", "0"]
    answer = client.x("/tweets", ids="1")
    assert answer.status_code == 429
    assert int(answer.headers["x-rate-limit-reset"]) > time.time() + 800
    assert client.x("/users", ids="1").status_code == 200


def test_limiters_open_again_on_a_clock_of_the_test() -> None:
    clock = [0.0]
    second = SecondLimiter(2, monotonic=lambda: clock[0])
    assert [second.allows() for _ in range(3)] == [True, True, False]
    clock[0] = 0.99
    assert not second.allows()
    clock[0] = 1.0
    assert second.allows()
    window = WindowLimiter(1, window_seconds=900, wall=lambda: clock[0])
    assert window.take()[0]
    assert not window.take()[0]
    clock[0] = 901.0
    assert window.take()[0]


def test_two_servers_listen_on_ports_of_their_own(community: Community) -> None:
    with SandboxServer(community) as one, SandboxServer(community) as other:
        assert one.base_url != other.base_url
        assert one.base_url.startswith("http://127.0.0.1:")


def test_a_closed_server_answers_no_more(community: Community) -> None:
    with SandboxServer(community) as server:
        url = server.base_url
        assert requests.get(url, timeout=5).status_code == 404
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(url, timeout=1)


def test_recorded_answers_are_replayed_by_path(tmp_path: Any) -> None:
    (tmp_path / "v2").mkdir()
    (tmp_path / "v2" / "events.json").write_text('{"events": []}', encoding="utf-8")
    with ReplayServer(tmp_path) as server:
        assert requests.get(f"{server.base_url}/v2/events?x=1", timeout=5).json() == {
            "events": []
        }
        assert (
            requests.get(f"{server.base_url}/v2/events.json", timeout=5).status_code
            == 200
        )
        assert requests.get(f"{server.base_url}/other", timeout=5).status_code == 404


def test_recorded_answers_follow_each_other_and_the_last_one_stays() -> None:
    pages: dict[str, Any] = {
        "/a": [{"page": 1}, {"page": 2}],
        "/feed": "<rss/>",
        "/bad": Reply(503, b"{}"),
    }
    with ReplayServer(pages) as server:
        seen = [
            requests.get(f"{server.base_url}/a", timeout=5).json()["page"]
            for _ in range(3)
        ]
        assert seen == [1, 2, 2]
        feed = requests.get(f"{server.base_url}/feed", timeout=5)
        assert feed.headers["Content-Type"].startswith("application/xml")
        assert requests.get(f"{server.base_url}/bad", timeout=5).status_code == 503


def test_ten_thousand_members_are_served_quickly() -> None:
    started = time.process_time()
    with SandboxServer(
        generate(10_000, 1, TODAY), requests_per_second=100_000
    ) as server:
        client = Client(server)
        for start in range(1, 400, 100):
            rows = client.connpass("/events/", start=start, count=100).json()["events"]
        assert rows
        last = "0"
        above = {"propertyName": "hs_object_id", "operator": "GT"}
        for _ in range(20):
            body: dict[str, Any] = {
                "limit": 200,
                "filterGroups": [{"filters": [{**above, "value": last}]}],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            }  # fmt: skip
            found = client.hubspot("/crm/v3/objects/contacts/search", body).json()
            last = found["results"][-1]["id"]
        for path in client.settings["FEEDS_URLS"].split()[:50]:
            client.feed(path)
        assert json.loads(client.x("/tweets/search/recent", query="#tsunagari").text)[
            "data"
        ]
        client.close()
    # Two seconds here, generation included; five times that on a busy machine.
    assert time.process_time() - started < 10
