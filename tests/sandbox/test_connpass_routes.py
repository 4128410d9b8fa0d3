"""What connpass promises, after its contract: no recording needed."""

from typing import Any

import pytest
import requests

from sources._sandbox.community import Community
from tests.sandbox.conftest import Client


def walk_connpass(client: Client, path: str, key: str, **params: Any) -> list[Any]:
    """All records, page by page, as the contract says to."""
    rows: list[Any] = []
    start = 1
    while True:
        body = client.connpass(path, start=start, **params).json()
        assert body["results_start"] == start
        assert body["results_returned"] == len(body[key])
        rows += body[key]
        start += body["results_returned"]
        if start > body["results_available"] or not body[key]:
            return rows


@pytest.mark.parametrize("size", [1, 7, 100])
def test_connpass_pages_end_after_the_last_one(
    client: Client, community: Community, size: int
) -> None:
    group = community.groups[0].subdomain
    rows = walk_connpass(client, "/events/", "events", subdomain=group, count=size)
    shown = [
        event.number for event in community.events
        if event.kind != "users" and event.group.subdomain == group
    ]  # fmt: skip
    assert sorted(row["id"] for row in rows) == sorted(shown)


def test_a_connpass_page_behind_the_end_is_empty(client: Client) -> None:
    body = client.connpass("/events/", start=100_000).json()
    assert body["events"] == []
    assert body["results_returned"] == 0
    assert body["results_available"] > 0


def test_connpass_gives_ten_records_unless_asked(client: Client) -> None:
    assert client.connpass("/users/").json()["results_returned"] == 10


@pytest.mark.parametrize(
    "params", [{"count": 101}, {"count": 0}, {"start": 0}, {"order": 4}]
)
def test_connpass_refuses_parameters_out_of_range(
    client: Client, params: dict[str, int]
) -> None:
    assert client.connpass("/events/", **params).status_code == 400


def test_connpass_orders_by_update_start_or_publication(client: Client) -> None:
    for order, field in (
        ("1", "updated_at"),
        ("2", "started_at"),
        ("3", "published_at"),
    ):
        rows = client.connpass("/events/", order=order, count=100).json()["events"]
        assert [row[field] for row in rows] == sorted(
            (row[field] for row in rows), reverse=True
        )


def test_connpass_filters_by_month_day_id_and_person(client: Client) -> None:
    rows = walk_connpass(client, "/events/", "events", count=100)
    event = rows[len(rows) // 2]
    month = event["started_at"][:7].replace("-", "")
    day = event["started_at"][:10].replace("-", "")
    for params in (
        {"ym": month},
        {"ymd": day},
        {"event_id": event["id"]},
        {"owner_nickname": event["owner_nickname"]},
        {"group_id": event["group"]["id"]},
        {"keyword": event["title"].split()[-1]},
    ):
        found = walk_connpass(client, "/events/", "events", count=100, **params)
        assert event["id"] in [row["id"] for row in found]
        assert len(found) < len(rows)
    two = client.connpass("/events/", event_id=[rows[0]["id"], rows[1]["id"]]).json()
    joined = client.connpass("/events/", event_id=f"{rows[0]['id']},{rows[1]['id']}")
    assert two["results_available"] == joined.json()["results_available"] == 2


def test_connpass_counts_who_is_in_and_who_waits(
    client: Client, community: Community
) -> None:
    rows = walk_connpass(client, "/events/", "events", count=100)
    assert any(row["waiting"] > 0 for row in rows)
    for row in rows:
        applied = sum(
            reg.event == row["id"] and reg.platform == "connpass"
            for reg in community.registrations
        )
        assert row["accepted"] + row["waiting"] <= applied
        assert row["limit"] is None or row["accepted"] <= row["limit"] + 20


def test_connpass_knows_three_states_of_events(client: Client) -> None:
    rows = walk_connpass(client, "/events/", "events", count=100)
    assert {row["open_status"] for row in rows} >= {"open", "close"}
    assert all(row["started_at"].endswith("+09:00") for row in rows)


def test_connpass_shows_what_a_person_attended_unless_hidden(
    client: Client, community: Community
) -> None:
    hiding = [
        person for person in community.known_people() if person.hides_participation
    ]
    users = walk_connpass(client, "/users/", "users", count=100)
    shown = {row["nickname"]: row for row in users}
    assert len(shown) > 100
    for person in hiding:
        if person.nickname in shown:
            answer = client.connpass(
                f"/users/{person.nickname}/attended_events/"
            ).json()
            assert answer["events"] == []
    user = max(shown.values(), key=lambda row: row["attended_event_count"])
    events = walk_connpass(
        client, f"/users/{user['nickname']}/attended_events/", "events", count=100
    )
    assert len(events) == user["attended_event_count"] > 10


def test_connpass_answers_401_without_a_right_key(client: Client) -> None:
    url = client.settings["CONNPASS_BASE_URL"] + "/events/"
    for key in ({}, {"X-API-Key": "wrong"}):
        answer = requests.get(url, headers={"User-Agent": "t", **key}, timeout=5)
        assert answer.status_code == 401


def test_connpass_answers_html_403_to_a_librarys_own_name(client: Client) -> None:
    url = client.settings["CONNPASS_BASE_URL"] + "/events/"
    key = {"X-API-Key": client.settings["CONNPASS_API_KEY"]}
    answer = requests.get(url, headers=key, timeout=5)
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "text/html"


@pytest.mark.parametrize(
    "path",
    ["/events", "/nothing/", "/users/nobody/groups/", "/events/1/presentations/"],
)
def test_connpass_answers_404_for_what_is_not_there(client: Client, path: str) -> None:
    assert client.connpass(path).status_code == 404
