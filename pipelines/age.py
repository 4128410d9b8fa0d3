"""How old each source's last complete load is, and which source is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq


@dataclass(frozen=True)
class LastLoad:
    """The newest complete load of one source, by the clock of its run."""

    source: str
    observed_at: datetime
    landed: int
    unchanged: int
    quarantined: int

    def age(self, clock: datetime) -> timedelta:
        return clock - self.observed_at

    def hours(self, clock: datetime) -> float:
        return self.age(clock).total_seconds() / 3600

    def is_late(self, clock: datetime, late_after_hours: int) -> bool:
        return self.age(clock) > timedelta(hours=late_after_hours)


def last_loads(raw: Path) -> dict[str, LastLoad]:
    """Returns the last complete load per source that ever landed."""
    newest: dict[str, LastLoad] = {}
    for file in raw.glob("raw_*/load_counts/*.parquet"):
        rows = [row for row in pq.read_table(file).to_pylist() if not row["period"]]
        by_clock: dict[tuple[str, datetime], list[dict[str, object]]] = {}
        for row in rows:
            by_clock.setdefault((row["source"], row["_observed_at"]), []).append(row)
        for (source, observed_at), group in by_clock.items():
            load = LastLoad(
                source=source,
                observed_at=observed_at,
                landed=_sum(group, "landed"),
                unchanged=_sum(group, "unchanged"),
                quarantined=_sum(group, "quarantined"),
            )
            if source not in newest or newest[source].observed_at < observed_at:
                newest[source] = load
    return newest


def _sum(rows: list[dict[str, object]], column: str) -> int:
    return sum(int(str(row[column] or 0)) for row in rows)
