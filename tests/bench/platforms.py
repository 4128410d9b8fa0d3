"""The sandbox's platforms in a process of their own, with a record of what was asked.

    python -m tests.bench.platforms --members 200 --inbox FOLDER --record FILE

Of its own, so that neither its memory nor its work is counted as the refresh's; without
rate limits, because waiting is the platform's time and not ours. The first line printed
is the connectors' settings as JSON; when its input ends the record is written and it
ends too.
"""

from __future__ import annotations

import argparse
import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.workspace import PROJECT
from sources._base.landing import PACE
from sources._sandbox.community import Community, generate
from sources._sandbox.http import Request
from sources._sandbox.server import SandboxServer
from tests.bench.measure import python

TODAY = date(2026, 11, 20)
NO_LIMIT = 1_000_000
CONNECTION_HEADERS = {"host", "connection", "content-length"}


@dataclass(frozen=True)
class Asked:
    """One request as it arrived. target: path and query; body in base64."""

    method: str
    target: str
    headers: dict[str, str]
    body: str

    @property
    def platform(self) -> str:
        """The first part of the path: each platform has its own."""
        return self.target.split("/")[1]


class RecordingServer(SandboxServer):
    """The sandbox without limits; keeps every request, its body too."""

    def __init__(self, community: Community) -> None:
        super().__init__(
            community, requests_per_second=NO_LIMIT, x_window_limit=NO_LIMIT
        )
        self.asked: list[Asked] = []

    def respond(self, handler: Any, request: Request, target: str) -> None:
        headers = {
            name: value
            for name, value in request.headers.items()
            if name not in CONNECTION_HEADERS
        }
        body = base64.b64encode(request.body).decode()
        self.asked.append(Asked(request.method, target, headers, body))
        super().respond(handler, request, target)


@dataclass(frozen=True)
class Platforms:
    """The running process: the settings that point to it, and where its record goes."""

    settings: dict[str, str]
    record: Path

    def asked(self) -> list[Asked]:
        """Returns the record, once the process has ended."""
        lines = self.record.read_text().splitlines()
        return [Asked(**json.loads(line)) for line in lines]


@contextmanager
def platforms(folder: Path, *, members: int, inbox: Path) -> Iterator[Platforms]:
    """Serves for the time of the block; the organisers' files lie in `inbox`."""
    record = folder / "asked.jsonl"
    command = python("tests.bench.platforms", "--members", str(members))
    command += ["--inbox", str(inbox), "--record", str(record)]
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        settings = json.loads(process.stdout.readline())
        try:
            yield Platforms({**settings, PACE: str(NO_LIMIT)}, record)
        finally:
            process.stdin.close()
            process.wait()


def main() -> None:
    """Serves until its input ends."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--members", type=int, required=True)
    parser.add_argument("--inbox", type=Path, required=True)
    parser.add_argument("--record", type=Path, required=True)
    given = parser.parse_args()
    with RecordingServer(generate(given.members, 1, TODAY)) as server:
        server.write_inbox(given.inbox)
        print(json.dumps(server.settings()), flush=True)
        sys.stdin.read()
        with given.record.open("w") as file:
            for asked in server.asked:
                file.write(json.dumps(asdict(asked)) + "\n")


if __name__ == "__main__":
    main()
