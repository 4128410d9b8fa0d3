"""A small Slack the test fills in, and exports of it as zip files."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 05:00 of the 21st in Tokyo
DAY = 86_400


def ts(days: float, number: int = 0) -> str:
    """The ts of that many days before the clock; number makes it unique."""
    return f"{int(CLOCK.timestamp() - days * DAY)}.{number:06d}"


def message(at: str, user: str = "U1", **changes: Any) -> dict[str, Any]:
    """A message as the API sends it."""
    return {"type": "message", "ts": at, "user": user, "text": "こんにちは", **changes}


def user(name: str, **profile: Any) -> dict[str, Any]:
    """A user as the API sends it."""
    return {
        "id": name,
        "team_id": "T1",
        "name": name.lower(),
        "deleted": False,
        "is_bot": False,
        "updated": 1,
        "profile": {"real_name": f"{name} 名前", "title": "", **profile},
    }


def channel(name: str, title: str, **changes: Any) -> dict[str, Any]:
    """A channel as the API sends it."""
    return {
        "id": name,
        "name": title,
        "created": 1_700_000_000,
        "creator": "U1",
        "is_archived": False,
        "is_member": True,
        "is_private": False,
        "topic": {"value": ""},
        "purpose": {"value": "話すところ"},
        **changes,
    }


@dataclass
class FakeSlack:
    """Answers methods in pages of `page`; errors: by channel id or method."""

    platform: Any
    channels: list[dict[str, Any]] = field(default_factory=list)
    users: list[dict[str, Any]] = field(default_factory=list)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    page: int = 100
    allowed: int = 10_000

    @property
    def settings(self) -> dict[str, str]:
        return {
            "SLACK_TOKEN": "xoxb-token-123456",
            "SLACK_BASE_URL": f"{self.platform.base_url}/api",
        }

    def asked(self, method: str) -> list[dict[str, str]]:
        """The parameters of every call of a method so far."""
        return [
            {name: values[0] for name, values in request.params.items()}
            for request in self.platform.requests
            if request.path.endswith(f"/{method}")
        ]

    def answer(self, request: Any) -> Any:
        self.allowed -= 1
        if self.allowed < 0:
            body = {"ok": False, "error": "ratelimited"}
            return self.platform.reply(
                body, status=429, headers={"Retry-After": "99999"}
            )
        params = {name: values[0] for name, values in request.params.items()}
        method = request.path.rsplit("/", 1)[-1]
        error = self.errors.get(method) or self.errors.get(params.get("channel", ""))
        if error:
            return self.platform.reply(
                {"ok": False, "error": error, "needed": "users:read"}
            )
        return self.platform.reply({"ok": True, **self._body(method, params)})

    def _body(self, method: str, params: Mapping[str, str]) -> dict[str, Any]:
        if method == "auth.test":
            url = "https://club.slack.example/"
            return {"url": url, "team": "Club", "user": "reader", "team_id": "T1"}
        if method == "conversations.list":
            return self._paged("channels", self.channels, params)
        if method == "users.list":
            return self._paged("members", self.users, params)
        sent = self.messages.get(params["channel"], [])
        if method == "conversations.replies":
            thread = [m for m in sent if m.get("thread_ts") == params["ts"]]
            thread.sort(key=lambda m: m["ts"])
            return self._paged("messages", thread, params)
        low, high = float(params["oldest"]), float(params["latest"])
        shown = [m for m in sent if low < float(m["ts"]) < high and _is_at_top(m)]
        shown.sort(key=lambda m: m["ts"], reverse=True)
        return self._paged("messages", shown, params)

    def _paged(self, key: str, records: list[Any], params: Mapping[str, str]) -> Any:
        start = int(params.get("cursor", "0"))
        end = start + self.page
        following = str(end) if end < len(records) else ""
        return {
            key: records[start:end],
            "has_more": bool(following),
            "response_metadata": {"next_cursor": following},
        }


def _is_at_top(sent: Mapping[str, Any]) -> bool:
    is_reply = sent.get("thread_ts") not in (None, sent["ts"])
    return not is_reply or sent.get("subtype") == "thread_broadcast"


@pytest.fixture
def slack(platform) -> FakeSlack:
    fake = FakeSlack(platform, channels=[channel("C1", "general")], users=[user("U1")])
    platform.answer = fake.answer
    return fake


def thread(days: float, *replies: float, text: str = "質問") -> list[dict[str, Any]]:
    """A message and its replies, each so many days before the clock."""
    first = ts(days)
    sent = [
        message(ts(at, number), "U2", thread_ts=first)
        for number, at in enumerate(replies, start=1)
    ]
    head = message(first, text=text, thread_ts=first, reply_count=len(sent))
    return [{**head, "latest_reply": sent[-1]["ts"]}, *sent]


def write_export(path: Path, files: Mapping[str, Any]) -> Path:
    """Writes a zip: JSON of each value, bytes as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            if not isinstance(content, bytes):
                content = json.dumps(content, ensure_ascii=False).encode()
            archive.writestr(name, content)
    return path
