"""What the sandbox tells reaches staging and the unions, and no row is lost.

Nobody has published a recording of EventHub: the sandbox's fields are held against the
names that fields.yaml marks as seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import requests

from sources._sandbox.community import generate
from sources._sandbox.server import SandboxServer
from sources.eventhub import SOURCE
from sources.eventhub.fields import BUILT_IN, load
from tests.sources.eventhub.conftest import CLOCK
from tests.sources.staging import build_staging, land_into

SEEN = {"userId", "email", "lastName", "firstName", "affiliation", "department",
        "position", "registrationType", "createdAt", "updatedAt"}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer(generate(200, 1, CLOCK.date()), requests_per_second=1e6) as one:
        yield one


@pytest.fixture(scope="module")
def landed(server: SandboxServer, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The sandbox landed, staging built on it; and what the connector counted."""
    data = tmp_path_factory.mktemp("staging")
    counts = land_into(data, SOURCE, server.settings(), clock=CLOCK).counts
    build_staging(data, "staging.eventhub", clock=CLOCK)
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        yield connection, counts


def count_of(warehouse: Any, what: str) -> int:
    found = warehouse.execute(f"select count(*) from staging.stg_eventhub__{what}")
    return int(found.fetchone()[0])


def test_every_landed_row_is_staged_and_shaped(landed: Any) -> None:
    warehouse, counts = landed
    users, events = counts.landed["users"], counts.landed["events"]
    assert count_of(warehouse, "users") == users > 20
    assert count_of(warehouse, "as_registrations") == users
    assert count_of(warehouse, "events") == count_of(warehouse, "as_events") == events
    assert sum(counts.reported.values()) == users


def test_required_columns_are_filled(landed: Any) -> None:
    warehouse, counts = landed
    columns = ("account_id", "email", "display_name", "company_name", "department",
               "job_title", "role", "status", "registered_at", "answers")  # fmt: skip
    told = ", ".join(f"count({column})" for column in columns)
    found = warehouse.execute(f"select {told} from staging.stg_eventhub__users")
    assert set(found.fetchone()) == {counts.landed["users"]}
    events = warehouse.execute(
        "select count(title), count(local_date) from staging.stg_eventhub__as_events"
    ).fetchone()
    assert set(events) == {counts.landed["events"]}


def test_an_account_is_an_address_over_all_events(landed: Any) -> None:
    warehouse, _ = landed
    accounts = count_of(warehouse, "as_accounts")
    found = warehouse.execute(
        "select count(distinct email), count(distinct email_purpose), count(*)"
        " from staging.stg_eventhub__as_accounts"
    ).fetchone()
    assert found == (accounts, 1, accounts)
    unknown = warehouse.execute(
        "select count(*) from staging.stg_eventhub__as_registrations as registrations"
        " anti join staging.stg_eventhub__as_accounts as accounts"
        " on registrations.account_id = accounts.account_id"
    ).fetchone()
    assert unknown == (0,)


def test_states_and_attendance_are_told(landed: Any) -> None:
    warehouse, _ = landed
    found = warehouse.execute(
        "select distinct status, attended from staging.stg_eventhub__as_registrations"
    ).fetchall()
    assert {("accepted", True), ("accepted", False), ("cancelled", None)} <= {*found}
    assert ("cancelled", True) not in found


def test_the_sandbox_answers_with_the_names_that_were_seen(
    server: SandboxServer,
) -> None:
    settings = server.settings()
    key = settings["EVENTHUB_EVENTS"].split(",")[0]
    headers = {"X-API-KEY": settings["EVENTHUB_API_KEY"]}
    answer = requests.post(
        f"{settings['EVENTHUB_BASE_URL']}/users/{key}",
        json={"createdOnOrAfter": "2020-01-01T00:00:00Z", "offset": 0, "limit": 100},
        headers=headers,
        timeout=10,
    ).json()
    named = {
        name
        for table in ("users", "custom_fields")
        for names in load(None).records[table].values()
        for name in names
    }
    assert set(answer) == {"users", "userCount"}
    for user in answer["users"]:
        assert SEEN <= set(user) <= named
        assert all(isinstance(user[name], str) for name in SEEN)
    marked = {
        word.strip(" []\n")
        for line in BUILT_IN.read_text(encoding="utf-8").splitlines()
        if "(seen)" in line and ": [" in line
        for word in line.split("[")[1].split("]")[0].split(",")
    }
    assert marked >= SEEN
