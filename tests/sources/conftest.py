"""A clock the test owns, a platform that answers as told, a run without dlt."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sources._base.http import HttpSession
from sources._base.landing import Landed, land
from sources._base.raw import RawReader
from sources._base.source import Run, Source, Table


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
        disable_nagle_algorithm = True  # else every answer takes 40 ms

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
def make_run(tmp_path: Path) -> Callable[..., PlainRun]:
    """Makes a fast run: make_run(SOURCE, settings, clock=..., memory=...)."""

    def make(source: Source, settings: dict[str, str], **options: Any) -> PlainRun:
        chosen = replace(source, **options.pop("source_options", {}))
        environment = chosen.configured(settings)
        return PlainRun(
            source=chosen,
            settings=environment,
            inbox=options.pop("inbox", tmp_path / "inbox"),
            raw=RawReader((tmp_path / "raw").as_uri()),
            is_connected=not chosen.missing(environment),
            **{"clock": datetime(2026, 11, 21, 5, tzinfo=UTC), **options},
        )

    return make


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def serving() -> Iterator[Platform]:
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


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serving() as served:
        yield served


@dataclass
class PlainRun(Run):
    """A run without dlt: tables are collected as lists, state is a plain dict."""

    memory: dict[str, Any] = field(default_factory=dict)
    timeout: tuple[float, float] = (5, 30)
    keeps_pace: bool = False
    clocks: dict[str, Clock] = field(default_factory=dict)
    landed_before: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def state(self) -> dict[str, Any]:
        return self.memory

    def http(
        self, base_url: str, headers: Mapping[str, str] | None = None
    ) -> HttpSession:
        if base_url not in self._sessions:
            clock = self.clocks.setdefault(base_url, Clock())
            self._sessions[base_url] = HttpSession(
                base_url,
                headers,
                requests_per_second=self.source.requests_per_second
                if self.keeps_pace
                else 1e6,
                budget=self.source.request_budget,
                timeout=self.timeout,
                sleep=clock.sleep,  # nobody waits: what a wait is, test_http.py tests
                monotonic=clock.monotonic,
                wall=self.clock.timestamp,
            )
        return self._sessions[base_url]

    def paces(self) -> list[tuple[Clock, int]]:
        """Per session: its clock and how many requests it sent."""
        return [
            (self.clocks[url], session.sent) for url, session in self._sessions.items()
        ]

    def known(self, table: str, column: str) -> set[str]:
        rows = self.landed_before.get(table, [])
        return {str(row[column]) for row in rows if row.get(column) is not None}

    def table(self, table: Table, rows: Any, *, needs_connection: bool = True) -> Any:
        def collect() -> list[dict[str, Any]]:
            if needs_connection and not self.is_connected:
                return []
            found: list[dict[str, Any]] = []
            for item in rows():
                if isinstance(item, pa.Table):
                    found += item.to_pylist()
                else:
                    found += item if isinstance(item, list) else [item]
            unknown = {key for row in found for key in row}
            system = {"_source_file", "_source_line", "_row_hash"}
            assert unknown <= {*table.columns, *system}
            return found

        return table.name, collect

    def extract(self) -> dict[str, list[dict[str, Any]]]:
        """Runs the source's resources one after another, as a load does."""
        return {name: collect() for name, collect in self.source.resources(self)}

    @property
    def set_aside(self) -> list[dict[str, Any]]:
        """What the connector quarantined."""
        return self._rejected


@dataclass
class Zone:
    """A raw zone in a temporary folder."""

    folder: Path

    def land(self, source: Source, **options: Any) -> Landed:
        """Lands the source through dlt, as a run does."""
        return land(
            source,
            raw_url=(self.folder / "raw").as_uri(),
            work_folder=self.folder / "dlt",
            inbox=self.folder / "inbox",
            **options,
        )

    def rows(self, source: str, table: str) -> list[dict[str, Any]]:
        """Everything landed in a raw table."""
        files = sorted((self.folder / f"raw/raw_{source}/{table}").glob("*.parquet"))
        return [row for file in files for row in pq.read_table(file).to_pylist()]


@pytest.fixture
def zone(tmp_path: Path) -> Zone:
    (tmp_path / "inbox").mkdir()
    return Zone(tmp_path)
