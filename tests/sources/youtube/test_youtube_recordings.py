"""Every recording of YouTube lands, reaches staging and the unions, and loses no row.

The recordings lie outside the project (licences differ, people are in them).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from sources._base.errors import Rejected
from sources.youtube import SOURCE
from tests.conftest import SHARED, needs_recordings
from tests.sources.conftest import serving
from tests.sources.staging import build_staging, land_into
from tests.sources.youtube.conftest import CLOCK

RECORDINGS = SHARED / "recordings" / "youtube"
pytestmark = needs_recordings
FILES = {
    "channels_info_multiple.json",
    "comment_threads_paged_1.json",
    "comment_threads_paged_2.json",
    "error_400.json",
    "error_403.json",
    "nango_comment_threads_2026.json",
    "nango_uploaded_videos_2026.json",
    "playlist_items_paged_1.json",
    "playlist_items_paged_2.json",
    "search_by_keywords_p1.json",  # search.list is never asked: it has 100 calls a day
    "search_by_keywords_p2.json",
    "videos_info_multi.json",
}
MODELS = {
    "channels": 3,
    "videos_checked": 18,
    "videos": 5,  # the playlist of 2019 lists 13 that no recording shows: gone
    "comments": 19,
    "as_accounts": 8,
    "as_activities": 5 + 19,
    "as_reaction_snapshots": 3,  # those of 2019 were recorded without counters
}


def load(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text())


def bodies(name: str) -> list[Any]:
    return [one["response"]["body_json"] for one in load(name)]


def answer(request: Any) -> Any:
    """The recorded answer to a request; what nobody recorded is empty."""
    path = request.path.rsplit("/", 1)[-1]
    params = {name: values[0] for name, values in request.params.items()}
    ours, uploads, videos = bodies("nango_uploaded_videos_2026.json")
    if path == "channels":
        channels = load("channels_info_multiple.json")["items"] + ours["items"]
        return {"items": [one for one in channels if one["id"] in params["id"]]}
    if path == "playlistItems":
        if params["playlistId"].startswith("UUZX"):
            return uploads
        if params["playlistId"].startswith("UUK8"):
            page = 2 if "pageToken" in params else 1
            return load(f"playlist_items_paged_{page}.json")
        shown = load("videos_info_multi.json")["items"]
        return {"items": [{"contentDetails": {"videoId": one["id"]}} for one in shown]}
    if path == "videos":
        known = load("videos_info_multi.json")["items"] + videos["items"]
        return {"items": [one for one in known if one["id"] in params["id"]]}
    (threads,) = bodies("nango_comment_threads_2026.json")
    if path == "comments":
        long = [one for one in threads["items"] if one["id"] == params["parentId"]]
        return {
            "items": [one for thread in long for one in thread["replies"]["comments"]]
        }
    if params["videoId"] == "cJK5VJubPNs":
        return threads
    if params["videoId"] == "D-lhorsDlUQ":
        page = 2 if "pageToken" in params else 1
        return load(f"comment_threads_paged_{page}.json")
    return {"items": []}


def settings(platform: Any) -> dict[str, str]:
    return {
        "YOUTUBE_API_KEY": "recorded-key",
        "YOUTUBE_CHANNELS": "UCK8sQmJBp8GCxrOtXWBpyEA UCZXMDk2QjU7dBanCVrMj4CA",
        "YOUTUBE_MEMBER_CHANNELS": "UC_x5XG1OV2P6uZZ5FSM9Ttw",
        "YOUTUBE_BASE_URL": platform.base_url,
    }


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The recordings landed by the connector, and staging built on them."""
    data = tmp_path_factory.mktemp("recordings")
    with serving() as platform:
        platform.answer = lambda request: platform.reply(answer(request))
        land_into(data, SOURCE, settings(platform), clock=CLOCK)
    build_staging(data, "staging.youtube", clock=CLOCK)
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def test_every_recording_is_listed_here() -> None:
    assert {path.name for path in RECORDINGS.iterdir()} == FILES


@pytest.mark.parametrize("model", MODELS)
def test_every_recorded_row_is_staged_and_shaped(warehouse: Any, model: str) -> None:
    found = warehouse.execute(f"select count(*) from staging.stg_youtube__{model}")
    assert found.fetchone() == (MODELS[model],)


def test_required_columns_are_filled(warehouse: Any) -> None:
    found = warehouse.execute(
        "select count(channel_id), count(title), count(published_at),"
        " count(local_date), count(view_count), count(gone_at)"
        " from staging.stg_youtube__videos"
    ).fetchone()
    assert found == (5, 5, 5, 5, 3, 0)
    found = warehouse.execute(
        "select count(author_channel_id), count(author_name), count(text),"
        " count(published_at), count(parent_id) from staging.stg_youtube__comments"
    ).fetchone()
    assert found == (19, 19, 19, 19, 7)


def test_times_of_2019_and_2026_are_the_recorded_ones(warehouse: Any) -> None:
    recorded = [
        *load("videos_info_multi.json")["items"],
        *bodies("nango_uploaded_videos_2026.json")[2]["items"],
    ]
    times = {one["id"]: one["snippet"]["publishedAt"][:19] for one in recorded}
    staged = warehouse.execute(
        "select video_id, strftime(timezone('UTC', published_at), '%Y-%m-%dT%H:%M:%S')"
        " from staging.stg_youtube__videos"
    ).fetchall()
    assert dict(staged) == times


def test_who_comments_is_known_by_channel_and_ours_are_internal(warehouse: Any) -> None:
    accounts = warehouse.execute(
        "select source_account_id, handle, is_internal"
        " from staging.stg_youtube__as_accounts"
    ).fetchall()
    found = {name: (handle, is_internal) for name, handle, is_internal in accounts}
    assert found["UCK8sQmJBp8GCxrOtXWBpyEA"] == ("google", True)
    assert found["UC_x5XG1OV2P6uZZ5FSM9Ttw"] == ("googledevelopers", False)
    assert found["UCzj-CjKYmGlZ7vTL-vOe57A"] == (None, False)  # 2019: no handles


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [("error_400.json", 400, "YOUTUBE_API_KEY"), ("error_403.json", 403, "403")],
)
def test_a_recorded_refusal_is_one_sentence(
    make_run: Any, platform: Any, name: str, status: int, words: str
) -> None:
    platform.script(load(name), status=status)
    with pytest.raises(Rejected, match=words):
        make_run(SOURCE, settings(platform), clock=CLOCK).extract()
