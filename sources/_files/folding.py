"""Several rows about one person become one: re-joins of a meeting, several tickets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from sources._files.times import seconds_of

# Of several values the first in this order stands.
_BEST = {
    "status": ("accepted", "waitlisted", "cancelled"),
    "role": ("organiser", "speaker", "lt", "staff", "attendee"),
    "attended": ("true", "false"),
}
_EARLIEST = ("registered_at", "attended_at")


@dataclass
class _Group:
    row: dict[str, Any]
    intervals: list[tuple[float, float]] = field(default_factory=list)
    minutes: float | None = None


@dataclass
class Fold:
    """Registrations of one file, by the columns that make a group.

    Held are the groups, not their rows: memory grows with people, not with re-joins.
    """

    by: Sequence[str]
    _groups: dict[tuple[Any, ...], _Group] = field(default_factory=dict)

    def add(
        self, rows: pa.Table, started: pa.Array | None, ended: pa.Array | None
    ) -> None:
        """Adds rows. started, ended: ISO times of each row's stay, where it has one."""
        nothing = [None] * rows.num_rows
        begins = nothing if started is None else started.to_pylist()
        ends = nothing if ended is None else ended.to_pylist()
        for row, begin, end in zip(rows.to_pylist(), begins, ends, strict=True):
            key = tuple(row.get(name) for name in self.by)
            group = self._groups.get(key)
            if group is None:
                group = self._groups[key] = _Group(row)
            else:
                _merge(group.row, row)
            if begin and end:
                group.intervals.append((seconds_of(begin), seconds_of(end)))
                if len(group.intervals) > 1_000:
                    group.intervals = merged(group.intervals)
            elif _is_number(row.get("minutes")):
                group.minutes = (group.minutes or 0) + float(row["minutes"])

    def rows(self, schema: pa.Schema) -> pa.Table:
        """Returns one row per group, on the line of its first."""
        return pa.Table.from_pylist(
            [_finished(group) for group in self._groups.values()], schema=schema
        )


def merged(intervals: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The union of intervals, in order, without overlaps; backward ones left out."""
    union: list[tuple[float, float]] = []
    for start, end in sorted(intervals):
        if end < start:
            continue
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], end))
        else:
            union.append((start, end))
    return union


def _finished(group: _Group) -> dict[str, Any]:
    seconds = sum(end - start for start, end in merged(group.intervals))
    if group.intervals:
        minutes: float | None = seconds / 60 + (group.minutes or 0)
    else:
        minutes = group.minutes
    if "minutes" in group.row and minutes is not None:
        group.row["minutes"] = str(round(minutes))
    return group.row


def _merge(kept: dict[str, Any], row: dict[str, Any]) -> None:
    cancelled_at = _cancelled_at(kept, row)
    for name, value in row.items():
        if value is None or name.startswith("_"):
            continue
        old = kept.get(name)
        if old is None:
            kept[name] = value
        elif name in _BEST:
            kept[name] = min(old, value, key=lambda text: _rank(name, text))
        elif name in _EARLIEST:
            kept[name] = min(old, value)
    if "cancelled_at" in kept:
        kept["cancelled_at"] = cancelled_at


def _cancelled_at(kept: dict[str, Any], row: dict[str, Any]) -> str | None:
    """When the row was cancelled whose status stands; the latest of several."""
    ranks = [_rank("status", one.get("status") or "") for one in (kept, row)]
    told = [
        one["cancelled_at"]
        for one, rank in zip((kept, row), ranks, strict=True)
        if rank == min(ranks) and one.get("cancelled_at")
    ]
    return max(told, default=None)


def _rank(name: str, text: str) -> int:
    order = _BEST[name]
    return order.index(text) if text in order else len(order)


def _is_number(text: str | None) -> bool:
    return text is not None and text.replace(".", "", 1).isdecimal()
