"""A small Doorkeeper: groups whose events the test fills in, in pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sources.doorkeeper import SOURCE

CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 05:00 of the 21st in Tokyo


@dataclass
class FakeDoorkeeper:
    """Serves events by group. falling: whether sort=updated_at is newest first.

    `before_page` is called with the number of each page before it is answered.
    """

    platform: Any
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    page: int = 25
    falling: bool = True
    before_page: Callable[[int], None] = lambda number: None

    @property
    def settings(self) -> dict[str, str]:
        return {
            "DOORKEEPER_TOKEN": "doorkeeper-token-123456",
            "DOORKEEPER_GROUPS": ",".join(self.events),
            "DOORKEEPER_BASE_URL": self.platform.base_url,
        }

    def asked(self) -> list[tuple[str, str, int]]:
        """Sort, since and page of every list asked for so far."""
        lists = [r.params for r in self.platform.requests if "page" in r.params]
        return [(p["sort"][0], p["since"][0], int(p["page"][0])) for p in lists]

    def answer(self, request: Any) -> Any:
        parts = request.path.strip("/").split("/")
        if parts[0] != "groups" or parts[1] not in self.events:
            return self.platform.reply(b"", status=404)
        name = parts[1]
        if len(parts) == 2:
            group = {"id": 7, "name": name.title(), "members_count": 3}
            return self.platform.reply({"group": group})
        number = int(request.params["page"][0])
        self.before_page(number)
        since, sort = request.params["since"][0], request.params["sort"][0]
        found = [e for e in self.events[name] if e["starts_at"][:10] >= since]
        is_falling = sort != "starts_at" and self.falling
        found.sort(key=lambda event: (event[sort], event["id"]), reverse=is_falling)
        shown = found[(number - 1) * self.page : number * self.page]
        return self.platform.reply([{"event": event} for event in shown])


@pytest.fixture
def doorkeeper(platform) -> FakeDoorkeeper:
    fake = FakeDoorkeeper(platform, {"ruby": []})
    platform.answer = fake.answer
    return fake


@pytest.fixture
def make_event():
    """make_event(number, day): an event of that day, updated in 2020."""

    def make(number: int, day: str, **changes: Any) -> dict[str, Any]:
        at = f"{day}T10:00:00.000Z"
        published = f"{date(2020, 1, 1) + timedelta(days=number)}T00:00:00.000Z"
        return {
            "id": number,
            "title": f"もくもく会 {number}",
            "starts_at": at,
            "ends_at": f"{day}T12:00:00.000Z",
            "venue_name": "会議室",
            "address": "東京都千代田区1-2-3",
            "lat": "35.6",
            "long": 139.7,
            "published_at": published,
            "updated_at": published,
            "group": 7,
            "description": "<p>本文</p>",
            "public_url": f"https://ruby.doorkeeper.jp/events/{number}",
            "participants": 5,
            "waitlisted": 1,
            "ticket_limit": None,
            **changes,
        }

    return make


@pytest.fixture
def run(make_run, doorkeeper):
    def make(*, clock: datetime = CLOCK, **options):
        return make_run(SOURCE, doorkeeper.settings, clock=clock, **options)

    return make
