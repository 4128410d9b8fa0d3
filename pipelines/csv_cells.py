"""CSV that opens in a spreadsheet: a cell that we write can never start a formula.

The one place that writes CSV for people. Excel and Google Sheets run what starts with
`=`, `+`, `-`, `@`, a tab or a line end; an apostrophe before it makes it text, and
readers of ours take it off again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"


def safe(cell: str) -> str:
    """Returns the cell as text that no spreadsheet takes for a formula."""
    return MARK + cell if cell.startswith(STARTS) or _is_marked(cell) else cell


def plain(cell: str) -> str:
    """Returns what `safe` was given; other cells as they are."""
    return cell[len(MARK) :] if _is_marked(cell) else cell


def record(cells: Iterable[str], end: str = "\r\n") -> str:
    """Returns one line of CSV, quoted where it must be."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=end).writerow([safe(cell) for cell in cells])
    return buffer.getvalue()


def _is_marked(cell: str) -> bool:
    # With further marks before it: what was marked once stays so when written again.
    return cell.startswith(MARK) and cell.lstrip(MARK).startswith(STARTS)
