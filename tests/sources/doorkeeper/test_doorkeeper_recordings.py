"""Every recording of Doorkeeper lands, reaches staging and the union, and loses no row.

The recordings lie outside the project (licences differ, people are in them).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import duckdb
import pytest
import requests

from sources._sandbox.community import generate
from sources._sandbox.server import SandboxServer
from sources.doorkeeper import SOURCE
from tests.conftest import SHARED, needs_recordings
from tests.sandbox.shapes import differences
from tests.sources.conftest import serving
from tests.sources.doorkeeper.conftest import CLOCK
from tests.sources.staging import build_staging, land_into

RECORDINGS = SHARED / "recordings" / "doorkeeper"
pytestmark = needs_recordings
EVENTS = {
    "get_event.json": 1,
    "get_event_en.json": 1,
    "get_event_expand_group.json": 1,
    "get_group_events.json": 2,
    "go_events.json": 1,
    "v_find.json": 1,
    "v_search_2page.2.json": 2,
}
GROUPS = ("get_group.json", "get_group_en.json", "go_group-en.json", "go_group-ja.json")
OF_NO_TABLE = {
    "v_404.json": "an empty body",
    "v_404.http.json": "its headers",
    "v_find.http.json": "the headers of v_find.json",
    "v_search_2page.2.http.json": "the headers of v_search_2page.2.json",
}
# Null by the contract's table, though no sample shows it.
NULLABLE = {
    f"[].event.{name}"
    for name in ("venue_name", "address", "lat", "long", "ticket_limit")
}


def body_of(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text())


def events_of(name: str) -> list[dict[str, Any]]:
    body = body_of(name)
    return body if isinstance(body, list) else [body]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Each recording served as a day's answer, and staging built on all of them."""
    data = tmp_path_factory.mktemp("recordings")
    with serving() as platform:
        settings = {
            "DOORKEEPER_TOKEN": "doorkeeper-token-123456",
            "DOORKEEPER_GROUPS": "trbmeetup",
            "DOORKEEPER_BASE_URL": platform.base_url,
        }
        for day, name in enumerate(EVENTS):
            group = GROUPS[day % len(GROUPS)]
            platform.answer = lambda request, name=name, group=group: platform.reply(
                events_of(name) if request.path.endswith("/events") else body_of(group)
            )
            clock = CLOCK + timedelta(days=day)
            land_into(data, SOURCE, settings, clock=clock, full=True)
    build_staging(data, "staging.doorkeeper", clock=CLOCK + timedelta(days=9))
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def test_every_recording_is_listed_here() -> None:
    listed = {*EVENTS, *GROUPS, *OF_NO_TABLE}
    assert {path.name for path in RECORDINGS.iterdir()} == listed
    assert {name: len(events_of(name)) for name in EVENTS} == EVENTS


def test_every_recorded_event_is_staged_and_shaped(warehouse: Any) -> None:
    ids = {str(row["event"]["id"]) for name in EVENTS for row in events_of(name)}
    for model in ("stg_doorkeeper__events", "stg_doorkeeper__as_events"):
        found = warehouse.execute(f"select count(*) from staging.{model}").fetchone()
        assert found == (len(ids),), model
    statuses = warehouse.execute(
        "select _row_status, count(*) from staging.stg_doorkeeper__events_checked"
        " group by all order by all"
    ).fetchall()
    landed = dict(statuses)
    assert landed["staged"] == len(ids)
    assert (
        sum(landed.values())
        == warehouse.execute(
            "select count(*) from staging.stg_doorkeeper__events_checked"
        ).fetchone()[0]
    )
    assert "quarantined" not in landed


def test_required_columns_are_filled(warehouse: Any) -> None:
    columns = ("title", "url", "started_at", "ended_at", "local_date", "published_at",
               "updated_at", "status", "format", "group_id", "capacity",
               "participant_count", "waitlisted_count")  # fmt: skip
    counts = ", ".join(f"count({column})" for column in columns)
    (all_rows, *filled) = warehouse.execute(
        f"select count(*), {counts} from staging.stg_doorkeeper__events"
    ).fetchone()
    told = dict(zip(columns, filled, strict=True))
    assert {name: n for name, n in told.items() if n < all_rows} == {}
    assert warehouse.execute(
        "select name, country_code, configured_as from staging.stg_doorkeeper__groups"
    ).fetchall() == [("Tokyo Rubyist Meetup", "JP", "trbmeetup")]


def test_coordinates_are_the_recorded_ones_as_text_or_number(warehouse: Any) -> None:
    found = warehouse.execute(
        "select latitude, longitude from staging.stg_doorkeeper__events"
        " where event_id = '45257'"
    ).fetchone()
    recorded = body_of("v_find.json")["event"]
    assert isinstance(recorded["lat"], str)
    assert found == (float(recorded["lat"]), float(recorded["long"]))


def test_the_sandbox_answers_with_the_recorded_keys_and_types() -> None:
    with SandboxServer(generate(200, 1, CLOCK.date())) as server:
        base = server.settings()["DOORKEEPER_BASE_URL"]
        headers = {"Authorization": f"Bearer {server.settings()['DOORKEEPER_TOKEN']}"}
        name = server.settings()["DOORKEEPER_GROUPS"].split(",")[0]
        page = requests.get(
            f"{base}/groups/{name}/events",
            params={"since": "2008-01-01"},
            headers=headers,
            timeout=10,
        )
        group = requests.get(f"{base}/groups/{name}", headers=headers, timeout=10)
        gone = requests.get(f"{base}/groups/nobody", headers=headers, timeout=10)
    ours, recorded = page.json(), [events_of(name) for name in EVENTS]
    assert differences(ours, recorded, nullable=NULLABLE) == []
    samples = [row["event"] for rows in recorded for row in rows]
    always = set.intersection(*(set(sample) for sample in samples))
    assert always <= {*ours[0]["event"]}
    assert differences(group.json(), [body_of(name) for name in GROUPS]) == []
    assert {*body_of(GROUPS[0])["group"]} == {*group.json()["group"]}
    window = json.loads(page.headers["X-Ratelimit"])
    headers_told = body_of("v_find.http.json")["response"]["headers"]
    assert {*json.loads(headers_told["X-Ratelimit"][0])} == {*window}
    assert (gone.status_code, gone.content) == (404, b"")
