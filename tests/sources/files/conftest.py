"""An inbox in a temporary folder, and a way to land it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sources._base.landing import Landed, land
from sources._base.raw import RawReader
from sources.files import SOURCE


@dataclass
class Inbox:
    """Drop files, land them, look at raw."""

    folder: Path
    raw: Path
    work: Path
    clock: datetime

    def drop(self, name: str, content: str | bytes) -> Path:
        path = self.folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        return path

    def land(self) -> Landed:
        self.clock += timedelta(days=1)
        return land(
            SOURCE,
            raw_url=self.raw.as_uri(),
            work_folder=self.work,
            inbox=self.folder,
            environment={},
            clock=self.clock,
        )

    def rows(self, table: str) -> list[dict]:
        complete = RawReader(self.raw.as_uri()).complete_loads("files")
        rows = []
        for file in sorted(self.raw.glob(f"raw_files/{table}/*.parquet")):
            rows += pq.read_table(file).to_pylist()
        return [row for row in rows if row["_dlt_load_id"] in complete]


@pytest.fixture
def inbox(tmp_path: Path, run_clock: datetime) -> Inbox:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return Inbox(folder, tmp_path / "raw", tmp_path / "dlt", run_clock)


@pytest.fixture
def make_inbox(tmp_path: Path, run_clock: datetime) -> Callable[[Path], Inbox]:
    return lambda folder: Inbox(folder, tmp_path / "raw", tmp_path / "dlt", run_clock)
