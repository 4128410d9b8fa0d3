"""Every recording of connpass and X lands, reaches staging, and loses no row.

The recordings lie outside the project (licences differ, people are in them). They are
served over HTTP to the connectors, cut to one answer each: their authors shortened the
lists, so the totals of an envelope are set to what the list holds.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sources import connpass, x
from tests.conftest import SHARED, needs_recordings
from tests.sources.conftest import Platform, Reply, Request, serving
from tests.sources.staging import build_staging, land_into

RECORDINGS = SHARED / "recordings"
pytestmark = needs_recordings
START = datetime(2026, 11, 20, 20, tzinfo=UTC)

# file -> rows of each table in it
CONNPASS_FILES: dict[str, dict[str, int]] = {
    "v1_find.json": {"events": 1},
    "v2_events.json": {"events": 1},
    "v2_groups.json": {"groups": 1},
    "v2_user-groups.json": {"groups": 1},
    "v2_users.json": {"users": 1},
}
CONNPASS_CSV = {
    "connpass/participants_sjis2004_2019_fictional_names.csv": ("102019", 3),
    "_layouts_invented_people/connpass_participants_2024_utf8.csv": ("102024", 3),
}
CONNPASS_FILES_OF_NO_TABLE = {
    "v1_find.http.json": "the headers of v1_find.json",
    "participants_sjis2004_2019_fictional_names.csv": "above, among the CSVs",
}
X_FILES: dict[str, dict[str, int]] = {
    "nango_mentions_paged_2026.json": {"posts": 2, "users": 1},
    "nango_user_tweets_2026.json": {"posts": 6, "users": 1},
    "nango_users_me_2026.json": {"users": 1},
    "pytwitter_model_tweet.json": {"posts": 1},
    "pytwitter_model_user.json": {"users": 1},
    "pytwitter_quote_tweets_public_metrics.json": {"posts": 15, "users": 14},
    # Four posts and three they refer to, one of which is among the four.
    "pytwitter_search_query_expansions.json": {"posts": 6, "users": 3},
    "pytwitter_users.json": {"posts": 1, "users": 2},
    "tweepy_get_tweets.json": {"posts": 2},
    "tweepy_get_users.json": {"users": 2},
    "tweepy_search_recent.json": {"posts": 10},
    "tweepy_search_recent_async.json": {"posts": 10},
    "tweepy_users_followers.json": {"users": 100},
    "tweepy_users_mentions.json": {"posts": 10},
}
X_FILES_OF_NO_TABLE = {
    "pytwitter_counts_recent.json": "how many posts per hour: neither posts nor users",
    "tweepy_counts_recent.json": "how many posts per hour: neither posts nor users",
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Every recording landed by its connector, and staging built on it."""
    data = tmp_path_factory.mktemp("recordings")
    with serving() as platform:
        land_connpass(data, platform)
        land_x(data, platform)
    build_staging(data, "staging.connpass", "staging.x", clock=START)
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def land_connpass(data: Path, platform: Platform) -> None:
    """Two runs: the answers of API v2, then those of v1 and of a user's groups."""
    for name, (event_id, _) in CONNPASS_CSV.items():
        (data / "inbox/connpass" / event_id).mkdir(parents=True)
        shutil.copy(RECORDINGS / name, data / "inbox/connpass" / event_id)
    settings = {
        "CONNPASS_API_KEY": "test-key-123456",
        "CONNPASS_GROUPS": "bpstudy",
        "CONNPASS_BASE_URL": platform.base_url,
    }
    days = (
        {"events": "v2_events", "groups": "v2_groups", "users": "v2_users"},
        {"events": "v1_find", "groups": "v2_user-groups"},
    )
    for day, served in enumerate(days):

        def answer(request: Request, served: dict[str, str] = served) -> Reply:
            key = request.path.strip("/")
            if key not in served:
                lists = ("events", "presentations", "groups", "users")
                return Reply({"results_available": 0, **dict.fromkeys(lists, [])})
            rows = body_of("connpass", f"{served[key]}.json")[key]
            return Reply({"results_available": len(rows), key: rows})

        platform.answer = answer
        land_into(
            data,
            connpass.SOURCE,
            settings,
            clock=START + timedelta(days=day),
            full=True,
        )


def land_x(data: Path, platform: Platform) -> None:
    """One search whose pages are the recordings; its posts are counted as recorded."""
    pages = [search_page(name) for name in X_FILES]

    def answer(request: Request) -> Reply:
        if request.path.endswith("/counts/recent"):
            return Reply(body_of("x", "tweepy_counts_recent.json"))
        at = int(request.params.get("next_token", ["0"])[0])
        meta = {"result_count": 1, "next_token": str(at + 1)}
        if at + 1 == len(pages):
            del meta["next_token"]
        return Reply({**pages[at], "meta": meta})

    platform.answer = answer
    settings = {
        "X_BEARER_TOKEN": "test-bearer-123456",
        "X_QUERIES": "#tsunagari",
        "X_BASE_URL": platform.base_url,
    }
    land_into(data, x.SOURCE, settings, clock=START, full=True)


def body_of(folder: str, name: str) -> Any:
    """The answer in a recording; of several, all their records together."""
    recorded = json.loads((RECORDINGS / folder / name).read_text())
    if not isinstance(recorded, list):
        return recorded
    merged: dict[str, Any] = {"data": []}
    for exchange in recorded:
        response = exchange["response"]
        body = response.get("body_json") or json.loads(response["body"])
        data = body.pop("data", [])
        merged["data"] += data if isinstance(data, list) else [data]
        merged.update(body)
    return merged


def search_page(name: str) -> dict[str, Any]:
    """A recording as an answer of the search: users belong under includes."""
    body = body_of("x", name)
    data = body.get("data", [body])
    includes = dict(body.get("includes", {}))
    includes["users"] = [
        *includes.get("users", []),
        *(row for row in data if "username" in row),
    ]
    return {"data": [row for row in data if "text" in row], "includes": includes}


def ids_of(name: str, table: str) -> set[str]:
    """Ids of the rows of a table in a recording."""
    if name in X_FILES:
        page = search_page(name)
        if table == "users":
            return {row["id"] for row in page["includes"]["users"]}
        return {
            row["id"] for row in [*page["data"], *page["includes"].get("tweets", [])]
        }
    return {
        str(row.get("id", row.get("event_id")))
        for row in body_of("connpass", name)[table]
    }


# --- the recordings -------------------------------------------------------------------

REQUIRED = {
    "connpass": {
        "events": "event_id title url started_at local_date updated_at group_id"
        " owner_nickname accepted_count",
        "groups": "group_id subdomain title url member_count",
        "users": "user_id nickname display_name created_at attended_event_count",
    },
    "x": {
        "posts": "post_id text created_at local_date post_type url",
        "users": "user_id handle display_name",
    },
}
FIRM = "サンプル株式会社"
CASES = [
    (source, name, table, rows)
    for source, files in (("connpass", CONNPASS_FILES), ("x", X_FILES))
    for name, tables in files.items()
    for table, rows in tables.items()
]


def test_every_recording_is_listed_here() -> None:
    of_connpass = {path.name for path in (RECORDINGS / "connpass").iterdir()}
    assert of_connpass == {*CONNPASS_FILES, *CONNPASS_FILES_OF_NO_TABLE}
    of_x = {path.name for path in (RECORDINGS / "x").iterdir()}
    assert of_x == {*X_FILES, *X_FILES_OF_NO_TABLE}


@pytest.mark.parametrize(("source", "name", "table", "rows"), CASES)
def test_every_recorded_row_is_staged_once(
    warehouse: Any, source: str, name: str, table: str, rows: int
) -> None:
    ids = sorted(ids_of(name, table))
    assert len(ids) == rows
    key, *required = REQUIRED[source][table].split()
    counts = ", ".join(f"count({column})" for column in required)
    found = warehouse.execute(
        f"select count(*), {counts} from staging.stg_{source}__{table}"
        f" where list_contains(cast(? as varchar[]), {key})",
        [ids],
    ).fetchall()
    assert found == [(rows,) * (1 + len(required))]


@pytest.mark.parametrize(("event_id", "rows"), CONNPASS_CSV.values())
def test_every_recorded_application_is_staged(
    warehouse: Any, event_id: str, rows: int
) -> None:
    found = warehouse.execute(
        "select count(*), count(reception_no), count(nickname), count(status),"
        " count(registered_at), count(answers)"
        " from staging.stg_connpass__participants where event_id = ?",
        [event_id],
    ).fetchall()
    assert found == [(rows,) * 6]


def test_recorded_applications_say_who_came_and_who_did_not_tell(
    warehouse: Any,
) -> None:
    found = warehouse.execute(
        "select event_id, reception_no, role, status, attended, company_name,"
        " strftime(registered_at, '%m-%d %H:%M')"
        " from staging.stg_connpass__participants order by 1, 2"
    ).fetchall()
    assert found == [
        ("102019", "1234567", "attendee", "accepted", None, None, "07-13 04:02"),
        ("102019", "1234789", "attendee", "accepted", None, None, "07-13 04:00"),
        ("102019", "1236789", "attendee", "cancelled", None, None, "07-13 03:58"),
        ("102024", "1000001", "attendee", "accepted", True, FIRM, "04-20 00:03"),
        ("102024", "1000002", "attendee", "waitlisted", None, None, "04-21 13:41"),
        ("102024", "1000003", "lt", "cancelled", None, "サンプル大学", "05-01 03:00"),
    ]


def test_no_recorded_row_is_set_aside_and_nothing_is_lost(warehouse: Any) -> None:
    (file,) = warehouse.execute(
        "select path from duckdb_databases() where path is not null"
    ).fetchone()
    raw = Path(file).parent / "raw"
    for source, module in (("connpass", connpass), ("x", x)):
        by_api = (t for t in module.SOURCE.tables if not t.name.startswith("file_"))
        for table in by_api:
            counts = warehouse.execute(
                "select sum(landed), sum(quarantined) from read_parquet(?)"
                " where table_name = ? and period = ''",
                [str(raw / f"raw_{source}/load_counts/*.parquet"), table.name],
            ).fetchone()
            judged = warehouse.execute(
                "select count(*), count(*) filter (where _row_status = 'quarantined')"
                f" from staging.stg_{source}__{table.name}_checked"
            ).fetchone()
            assert judged == counts, (source, table.name)
            assert counts[1] == 0
