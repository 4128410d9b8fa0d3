"""Every recording of Zoom lands, reaches staging and the unions, and loses no row.

The recordings lie outside the project (licences differ, people are in them). Most are
samples with values from the documentation; numbers come as text in some.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import duckdb
import pytest
import requests

from sources._sandbox.community import generate
from sources._sandbox.server import SandboxServer
from sources.zoom import SOURCE
from tests.conftest import SHARED, needs_recordings
from tests.sandbox.shapes import differences
from tests.sources.conftest import Platform, Reply, Request, serving
from tests.sources.staging import build_staging, land_into
from tests.sources.zoom.conftest import CLOCK

RECORDINGS = SHARED / "recordings" / "zoom"
SPEC = SHARED / "apis" / "specs" / "zoom" / "openapi.v2.2021-06.json"
pytestmark = needs_recordings
RECORDS = "airbyte_expected_records_subset.jsonl"  # of several endpoints, a line each
PARTICIPANTS = {
    "rb_report_meeting_participants.json": 1,
    "rb_report_webinar_participants.json": 1,
    "rb_webinar_past_webinars_participants.json": 1,
}
ERRORS = {
    "rb_error_meeting_not_exist.json",
    "rb_error_next_page_token_invalid.json",
    "rb_error_not_found.json",
    "rb_error_unauthorized_request.json",
    "rb_error_validation.json",
}
OF_NO_TABLE = {
    "rb_meeting_list.json": "meetings that are planned",
    "rb_webinar_list.json": "webinars that are planned",
}
# Newer than the recordings and the specification (2021).
NEWER = {"registrant_id", "internal_user", "status", "participant_user_id",
         "failover", "customer_key"}  # fmt: skip


def body_of(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text())


def records_of(stream: str) -> list[dict[str, Any]]:
    lines = (RECORDINGS / RECORDS).read_text().splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [row["data"] for row in rows if row["stream"] == stream]


def meetings() -> list[dict[str, Any]]:
    """Recorded instances; one more for each list of participants of an unnamed one."""
    recorded = [*records_of("report_meetings"), body_of("rb_report_meeting.json")]
    unnamed = {
        name: {**recorded[-1], "uuid": f"/{name}//", "id": 1_000_001 + number}
        for number, name in enumerate(PARTICIPANTS)
    }
    return [*recorded, *unnamed.values()]


def participants_of(uuid: str) -> list[dict[str, Any]]:
    for name in PARTICIPANTS:
        if uuid == f"/{name}//":
            return list(body_of(name)["participants"])
    if uuid == records_of("report_meetings")[0]["uuid"]:
        return [
            *records_of("report_meeting_participants"),
            *records_of("past_meeting_participants"),
        ]
    return []


def answer(request: Request) -> Reply:
    """The recordings as the platform would serve them; lists of one month are whole."""
    if request.path == "/oauth/token":
        return Reply({"access_token": "recorded-token"})
    parts = request.path.split("/")
    if parts[2] == "users":
        is_latest = request.params["to"] == [CLOCK.date().isoformat()]
        rows = meetings() if is_latest else []
        return Reply({"next_page_token": "", "meetings": rows})
    if parts[-1] == "registrants":
        return Reply(body_of("rb_error_meeting_not_exist.json"), status=400)
    rows = participants_of(unquote(unquote(parts[3])))
    return Reply({"next_page_token": "", "participants": rows})


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The recordings landed by the connector, and staging built on them."""
    data = tmp_path_factory.mktemp("recordings")
    with serving() as platform:
        land_recordings(data, platform)
    build_staging(data, "staging.zoom", clock=CLOCK)
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def land_recordings(data: Any, platform: Platform) -> None:
    platform.answer = answer
    settings = {
        "ZOOM_ACCOUNT_ID": "account-1",
        "ZOOM_CLIENT_ID": "client-1",
        "ZOOM_CLIENT_SECRET": "zoom-secret-123456",
        "ZOOM_USERS": "host@example.com",
        "ZOOM_BASE_URL": platform.base_url,
        "ZOOM_OAUTH_URL": f"{platform.base_url}/oauth",
    }
    land_into(data, SOURCE, settings, clock=CLOCK)


def test_every_recording_is_listed_here() -> None:
    listed = {RECORDS, "rb_report_meeting.json", *PARTICIPANTS, *ERRORS, *OF_NO_TABLE}
    assert {path.name for path in RECORDINGS.iterdir()} == listed
    counts = {name: len(body_of(name)["participants"]) for name in PARTICIPANTS}
    assert counts == PARTICIPANTS


def test_every_recorded_row_is_staged(warehouse: Any) -> None:
    stays = sum(len(participants_of(meeting["uuid"])) for meeting in meetings())
    assert stays == 5
    for table, rows in (("meetings", len(meetings())), ("participants", stays)):
        found = warehouse.execute(
            f"select count(*) from staging.stg_zoom__{table}"
        ).fetchone()
        assert found == (rows,), table


def test_required_columns_are_filled(warehouse: Any) -> None:
    found = warehouse.execute(
        "select count(*), count(uuid), count(event_id), count(topic),"
        " count(host_email), count(started_at), count(ended_at), count(minutes)"
        " from staging.stg_zoom__meetings"
    ).fetchone()
    assert set(found) == {len(meetings())}
    found = warehouse.execute(
        "select count(*), count(stay_number), count(name), count(email),"
        " count(joined_at), count(left_at), count(seconds)"
        " from staging.stg_zoom__participants"
    ).fetchone()
    assert set(found) == {5}


def test_a_recorded_stay_becomes_minutes_and_a_day(warehouse: Any) -> None:
    found = warehouse.execute(
        "select registrations.event_id, registrations.minutes_attended,"
        " registrations.attended, registrations.role, events.local_date"
        " from staging.stg_zoom__as_registrations as registrations"
        " inner join staging.stg_zoom__as_events as events using (event_id)"
        " where registrations.account_id like '%@proton.me'"
    ).fetchone()
    # Of a recurring meeting (type 8), 230 seconds after 15:00 UTC: the 14th in Tokyo.
    assert found[:4] == ("zoom:92688776306-2024-02-14", 3, False, "organiser")
    assert found[4].isoformat() == "2024-02-14"


def test_errors_are_recorded_as_the_connector_takes_them() -> None:
    bodies = [body_of(name) for name in sorted(ERRORS)]
    assert all(isinstance(body["code"], int) and body["message"] for body in bodies)
    expired = body_of("rb_error_next_page_token_invalid.json")
    assert "next page token" in expired["message"].lower()


def test_the_sandbox_answers_with_the_keys_and_types_of_the_recordings() -> None:
    community = generate(200, 1, CLOCK.date())
    with SandboxServer(community, requests_per_second=1e6) as server:
        settings = server.settings()
        token = requests.post(
            f"{settings['ZOOM_OAUTH_URL']}/token",
            params={
                "grant_type": "account_credentials",
                "account_id": settings["ZOOM_ACCOUNT_ID"],
            },
            auth=(settings["ZOOM_CLIENT_ID"], settings["ZOOM_CLIENT_SECRET"]),
            timeout=10,
        ).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}

        def get(path: str, **params: str) -> Any:
            url = settings["ZOOM_BASE_URL"] + path
            return requests.get(url, params=params, headers=headers, timeout=10).json()

        path = f"/report/users/{settings['ZOOM_USERS']}/meetings"
        listed: list[dict[str, Any]] = []
        for month in range(1, 12):
            days = {"from": f"2026-{month:02}-01", "to": f"2026-{month:02}-28"}
            listed += get(path, **days)["meetings"]
        joins = [
            get(f"/report/{kind}/{quoted(meeting['uuid'])}/participants")
            for meeting in listed
            for kind in (["webinars"] if meeting["type"] == 5 else ["meetings"])
        ]
    recorded = [*records_of("report_meetings"), body_of("rb_report_meeting.json")]
    assert listed
    assert differences(listed, [recorded]) == []
    samples = [
        *records_of("report_meeting_participants"),
        *records_of("past_meeting_participants"),
    ]
    ours = [row for body in joins for row in body["participants"]]
    assert differences(ours, [samples]) == []
    spec = json.loads(SPEC.read_text())["paths"]
    told = spec["/report/meetings/{meetingId}/participants"]["get"]["responses"]
    (_, listing) = told["200"]["schema"]["allOf"]
    documented = listing["properties"]["participants"]["items"]["properties"]
    assert all(set(row) - NEWER == set(documented) for row in ours)
    assert all(set(body) == set(joins[0]) for body in joins)


def quoted(uuid: str) -> str:
    return requests.utils.quote(requests.utils.quote(uuid, safe=""), safe="")
