"""A file read by a map, and inboxes that maps and files are put into."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sources._files.choose import choose, facts_of
from sources._files.inbox import inbox_files
from sources._files.maps import parse_map
from sources._files.reading import FileFacts, read_file
from sources.files import SOURCE as UNIVERSAL
from tests.sources.mapped_files.club import (
    MAP,
    Club,
    Reading,
)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Reading]:
    """Reads content by a map, or by the maps given."""

    def reading(
        content: str | bytes, text: str = MAP, name: str = "event_7.csv", maps: Any = ()
    ) -> Reading:
        path = tmp_path / "club" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (file,) = inbox_files(tmp_path, [path])
        chosen = maps or [parse_map(text, name="club/map.yaml")]
        column_map, opened = choose(file, path, [chosen])
        facts = FileFacts(file.name, file.digest[:16], facts_of(column_map, file, 1))
        found = Reading({}, [])

        def set_aside(
            kind: str, line: Any, reason: str, payload: str, purpose: bool
        ) -> None:
            found.aside.append(
                {"kind": kind, "line": line, "reason": reason, "payload": payload}
            )

        for kind, rows in read_file(column_map, opened, facts, set_aside):
            found.rows.setdefault(kind, []).extend(
                {k: v for k, v in row.items() if v is not None}
                for row in rows.to_pylist()
            )
        return found

    return reading


@pytest.fixture
def inbox(zone: Any, run_clock: datetime) -> Club:
    return Club(zone, run_clock)


@pytest.fixture
def universal(zone: Any, run_clock: datetime) -> Club:
    return Club(zone, run_clock, UNIVERSAL)
