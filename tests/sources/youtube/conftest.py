"""A small YouTube: one channel whose uploads and comments the test fills in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 05:00 of the 21st in Tokyo
CHANNEL = "UCaaaaaaaaaaaaaaaaaaaaaa"
KEY = "youtube-key-123456"


@dataclass
class FakeYoutube:
    """Serves pages of `page` items; `quota` requests are left; `off`: no comments."""

    platform: Any
    videos: list[dict[str, Any]] = field(default_factory=list)  # newest first
    gone: set[str] = field(default_factory=set)
    off: set[str] = field(default_factory=set)
    threads: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    replies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    page: int = 50
    quota: int = 10_000

    @property
    def settings(self) -> dict[str, str]:
        return {
            "YOUTUBE_API_KEY": KEY,
            "YOUTUBE_CHANNELS": "@tsunagari",
            "YOUTUBE_BASE_URL": f"{self.platform.base_url}/youtube/v3",
        }

    def asked(self, path: str) -> list[dict[str, str]]:
        """The parameters of every request to a path so far, the key left out."""
        return [
            {name: values[0] for name, values in one.params.items() if name != "key"}
            for one in self.platform.requests
            if one.path.endswith(path)
        ]

    def answer(self, request: Any) -> Any:
        self.quota -= 1
        params = {name: values[0] for name, values in request.params.items()}
        if params.get("key") != KEY:
            return self.refuse(400, "keyInvalid")
        if self.quota < 0:
            return self.refuse(403, "quotaExceeded")
        name = request.path.rsplit("/", 1)[-1]
        return getattr(self, f"_{name}")(params)

    def refuse(self, status: int, reason: str) -> Any:
        errors = [{"domain": "youtube.x", "reason": reason, "message": "no"}]
        body = {"error": {"code": status, "message": "no", "errors": errors}}
        return self.platform.reply(body, status=status)

    def _channels(self, params: dict[str, str]) -> Any:
        if params.get("forHandle") != "@tsunagari" and params.get("id") != CHANNEL:
            return self.platform.reply({"kind": "youtube#channelListResponse"})
        shown = [one for one in self.videos if one["id"] not in self.gone]
        channel = {
            "id": CHANNEL,
            "snippet": {"title": "ツナガリ会", "customUrl": "@tsunagari"},
            "statistics": {
                "viewCount": "9",
                "hiddenSubscriberCount": True,
                "videoCount": str(len(shown)),
            },
            "contentDetails": {"relatedPlaylists": {"uploads": "UUa"}},
        }
        return self.platform.reply({"items": [channel]})

    def _playlistItems(self, params: dict[str, str]) -> Any:  # noqa: N802
        assert params["playlistId"] == "UUa"
        if not self.videos:
            return self.refuse(404, "playlistNotFound")
        items = [
            {
                "snippet": {"title": "Deleted video", "resourceId": {"videoId": name}},
                "contentDetails": {"videoId": name},
            }
            if (name := video["id"]) in self.gone
            else {
                "contentDetails": {
                    "videoId": name,
                    "videoPublishedAt": video["snippet"]["publishedAt"],
                }
            }
            for video in self.videos
        ]
        return self._page(items, params)

    def _videos(self, params: dict[str, str]) -> Any:
        ids = params["id"].split(",")
        assert len(ids) <= 50
        shown = [
            video
            for video in self.videos
            if video["id"] in ids and video["id"] not in self.gone
        ]
        return self.platform.reply({"items": shown})

    def _commentThreads(self, params: dict[str, str]) -> Any:  # noqa: N802
        if params["videoId"] in self.off:
            return self.refuse(403, "commentsDisabled")
        return self._page(self.threads.get(params["videoId"], []), params)

    def _comments(self, params: dict[str, str]) -> Any:
        if params["parentId"] not in self.replies:
            return self.refuse(404, "commentNotFound")
        return self._page(self.replies[params["parentId"]], params)

    def _page(self, items: list[dict[str, Any]], params: dict[str, str]) -> Any:
        start = int(params.get("pageToken", "0"))
        body: dict[str, Any] = {"items": items[start : start + self.page]}
        if start + self.page < len(items):
            body["nextPageToken"] = str(start + self.page)
        return self.platform.reply(body)


@pytest.fixture
def youtube(platform) -> FakeYoutube:
    fake = FakeYoutube(platform)
    platform.answer = fake.answer
    return fake


@pytest.fixture
def make_video():
    """make_video(name, day, comments): a video published that day at noon in Tokyo."""

    def make(name: str, day: str, comments: int | None = 0) -> dict[str, Any]:
        statistics = {"viewCount": "12", "likeCount": "3"}
        if comments is not None:
            statistics["commentCount"] = str(comments)
        return {
            "id": name,
            "snippet": {
                "publishedAt": f"{day}T03:00:00Z",
                "channelId": CHANNEL,
                "title": f"動画 {name}",
                "description": "https://tsunagari.connpass.com/event/300/",
            },
            "status": {"privacyStatus": "public"},
            "statistics": statistics,
        }

    return make


@pytest.fixture
def make_thread():
    """make_thread(name, replies=n, shown=n): a comment, n replies, some shown."""

    def comment(name: str, parent: str | None = None) -> dict[str, Any]:
        snippet = {
            "authorDisplayName": "@someone",
            "authorChannelUrl": "http://www.youtube.com/@someone",
            "authorChannelId": {"value": "UCsomeone"},
            "textOriginal": "よかった",
            "likeCount": 1,
            "publishedAt": "2026-11-01T03:00:00Z",
            "updatedAt": "2026-11-01T03:00:00Z",
            **({"parentId": parent} if parent else {}),
        }
        return {"id": name, "snippet": snippet}

    def make(name: str, *, replies: int = 0, shown: int = 0) -> dict[str, Any]:
        below = [comment(f"{name}.{n}", name) for n in range(replies)]
        thread: dict[str, Any] = {
            "snippet": {"topLevelComment": comment(name), "totalReplyCount": replies},
            "all_replies": below,
        }
        if shown:
            thread["replies"] = {"comments": below[:shown]}
        return thread

    return make
