"""Every recording of Qiita lands, reaches staging and the unions, and loses no row.

The recordings lie outside the project (licences differ, people are in them).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import requests

from sources._sandbox.community import generate
from sources._sandbox.server import SandboxServer
from sources.qiita import SOURCE
from tests.conftest import SHARED, needs_recordings
from tests.sandbox.shapes import differences
from tests.sources.conftest import serving
from tests.sources.qiita.conftest import CLOCK
from tests.sources.staging import build_staging, land_into

RECORDINGS = SHARED / "recordings" / "qiita"
pytestmark = needs_recordings
FILES = {"items_list_2019.json": 1, "item_null_profile_2019.json": 1}
# The recordings are older than these.
SINCE_2022 = {
    f"[].{name}"
    for name in ("stocks_count", "slide", "team_membership", "organization_url_name")
}
MODELS = ("items", "users", "as_accounts", "as_activities", "as_reaction_snapshots")


def items_of(name: str) -> list[dict[str, Any]]:
    body = json.loads((RECORDINGS / name).read_text())
    return body if isinstance(body, list) else [body]


def recorded() -> list[dict[str, Any]]:
    return [item for name in FILES for item in items_of(name)]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The recordings landed by the connector, and staging built on them."""
    data = tmp_path_factory.mktemp("recordings")
    with serving() as platform:
        platform.answer = lambda request: platform.reply(recorded())
        settings = {
            "QIITA_QUERIES": "tag:tsunagari",
            "QIITA_BASE_URL": platform.base_url,
        }
        land_into(data, SOURCE, settings, clock=CLOCK)
    build_staging(data, "staging.qiita", clock=CLOCK)
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def test_every_recording_is_listed_here() -> None:
    assert {path.name for path in RECORDINGS.iterdir()} == set(FILES)
    assert {name: len(items_of(name)) for name in FILES} == FILES


@pytest.mark.parametrize("model", MODELS)
def test_every_recorded_row_is_staged_and_shaped(warehouse: Any, model: str) -> None:
    found = warehouse.execute(f"select count(*) from staging.stg_qiita__{model}")
    assert found.fetchone() == (sum(FILES.values()),)


def test_required_columns_are_filled(warehouse: Any) -> None:
    found = warehouse.execute(
        "select count(item_id), count(user_id), count(title), count(url),"
        " count(created_at), count(updated_at), count(local_date), count(tags),"
        " count(like_count), count(comment_count) from staging.stg_qiita__items"
    ).fetchone()
    assert set(found) == {len(recorded())}
    found = warehouse.execute(
        "select count(user_id), count(handle), count(item_count)"
        " from staging.stg_qiita__users"
    ).fetchone()
    assert set(found) == {len(recorded())}


def test_empty_and_null_profiles_hold_no_empty_text(warehouse: Any) -> None:
    users = warehouse.execute("select * from staging.stg_qiita__users").fetchall()
    assert all(value != "" for user in users for value in user)
    linked = warehouse.execute(
        "select count(profile_urls), count(github_handle), count(x_handle)"
        " from staging.stg_qiita__users"
    ).fetchone()
    assert linked == (1, 1, 1)  # the other one shows nothing


def test_the_moment_is_the_recorded_one(warehouse: Any) -> None:
    times = warehouse.execute(
        "select strftime(timezone('Asia/Tokyo', created_at), '%Y-%m-%dT%H:%M:%S+09:00')"
        " from staging.stg_qiita__items order by item_id"
    ).fetchall()
    assert times == [
        (item["created_at"],) for item in sorted(recorded(), key=lambda i: i["id"])
    ]


def test_the_sandbox_answers_with_the_recorded_keys_and_types() -> None:
    with SandboxServer(generate(200, 1, CLOCK.date())) as server:
        url = f"{server.settings()['QIITA_BASE_URL']}/items"
        answer = requests.get(url, params={"per_page": "100"}, timeout=10)
    ours = answer.json()
    assert differences(ours, [recorded()], optional=SINCE_2022) == []
    assert {*recorded()[0]} <= {*ours[0]}
    assert {*recorded()[0]["user"]} <= {*ours[0]["user"]}
    assert int(answer.headers["Total-Count"]) == len(ours) > 50
    assert 'rel="first"' in answer.headers["Link"]
