"""A clock the test owns, and a platform that answers what the test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


@dataclass
class Clock:
    """Time that passes only when somebody sleeps. now: seconds; naps: each sleep."""

    now: float = 1_000.0
    naps: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


@dataclass
class Request:
    """What the platform was asked."""

    method: str
    path: str
    params: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What it answers. body: bytes as they are, anything else as JSON.

    cut: send only half of what Content-Length promises; reset: close without a word.
    """

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"
    cut: bool = False
    reset: bool = False


@dataclass
class Platform:
    """A local HTTP server: scripted replies first, then whatever `answer` returns."""

    base_url: str = ""
    replies: list[Reply] = field(default_factory=list)
    answer: Callable[[Request], Reply] = lambda request: Reply({}, status=404)
    requests: list[Request] = field(default_factory=list)

    def script(self, body: Any = None, *, times: int = 1, **options: Any) -> None:
        """Adds the next reply, `times` over; options are those of Reply."""
        self.replies += [Reply(body, **options) for _ in range(times)]

    def reply(self, body: Any = None, **options: Any) -> Reply:
        """Makes a reply for `answer` to return."""
        return Reply(body, **options)

    def reply_to(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.replies.pop(0) if self.replies else self.answer(request)


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            reply = platform.reply_to(
                Request(
                    method=self.command,
                    path=parts.path,
                    params=parse_qs(parts.query, keep_blank_values=True),
                    headers=dict(self.headers.items()),
                    body=self.rfile.read(length),
                )
            )
            self.close_connection = reply.cut or reply.reset
            if reply.reset:
                return
            body = reply.body
            if not isinstance(body, bytes):
                body = json.dumps(body, ensure_ascii=False).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if reply.cut else body)

        do_GET = do_POST = _serve

        def date_time_string(self, timestamp: float | None = None) -> str:
            return "Sat, 21 Nov 2026 05:00:00 GMT"

        def log_message(self, *_: object) -> None:
            """Keeps the test output clean."""

    return Handler


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A platform on a free port of this machine."""
    served = Platform()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a client that hung up is no news
    served.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
