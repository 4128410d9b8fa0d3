"""A small Qiita: searches over items the test fills in, newest first, in pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 05:00 of the 21st in Tokyo
BOUND = re.compile(r"(created|updated):(>=|<=)(\d{4}-\d{2}-\d{2})")


@dataclass
class FakeQiita:
    """Serves /items; names no page after `cap`; `allowed` requests are left."""

    platform: Any
    items: list[dict[str, Any]] = field(default_factory=list)
    page: int = 100
    cap: int = 100
    allowed: int = 10_000

    @property
    def settings(self) -> dict[str, str]:
        return {
            "QIITA_TOKEN": "qiita-token-123456",
            "QIITA_QUERIES": "tag:tsunagari",
            "QIITA_BASE_URL": f"{self.platform.base_url}/api/v2",
        }

    @property
    def searches(self) -> list[tuple[str, int]]:
        """Query and page of every search so far, those for a total left out."""
        asked = (request.params for request in self.platform.requests)
        return [
            (params["query"][0], int(params["page"][0]))
            for params in asked
            if params["per_page"] != ["1"]
        ]

    def answer(self, request: Any) -> Any:
        self.allowed -= 1
        if self.allowed < 0:
            body = {"message": "Rate limit exceeded", "type": "rate_limit_exceeded"}
            reset = {"Rate-Remaining": "0", "Rate-Reset": str(2_000_000_000)}
            return self.platform.reply(body, status=403, headers=reset)
        query, number = request.params["query"][0], int(request.params["page"][0])
        size = min(int(request.params["per_page"][0]), self.page)
        found = [item for item in self.items if _matches(item, query)]
        found.sort(key=lambda item: item["created_at"], reverse=True)
        shown = found[(number - 1) * size : number * size]
        headers = {"Total-Count": str(len(found))}
        if number * size < len(found) and number < self.cap:
            headers["Link"] = f'<{request.path}?page={number + 1}>; rel="next"'
        return self.platform.reply(shown, headers=headers)


def _matches(item: dict[str, Any], query: str) -> bool:
    """Texts compare as days do; a user's query is of that user alone."""
    for name, sign, day in BOUND.findall(query):
        told = item[f"{name}_at"][:10]
        if not (told >= day if sign == ">=" else told <= day):
            return False
    author = re.search(r"user:(\w+)", query)
    return not author or item["user"]["id"] == author[1]


@pytest.fixture
def qiita(platform) -> FakeQiita:
    fake = FakeQiita(platform)
    platform.answer = fake.answer
    return fake


@pytest.fixture
def make_item():
    """make_item(number, day): an item of that local day, by one of three authors."""

    def make(number: int, day: str, **changes: Any) -> dict[str, Any]:
        at = f"{day}T12:00:00+09:00"
        return {
            "id": f"{number:020x}",
            "title": f"もくもく {number}",
            "url": f"https://qiita.com/user{number % 3}/items/{number:020x}",
            "body": "本文",
            "rendered_body": "<p>本文</p>",
            "created_at": at,
            "updated_at": at,
            "tags": [{"name": "tsunagari", "versions": ["1.0"]}],
            "likes_count": 1,
            "comments_count": 0,
            "reactions_count": 0,
            "page_views_count": None,
            "private": False,
            "group": None,
            "user": {
                "id": f"user{number % 3}",
                "permanent_id": 100 + number % 3,
                "name": "",
                "github_login_name": None,
                "twitter_screen_name": "",
                "followers_count": 3,
            },
            **changes,
        }

    return make
