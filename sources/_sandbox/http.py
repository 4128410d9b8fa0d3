"""What the routes of a platform get and give: plain values, no sockets."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """A request to one platform; `path` is relative to that platform's base URL."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    base_url: str

    def one(self, name: str, default: str = "") -> str:
        """The last value of a query parameter."""
        values = self.query.get(name)
        return values[-1] if values else default

    def many(self, name: str) -> list[str]:
        """All values of a parameter that may be repeated or joined with commas."""
        return [
            value
            for text in self.query.get(name, [])
            for value in text.split(",")
            if value
        ]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it is sent."""

    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(
    status: int, payload: Any, headers: Mapping[str, str] | None = None
) -> Reply:
    """An answer with a JSON body."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, body, headers=headers or {})


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform allows. window_limit: requests in a window, where it has one."""

    requests_per_second: float = 100
    window_limit: int = 450
    wall: Callable[[], float] = time.time  # the clock of resets told in epoch seconds


class Routes(Protocol):
    """The part of the server that plays one platform: `ROUTES` of its sandbox.py.

    Made as `ROUTES(community, limits)`, anew when days pass.
    """

    prefix: str

    def settings(self, base_url: str) -> dict[str, str]:
        """The environment that points the connector here."""
        ...

    def answer(self, request: Request) -> Reply:
        """The platform's answer."""
        ...

    def unauthorized(self) -> Reply:
        """What the platform says to an expired token."""
        ...

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """The platform's 429 with exactly these extra headers.

        A platform that tells errors in a 200 also has `error_in_200() -> Reply`.
        """
        ...


class SecondLimiter:
    """So many requests in any second; more are refused."""

    def __init__(
        self, per_second: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.per_second = per_second
        self._monotonic = monotonic
        self._passed: deque[float] = deque()
        self._lock = threading.Lock()

    def allows(self) -> bool:
        """Counts a request; False if it is one too many."""
        with self._lock:
            now = self._monotonic()
            while self._passed and now - self._passed[0] >= 1.0:
                self._passed.popleft()
            if len(self._passed) >= self.per_second:
                return False
            self._passed.append(now)
            return True


class WindowLimiter:
    """So many requests in a window of minutes, told in epoch seconds as X does."""

    def __init__(
        self,
        limit: int,
        window_seconds: int = 900,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.limit = limit
        self._window = window_seconds
        self._wall = wall
        self._reset = 0.0
        self._used = 0
        self._lock = threading.Lock()

    def take(self) -> tuple[bool, dict[str, str]]:
        """(allowed, x-rate-limit headers)."""
        with self._lock:
            if self._wall() >= self._reset:
                self._reset, self._used = self._wall() + self._window, 0
            allowed = self._used < self.limit
            self._used += allowed
            return allowed, {
                "x-rate-limit-limit": str(self.limit),
                "x-rate-limit-remaining": str(self.limit - self._used),
                "x-rate-limit-reset": str(int(self._reset) + 1),
            }
