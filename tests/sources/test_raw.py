"""The raw zone after many loads and after kills: every row once, whatever was left."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sources._base.raw import RawReader

SOURCE = "portal"
CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)


class Raw:
    """A raw zone written load by load, as dlt leaves it."""

    def __init__(self, root: Path) -> None:
        self.folder = root / f"raw_{SOURCE}" / "accounts"
        self.loads = root / f"raw_{SOURCE}" / "_dlt_loads"
        self.folder.mkdir(parents=True)
        self.loads.mkdir()
        self.reader = RawReader(root.as_uri())

    def load(self, load_id: str, *names: str, complete: bool = True) -> None:
        columns = {
            "id": list(names),
            "_row_hash": [f"hash of {name} in {load_id}" for name in names],
            "_observed_at": [CLOCK] * len(names),
            "_dlt_load_id": [load_id] * len(names),
        }
        pq.write_table(pa.table(columns), self.folder / f"{load_id}.f1.parquet")
        if complete:
            record = f'{{"load_id":"{load_id}","status":0,"inserted_at":"x"}}'
            (self.loads / f"portal__{load_id}.jsonl").write_text(record)

    def rows(self) -> list[tuple[str, str]]:
        found = []
        for file in self.folder.glob("*.parquet"):
            rows = pq.read_table(file).to_pylist()
            found += [(row["_dlt_load_id"], row["id"]) for row in rows]
        return sorted(found)

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def raw(tmp_path: Path) -> Raw:
    raw = Raw(tmp_path)
    raw.load("100.25", "a", "b")
    raw.load("101.5", "b")
    raw.load("102.125", "c")
    return raw


ROWS = [("100.25", "a"), ("100.25", "b"), ("101.5", "b"), ("102.125", "c")]


def test_loads_are_merged_above_the_limit_with_every_row_and_its_load(raw):
    assert raw.reader.compact(SOURCE, above=3) == []
    assert raw.reader.compact(SOURCE, above=2) == ["accounts"]
    assert raw.files() == ["compact.102.125.parquet"]
    assert raw.rows() == ROWS


def test_a_compacted_table_takes_further_loads_and_is_compacted_again(raw):
    raw.reader.compact(SOURCE, above=2)
    raw.load("103.75", "d")
    assert raw.reader.recover(SOURCE) == []
    assert raw.reader.compact(SOURCE, above=1) == ["accounts"]
    assert raw.files() == ["compact.103.75.parquet"]
    assert raw.rows() == [*ROWS, ("103.75", "d")]


def test_hashes_and_values_are_the_same_before_and_after_compaction(raw):
    before = raw.reader.newest_hashes(SOURCE, "accounts", ("id",))
    assert before[("b",)] == "hash of b in 101.5"
    raw.reader.compact(SOURCE, above=2)
    assert raw.reader.newest_hashes(SOURCE, "accounts", ("id",)) == before
    assert raw.reader.distinct(SOURCE, "accounts", "id") == {"a", "b", "c"}
    assert raw.reader.distinct(SOURCE, "accounts", "a_newer_column") == set()


def test_a_load_that_was_never_complete_has_no_rows_and_its_files_go(raw):
    raw.load("103.75", "half", complete=False)
    assert "half" not in raw.reader.distinct(SOURCE, "accounts", "id")
    assert raw.reader.recover(SOURCE) == ["103.75.f1.parquet"]
    assert raw.rows() == ROWS


@pytest.mark.parametrize("deleted", [0, 1, 2])
def test_a_kill_while_the_merged_files_are_deleted_is_finished(raw, deleted):
    kept = {path: path.read_bytes() for path in sorted(raw.folder.iterdir())[deleted:]}
    raw.reader.compact(SOURCE, above=2)
    for path, content in kept.items():
        path.write_bytes(content)
    assert len(raw.reader.recover(SOURCE)) == 3 - deleted
    assert raw.rows() == ROWS


def test_a_kill_while_the_merged_file_is_written_leaves_nothing_of_it(raw):
    (raw.folder / "compact.102.125.parquet.writing").write_bytes(b"PAR1 half")
    assert raw.reader.recover(SOURCE) == ["compact.102.125.parquet.writing"]
    assert raw.rows() == ROWS
    assert len(raw.files()) == 3


def test_sources_that_begin_at_once_leave_one_whole_file_each(tmp_path: Path) -> None:
    schema = pa.schema([("id", pa.string())])
    raw = RawReader((tmp_path / "raw").as_uri())
    names = [f"s{number}" for number in range(16)]
    for _ in range(20):
        shutil.rmtree(tmp_path / "raw", ignore_errors=True)
        begin = threading.Barrier(len(names))

        def make(name: str, begin: threading.Barrier = begin) -> list[str]:
            begin.wait()
            return raw.make_readable(name, {"t": schema})

        with ThreadPoolExecutor(len(names)) as pool:
            assert list(pool.map(make, names)) == [["t"]] * len(names)
        left = [path.name for path in (tmp_path / "raw").rglob("*") if path.is_file()]
        assert sorted(set(left)) == ["empty.parquet", "init", "none.jsonl"]
