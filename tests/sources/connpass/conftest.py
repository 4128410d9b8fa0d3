"""A small connpass: answers /events/, /groups/, /users/ over what the test fills in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import pytest


def event(number: int, **changes: Any) -> dict[str, Any]:
    """An event as API v2 sends it; number 1 is the oldest."""
    day = f"2026-{1 + (number - 1) % 12:02d}-15"
    return {
        "id": number,
        "title": f"もくもく会 #{number}",
        "catch": None,
        "description": "<p>mail: someone@example.com</p>",
        "url": f"https://tsunagi.connpass.com/event/{number}/",
        "image_url": None,
        "hash_tag": "tsunagi",
        "started_at": f"{day}T19:00:00+09:00",
        "ended_at": f"{day}T21:00:00+09:00",
        "limit": 30,
        "event_type": "participation",
        "open_status": "close",
        "group": {
            "id": 7,
            "subdomain": "tsunagi",
            "title": "つなぎ",
            "url": "https://tsunagi.connpass.com/",
        },
        "address": "東京都千代田区",
        "place": "会場",
        "lat": "35.1",
        "lon": 139.5,
        "owner_id": 1,
        "owner_nickname": "owner",
        "owner_display_name": "主催",
        "accepted": 10,
        "waiting": 2,
        "updated_at": f"{day}T22:00:00+09:00",
        **changes,
    }


def profile(nickname: str) -> dict[str, Any]:
    """A profile as API v2 sends it."""
    return {
        "id": crc32(nickname.encode()),
        "nickname": nickname,
        "display_name": nickname.title(),
        "description": "https://x.com/someone",
        "url": f"https://connpass.com/user/{nickname}/",
        "image_url": "https://media.example/expires.png",
        "created_at": "2020-01-01T00:00:00+09:00",
        "attended_event_count": 3,
        "organize_event_count": 0,
        "presenter_event_count": 1,
        "bookmark_event_count": 0,
    }


@dataclass
class FakeConnpass:
    """Serves what its lists hold, in pages, newest update first."""

    platform: Any
    events: list[dict[str, Any]] = field(default_factory=list)
    presentations: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    before_answer: Any = None

    @property
    def settings(self) -> dict[str, str]:
        return {
            "CONNPASS_API_KEY": "test-key-123456",
            "CONNPASS_GROUPS": "tsunagi",
            "CONNPASS_BASE_URL": f"{self.platform.base_url}/api/v2",
        }

    def asked(self, part: str) -> list[Any]:
        """Requests whose path holds this part."""
        return [r for r in self.platform.requests if part in r.path]

    def answer(self, request: Any) -> Any:
        if self.before_answer:
            self.before_answer(request)
        parts = request.path.removeprefix("/api/v2/").strip("/").split("/")
        match parts:
            case ["events"]:
                return self._page(request, "events", self._matching(request.params))
            case ["events", number, "presentations"]:
                found = self.presentations.get(number, [])
                return self._page(request, "presentations", found)
            case ["groups"]:
                group = {"id": 7, "subdomain": "tsunagi", "member_users_count": "120"}
                return self._page(request, "groups", [group])
            case ["users"]:
                names = request.params["nickname"][0].split(",")
                known = [profile(name) for name in names if name not in self.unknown]
                return self._page(request, "users", known)
            case ["users", nickname, "attended_events" | "presenter_events"]:
                if nickname in self.unknown:
                    return self.platform.reply({"detail": "Not found"}, status=404)
                found = [event(900)] if parts[2] == "attended_events" else []
                return self._page(request, "events", found)
        return self.platform.reply({}, status=404)

    def _matching(self, params: dict[str, list[str]]) -> list[dict[str, Any]]:
        found = self.events
        for name, form in (("ym", 7), ("ymd", 10)):
            if name in params:
                days = set(params[name][0].split(","))
                found = [
                    e
                    for e in found
                    if (e["started_at"] or "")[:form].replace("-", "") in days
                ]
        return sorted(found, key=lambda e: e["updated_at"], reverse=True)

    def _page(self, request: Any, key: str, rows: list[Any]) -> Any:
        start = int(request.params.get("start", ["1"])[0])
        count = int(request.params["count"][0])
        page = rows[start - 1 : start - 1 + count]
        return self.platform.reply(
            {
                "results_returned": len(page),
                "results_available": len(rows),
                "results_start": start,
                key: page,
            }
        )


@pytest.fixture
def connpass(platform) -> FakeConnpass:
    fake = FakeConnpass(platform)
    platform.answer = fake.answer
    return fake


@pytest.fixture
def make_event():
    return event
