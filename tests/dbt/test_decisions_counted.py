"""Every line of the decisions file is somewhere: used, superseded or set aside."""

from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.identity import manual, resolve

ACCOUNTS = pa.table({"account_id": ["connpass:a", "connpass:b", "x:c"]})
HEADER = "decision,account_a,account_b,reason,who,when\n"
LINES = (
    "merge,connpass:a,connpass:b,first thought,hanako,2026-11-01\n"
    "\n"
    "split,connpass:b,connpass:a,second thought,hanako,2026-11-02\n"
    "merge,connpass:a,nobody:1,typed wrong,hanako,2026-11-02\n"
    "bot,x:c,,posts every minute,hanako,2026-11-02\n"
)


def _statuses(data: Path, content: bytes) -> dict[int, str | None]:
    file = data / manual.FILE
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    rows = resolve.manual_decisions(ACCOUNTS, data=data).to_pylist()
    return {row["line"]: row["status"] for row in rows}


def test_every_line_has_one_fate(tmp_path: Path):
    statuses = _statuses(tmp_path, (HEADER + LINES).encode())
    assert statuses == {2: "superseded", 4: "used", 5: "rejected", 6: "used"}
    rejected = resolve.rejected_decisions(ACCOUNTS, data=tmp_path).to_pylist()
    assert [row["line"] for row in rejected] == [5]


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"decision,account_b\nmerge,x:c\n", 1), (b"\xff\xff\x81", 0)],
    ids=["without a column", "in no encoding"],
)
def test_a_file_nobody_can_read_is_one_thing_set_aside(
    tmp_path: Path, content: bytes, line: int
):
    assert _statuses(tmp_path, content) == {line: "rejected"}


def test_no_file_is_no_line(tmp_path: Path):
    assert resolve.manual_decisions(ACCOUNTS, data=tmp_path).num_rows == 0
