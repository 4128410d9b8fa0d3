"""An HTTP server on 127.0.0.1 that speaks every sandbox platform's API."""

import socket
import struct
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from sources._sandbox.community import Community, generate
from sources._sandbox.faults import Fault, FaultPlan
from sources._sandbox.http import Limits, Reply, Request, Routes
from sources._sandbox.inbox import write_inbox
from sources._sandbox.platforms import sandbox_modules


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it was answered (status 0: the connection was broken)."""

    method: str
    path: str
    query: str
    status: int


class HttpService(ABC):
    """A threaded server with a log of its requests; subclasses say what to answer."""

    def __init__(self, port: int = 0) -> None:
        self.requests: list[Call] = []
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.service = self
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @abstractmethod
    def respond(self, handler: "_Handler", request: Request, target: str) -> None:
        """Sends an answer."""

    def start(self) -> Self:
        """Serves in a thread of its own."""
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            daemon=True,
        )
        self._thread.start()
        return self

    def close(self) -> None:
        """Stops serving; open requests are dropped."""
        self.stopping.set()
        if self._thread:
            self._server.shutdown()
            self._thread.join(timeout=5)
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def discover() -> list[Callable[[Community, Limits], Routes]]:
    """Every platform that a source's sandbox.py plays; nothing is listed anywhere."""
    modules = sandbox_modules()
    return [module.ROUTES for module in modules if hasattr(module, "ROUTES")]


class SandboxServer(HttpService):
    """The platforms over one community.

    `requests_per_second` applies to each platform on its own, `x_window_limit` to X's
    fifteen minutes; `wall` is the clock of resets told in epoch seconds.
    """

    def __init__(
        self,
        community: Community,
        port: int = 0,
        *,
        requests_per_second: float = 100,
        x_window_limit: int = 450,
        faults: Iterable[Fault] = (),
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(port)
        self.faults = FaultPlan(list(faults), wall=wall)
        self._limits = Limits(requests_per_second, x_window_limit, wall)
        self._lock = threading.Lock()
        self.community = community
        self._platforms = self._make_platforms()

    def settings(self) -> dict[str, str]:
        """The environment with which every connector talks to this server."""
        found: dict[str, str] = {}
        for platform in self._platforms.values():
            found.update(platform.settings(f"{self.base_url}{platform.prefix}"))
        return found

    def write_inbox(self, folder: Path) -> list[Path]:
        """Writes the files an organiser has dropped by `today`; gives their paths."""
        return write_inbox(self.community, folder)

    def advance(self, days: int = 1) -> date:
        """Lets days pass: more of the same community; gives the new `today`."""
        return self.move_to(self.community.today + timedelta(days=days))

    def move_to(self, today: date) -> date:
        """Shows the community as it is on another day."""
        community = generate(self.community.members, self.community.seed, today)
        with self._lock:
            self.community = community
            self._platforms = self._make_platforms()
        return today

    def _make_platforms(self) -> dict[str, Routes]:
        platforms = [make(self.community, self._limits) for make in discover()]
        return {platform.prefix.split("/")[1]: platform for platform in platforms}

    def respond(self, handler: "_Handler", request: Request, target: str) -> None:
        """Finds the platform, applies a due fault, sends."""
        name = request.path.split("/")[1] if "/" in request.path else ""
        platform = self._platforms.get(name)
        if platform is None or not request.path.startswith(platform.prefix):
            handler.send(Reply(404, b"no such platform here\n", "text/plain"))
            return
        inner = Request(
            request.method,
            request.path[len(platform.prefix) :],
            request.query,
            request.headers,
            request.body,
            f"{self.base_url}{platform.prefix}",
        )
        fault = self.faults.due(target)
        if fault and fault.kind == "timeout":
            self.stopping.wait(fault.seconds)
            handler.break_off()
            return
        with self._lock:
            reply = self.faults.apply(
                fault, platform, target, lambda: platform.answer(inner)
            )
        if fault and fault.kind == "reset_mid_body":
            handler.break_off(reply)
        else:
            handler.send(reply)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    service: HttpService

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing of a client that hung up, as one that is killed does."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one packet
    timeout = 30
    server: _Server

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            path=parts.path,
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
            base_url="",
        )
        self._asked = (self.command, parts.path, parts.query)
        self.server.service.respond(self, request, self.path)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815

    def send(self, reply: Reply, *, cut: int | None = None) -> None:
        """Sends the whole answer, or `cut` bytes of what its length promises."""
        # Logged first: whoever has the answer finds its request in the log.
        self._log(0 if cut is not None else reply.status)
        self.send_response(reply.status)
        if reply.status not in (204, 304):
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and reply.status not in (204, 304):
            self.wfile.write(reply.body if cut is None else reply.body[:cut])
        self.wfile.flush()

    def break_off(self, reply: Reply | None = None) -> None:
        """Resets the connection: before any answer, or in the middle of one."""
        if reply is None:
            self._log(0)
        else:
            self.send(reply, cut=len(reply.body) // 2)
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.close_connection = True
        self.connection.close()

    def _log(self, status: int) -> None:
        self.server.service.requests.append(Call(*self._asked, status))

    def version_string(self) -> str:
        """No Python version in the Server header."""
        return "sandbox"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet: the log is `requests`."""
