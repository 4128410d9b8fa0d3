"""What a reader gives: cells in rows (CSV, sheets) or named columns (JSON, Parquet)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import pyarrow as pa

BATCH_ROWS = 50_000
HEAD_ROWS = 2_000
Reject = Callable[[int | None, str, str], None]  # line, reason, payload
Row = tuple[int, list[str]]  # the line it is on, its cells


class Unreadable(Exception):
    """A file that cannot be read at all; the reason says what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Batch:
    """Some rows of one file: text columns, and the line (Parquet: row) each is on."""

    rows: pa.Table
    lines: pa.Array


@dataclass(frozen=True)
class Grid:
    """A file of cells. rows: those that are not blank, in order; read anew each time.

    pads: a row ends where its last cell is, shorter than the header (a sheet's).
    notes: what else is in the file and is not read, one sentence each.
    """

    rows: Callable[[Reject], Iterator[Row]]
    pads: bool = False
    notes: tuple[str, ...] = ()

    @cached_property
    def head(self) -> list[Row]:
        """The first rows, to tell which map reads the file."""
        return list(islice(self.rows(ignore), HEAD_ROWS))


@dataclass(frozen=True)
class Records:
    """A file of named values. names: as they are written, each once."""

    names: tuple[str, ...]
    batches: Callable[[Reject], Iterator[Batch]]


Content = Grid | Records


def ignore(line: int | None, reason: str, payload: str) -> None:
    """For looking at a file: what cannot be read is told when it is read."""
