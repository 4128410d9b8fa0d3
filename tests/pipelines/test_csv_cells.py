"""No cell of a CSV that we write starts a formula, and nobody else writes CSV."""

import csv
import io
import re

import pytest

from pipelines import csv_cells
from pipelines.identity import lines
from tests.conftest import PROJECT

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "'=1",
    "''=1",
]
# Each writes what others read as it is: files of the sandbox imitate a platform's, an
# erasure leaves the cells that are not the person's as they were.
OTHERS = {"pipelines/csv_cells.py", "pipelines/privacy/files.py"}
WRITES_CSV = re.compile(
    r"csv\.writer|DictWriter|to_csv|write_csv|copy\b.*\bto\b.*csv", re.I
)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text_and_comes_back(text: str):
    (read,) = next(csv.reader(io.StringIO(csv_cells.record([text]), newline="")))
    assert not read.startswith(csv_cells.STARTS)
    assert csv_cells.plain(read) == text


@pytest.mark.parametrize("text", ["", "x:@name", "O'Reilly", "'quoted'", "a=1", "1-2"])
def test_other_cells_stay_as_they_are(text: str):
    assert csv_cells.safe(text) == text
    assert csv_cells.plain(text) == text


def test_the_decisions_file_holds_no_formula(tmp_path):
    file = tmp_path / "identity" / "decisions.csv"
    harm = "=cmd|' /C calc'!A0"
    line = {"decision": "merge", "account_a": "x:1", "account_b": "x:2"}
    lines.add_lines(file, [{**line, "reason": harm, "who": "-2+3"}])
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert f"'{harm}" in cells
    assert not [cell for cell in cells if cell.startswith(csv_cells.STARTS)]
    assert file.stat().st_mode & 0o777 == 0o640


def test_nobody_else_writes_csv():
    found = {
        str(path.relative_to(PROJECT))
        for folder in (
            "pipelines",
            "sources",
            "dbt_project/models",
            "dbt_project/macros",
        )
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in (".py", ".sql")
        and "sandbox" not in str(path.relative_to(PROJECT))
        and WRITES_CSV.search(path.read_text("utf-8"))
    }
    assert found <= OTHERS
