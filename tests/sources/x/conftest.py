"""A small X: recent search over posts the test fills in, newest first, in pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

CLOCK = datetime(2026, 11, 21, 5, tzinfo=UTC)


def post(number: int, *, at: datetime, **changes: Any) -> dict[str, Any]:
    """A post as API v2 sends it."""
    return {
        "id": str(2_000_000_000_000_000_000 + number),
        "text": f"#tsunagari もくもく {number}",
        "author_id": str(100 + number % 3),
        "created_at": f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
        "conversation_id": str(2_000_000_000_000_000_000 + number),
        "edit_history_tweet_ids": [str(2_000_000_000_000_000_000 + number)],
        "lang": "ja",
        "public_metrics": {
            "like_count": number,
            "retweet_count": 0,
            "reply_count": 0,
            "quote_count": 0,
            "impression_count": 10,
            "bookmark_count": 0,
        },
        "entities": {
            "hashtags": [{"start": 0, "end": 10, "tag": "tsunagari"}],
            "urls": [
                {"url": "https://t.co/a", "expanded_url": "https://example.com/a"}
            ],
            "mentions": [{"username": "friend", "id": "7"}],
        },
        **changes,
    }


@dataclass
class FakeX:
    """Serves recent search; since_id older than the window is a 400, as on X."""

    platform: Any
    posts: list[dict[str, Any]] = field(default_factory=list)
    referenced: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    page: int = 100
    now: datetime = CLOCK
    counts_status: int = 200
    counted: list[str] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        return {
            "X_BEARER_TOKEN": "AAAA-bearer-123456",
            "X_QUERIES": "#tsunagari -is:retweet",
            "X_BASE_URL": f"{self.platform.base_url}/2",
        }

    @property
    def searches(self) -> list[dict[str, str]]:
        """The parameters of every search so far."""
        return [
            {name: values[0] for name, values in request.params.items()}
            for request in self.platform.requests
            if "/counts/" not in request.path
        ]

    def answer(self, request: Any) -> Any:
        asked = {name: values[0] for name, values in request.params.items()}
        if request.path == "/2/tweets/counts/recent":
            return self.count(asked)
        edge = self.now - timedelta(days=7)
        found = [p for p in self.posts if _at(p) > edge]
        if "since_id" in asked:
            since = next(p for p in self.posts if p["id"] == asked["since_id"])
            if _at(since) <= edge:
                return self.platform.reply({"title": "Invalid Request"}, status=400)
            found = [p for p in found if int(p["id"]) > int(asked["since_id"])]
        if "start_time" in asked:
            start = datetime.fromisoformat(asked["start_time"])
            if start < edge:
                return self.platform.reply({"title": "Invalid Request"}, status=400)
            found = [p for p in found if _at(p) >= start]
        if "end_time" in asked:
            found = [
                p for p in found if _at(p) < datetime.fromisoformat(asked["end_time"])
            ]
        found = sorted(found, key=lambda p: int(p["id"]), reverse=True)
        at = int(asked.get("next_token", "0"))
        page = found[at : at + self.page]
        meta: dict[str, Any] = {"result_count": len(page)}
        if at + self.page < len(found):
            meta["next_token"] = str(at + self.page)
        body: dict[str, Any] = {"meta": meta}
        if page:
            body["data"] = page
            body["includes"] = {"users": [_user(p["author_id"]) for p in page]}
            named = [r["id"] for p in page for r in p.get("referenced_tweets", [])]
            tweets = [self.referenced[n] for n in named if n in self.referenced]
            if tweets:
                body["includes"]["tweets"] = tweets
        if self.errors:
            body["errors"] = self.errors
        return self.platform.reply(body)

    def count(self, asked: dict[str, str]) -> Any:
        """Posts by day of what was asked, whole days, as X counts them."""
        self.counted.append(asked["query"])
        if self.counts_status != 200:
            title = {"title": "Client Forbidden"}
            return self.platform.reply(title, status=self.counts_status)
        day = datetime.fromisoformat(asked["start_time"])
        rows = []
        while day < datetime.fromisoformat(asked["end_time"]):
            later = day + timedelta(days=1)
            count = sum(day <= _at(post) < later for post in self.posts)
            rows.append({"start": _ms(day), "end": _ms(later), "tweet_count": count})
            day = later
        total = sum(row["tweet_count"] for row in rows)
        return self.platform.reply({"data": rows, "meta": {"total_tweet_count": total}})


def _ms(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def _at(found: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(found["created_at"])


def _user(user_id: str) -> dict[str, Any]:
    return {
        "id": user_id,
        "username": f"user{user_id}",
        "name": f"ユーザー{user_id}",
        "verified": False,
        "public_metrics": {"followers_count": 5},
        "url": "https://t.co/b",
        "entities": {"url": {"urls": [{"expanded_url": "https://zenn.dev/someone"}]}},
    }


@pytest.fixture
def x(platform) -> FakeX:
    fake = FakeX(platform)
    platform.answer = fake.answer
    return fake


@pytest.fixture
def make_post():
    """make_post(number, hours_ago=...): a post; the number orders the ids."""

    def make(number: int, *, hours_ago: float, **changes: Any) -> dict[str, Any]:
        return post(number, at=CLOCK - timedelta(hours=hours_ago), **changes)

    return make
