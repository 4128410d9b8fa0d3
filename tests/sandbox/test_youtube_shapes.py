"""YouTube: the sandbox answers with the recorded keys and types."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Client
from tests.sandbox.shapes import differences, missing_keys

Ask = Callable[..., Any]
# Parts we ask for that no recording of that endpoint holds.
CHANNEL_PARTS = {".items[].brandingSettings"}
DETAILS = {".items[].contentDetails"}


@pytest.fixture
def ask(client: Client) -> Ask:
    def send(path: str, **params: str) -> Any:
        url = client.settings["YOUTUBE_BASE_URL"] + path
        params = {"key": client.settings["YOUTUBE_API_KEY"], **params}
        return requests.get(url, params=params, timeout=10).json()

    return send


def recorded(shared: Path, name: str, place: int = -1) -> Any:
    found = json.loads((shared / "recordings" / "youtube" / name).read_text())
    return found if place < 0 else found[place]["response"]["body_json"]


def test_channels(ask: Ask, shared: Path) -> None:
    ours = ask("/channels", forHandle="@tsunagari")
    theirs = recorded(shared, "channels_info_multiple.json")
    assert differences(ours, [theirs]) == []
    expected = {*theirs["items"][0]} - {"brandingSettings"}
    assert missing_keys(ours["items"], expected) == set()
    assert "items" not in ask("/channels", id="UCnobody")


def test_uploads_and_the_private_ones_among_them(ask: Ask, shared: Path) -> None:
    playlist = _uploads(ask)
    ours = ask("/playlistItems", playlistId=playlist, maxResults="50")
    theirs = [
        recorded(shared, "nango_uploaded_videos_2026.json", 1),
        recorded(shared, "playlist_items_paged_1.json"),
    ]
    assert differences(ours, theirs, optional=DETAILS) == []
    expected = {*theirs[1]["items"][0]["snippet"]}
    assert missing_keys([one["snippet"] for one in ours["items"]], expected) == set()
    titles = [one["snippet"]["title"] for one in ours["items"]]
    assert 0 < titles.count("Private video") < len(titles)


def test_videos(ask: Ask, shared: Path) -> None:
    listed = ask("/playlistItems", playlistId=_uploads(ask), maxResults="50")["items"]
    names = [one["contentDetails"]["videoId"] for one in listed]
    ours = ask("/videos", id=",".join(names))
    theirs = [
        recorded(shared, "nango_uploaded_videos_2026.json", 2),
        recorded(shared, "videos_info_multi.json"),
    ]
    optional = {*DETAILS, ".pageInfo"}
    assert differences(ours, theirs, optional=optional) == []
    assert len(ours["items"]) < len(names)
    counters = [one["statistics"] for one in ours["items"]]
    assert any("commentCount" not in one for one in counters)  # switched off


def test_comments(ask: Ask, shared: Path) -> None:
    theirs = [
        recorded(shared, "nango_comment_threads_2026.json", 0),
        recorded(shared, "comment_threads_paged_1.json"),
    ]
    listed = ask("/playlistItems", playlistId=_uploads(ask), maxResults="50")["items"]
    threads = 0
    for item in listed:
        name = item["contentDetails"]["videoId"]
        ours = ask("/commentThreads", videoId=name, maxResults="100")
        if "error" in ours:
            known = recorded(shared, "error_400.json")
            assert differences(ours, [known]) == []
            continue
        assert differences(ours, theirs) == []
        threads += len(ours["items"])
    assert threads > 10


def test_errors(ask: Ask, shared: Path) -> None:
    ours = ask("/channels", key="wrong")
    assert differences(ours, [recorded(shared, "error_400.json")]) == []
    assert ours["error"]["errors"][0]["reason"] == "keyInvalid"


def _uploads(ask: Ask) -> str:
    (channel,) = ask("/channels", forHandle="@tsunagari")["items"]
    return str(channel["contentDetails"]["relatedPlaylists"]["uploads"])
