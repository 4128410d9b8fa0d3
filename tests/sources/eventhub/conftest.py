"""A small EventHub: events whose users the test fills in, by offset."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from sources.eventhub import SOURCE

CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 05:00 of the 21st in Tokyo


@dataclass
class FakeEventHub:
    """Serves the users of each event; `before_page` is called with every offset."""

    platform: Any
    users: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    event: dict[str, Any] = field(default_factory=lambda: {"name": "展示会"})
    before_page: Callable[[int], None] = lambda offset: None

    @property
    def settings(self) -> dict[str, str]:
        return {
            "EVENTHUB_API_KEY": "eventhub-key-123456",
            "EVENTHUB_EVENTS": ",".join(self.users),
            "EVENTHUB_BASE_URL": f"{self.platform.base_url}/v1",
        }

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The bodies of every request for users so far."""
        found = [r for r in self.platform.requests if r.path.startswith("/v1/users/")]
        return [json.loads(request.body) for request in found]

    def answer(self, request: Any) -> Any:
        kind, key = request.path.removeprefix("/v1/").split("/")
        if key not in self.users:
            return self.platform.reply({"message": "Not Found"}, status=404)
        if kind == "events":
            return self.platform.reply(self.event)
        asked = json.loads(request.body)
        self.before_page(asked["offset"])
        since = asked.get("createdOnOrAfter", "")
        found = [user for user in self.users[key] if user["createdAt"] >= since]
        shown = found[asked["offset"] : asked["offset"] + asked["limit"]]
        return self.platform.reply({"users": shown, "userCount": len(found)})


@pytest.fixture
def eventhub(platform) -> FakeEventHub:
    fake = FakeEventHub(platform, {"abc": []})
    platform.answer = fake.answer
    return fake


@pytest.fixture
def make_user():
    """make_user(number, day): a user registered on that day."""

    def make(number: int, day: str = "2026-11-01", **changes: Any) -> dict[str, Any]:
        return {
            "userId": f"u{number}",
            "email": f"User{number}@firm.example",
            "lastName": "山田",
            "firstName": "太郎",
            "affiliation": "株式会社例",
            "department": "開発部",
            "position": "課長",
            "registrationType": "form",
            "createdAt": f"{day}T07:35:{number % 60:02}.200Z",
            "updatedAt": f"{day}T07:35:{number % 60:02}.200Z",
            **changes,
        }

    return make


@pytest.fixture
def run(make_run, eventhub):
    def make(*, clock: datetime = CLOCK, **options):
        settings = {**eventhub.settings, **options.pop("settings", {})}
        return make_run(SOURCE, settings, clock=clock, **options)

    return make
