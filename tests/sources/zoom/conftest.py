"""A small Zoom: instances, joins and registrants the test fills in, by page token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest

from sources.zoom import SOURCE

CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 05:00 of the 21st in Tokyo


@dataclass
class FakeZoom:
    """Serves reports; tokens are valid for `uses` requests, pages hold `page` rows.

    expired_pages: how many page tokens are refused as expired before they work.
    """

    platform: Any
    meetings: list[dict[str, Any]] = field(default_factory=list)
    joins: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    registrants: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    page: int = 300
    uses: int = 10_000
    expired_pages: int = 0
    given: int = 0
    used: int = 0

    @property
    def settings(self) -> dict[str, str]:
        return {
            "ZOOM_ACCOUNT_ID": "account-1",
            "ZOOM_CLIENT_ID": "client-1",
            "ZOOM_CLIENT_SECRET": "zoom-secret-123456",
            "ZOOM_USERS": "host@example.com",
            "ZOOM_BASE_URL": f"{self.platform.base_url}/v2",
            "ZOOM_OAUTH_URL": f"{self.platform.base_url}/oauth",
        }

    def asked(self, part: str) -> list[Any]:
        """The requests so far whose path holds this."""
        return [r for r in self.platform.requests if part in r.path]

    def answer(self, request: Any) -> Any:
        reply = self.platform.reply
        if request.path == "/oauth/token":
            self.given, self.used = self.given + 1, 0
            return reply({"access_token": f"token-number-{self.given}"})
        self.used += 1
        is_ours = request.headers.get("Authorization") == (
            f"Bearer token-number-{self.given}"
        )
        if not is_ours or self.used > self.uses:
            return reply({"code": 124, "message": "expired."}, status=401)
        parts = request.path.removeprefix("/v2/").split("/")
        if parts[:2] == ["report", "users"]:
            first, last = request.params["from"][0], request.params["to"][0]
            found = [m for m in self.meetings if first <= m["start_time"][:10] <= last]
            return self._page(request, "meetings", found)
        if parts[0] == "report":
            uuid = unquote(unquote(parts[2]))
            if uuid in self.gone:
                body = {"code": self.gone[uuid], "message": "Meeting does not exist."}
                return reply(body, status=400)
            return self._page(request, "participants", self.joins.get(uuid, []))
        if parts[1] not in self.registrants:
            body = {"code": 300, "message": "Registration has not been enabled."}
            return reply(body, status=400)
        state = request.params["status"][0]
        found = [r for r in self.registrants[parts[1]] if r["status"] == state]
        return self._page(request, "registrants", found)

    def _page(self, request: Any, key: str, rows: list[dict[str, Any]]) -> Any:
        start = int(request.params.get("next_page_token", ["0"])[0])
        if start and self.expired_pages:
            self.expired_pages -= 1
            message = "The next page token is either invalid or has expired."
            return self.platform.reply({"code": 300, "message": message}, status=400)
        end = start + self.page
        token = str(end) if end < len(rows) else ""
        return self.platform.reply(
            {"total_records": len(rows), "next_page_token": token, key: rows[start:end]}
        )


@pytest.fixture
def zoom(platform) -> FakeZoom:
    fake = FakeZoom(platform)
    platform.answer = fake.answer
    return fake


@pytest.fixture
def make_meeting():
    """make_meeting(uuid, day): a meeting of an hour that ended at 11:00 UTC."""

    def make(uuid: str, day: str = "2026-11-10", **changes: Any) -> dict[str, Any]:
        return {
            "uuid": uuid,
            "id": 84_759_840_000 + len(uuid),
            "type": 2,
            "topic": "もくもく会",
            "user_name": "事務局",
            "user_email": "host@example.com",
            "start_time": f"{day}T10:00:00Z",
            "end_time": f"{day}T11:00:00Z",
            "duration": 60,
            "total_minutes": 100,
            "participants_count": 2,
            **changes,
        }

    return make


@pytest.fixture
def make_join():
    """make_join(number): somebody's stay from 10:00 to 10:30."""

    def make(number: int, **changes: Any) -> dict[str, Any]:
        return {
            "id": "",
            "user_id": str(16_778_240 + number),
            "name": f"参加者{number}",
            "user_email": "",
            "join_time": "2026-11-10T10:00:00Z",
            "leave_time": "2026-11-10T10:30:00Z",
            "duration": 1800,
            "failover": False,
            "status": "in_meeting",
            **changes,
        }

    return make


@pytest.fixture
def run(make_run, zoom):
    def make(*, clock: datetime = CLOCK, **options):
        settings = {**zoom.settings, **options.pop("settings", {})}
        return make_run(SOURCE, settings, clock=clock, **options)

    return make
