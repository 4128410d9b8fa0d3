"""A community's past, made up in memory: what releases measured and what loads brought.

Ninety days up to 2026-11-20, one release a day, everything as usual. Tests spoil it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd

from pipelines.gate.bounds import bounds
from pipelines.gate.rules import POINT_RANGES
from pipelines.gate.statistics import CONNECTORS, HISTORY, LOADS, MEASURED, Measured

TODAY = date(2026, 11, 20)  # a Friday
DAYS = 90
# Rows by weekday, Monday first; what a day has more or less is the same every time.
USUAL = {
    "connpass": (60, 90, 80, 85, 120, 200, 150),
    "slack": (400, 420, 390, 410, 380, 40, 30),
    "note": (30, 25, 35, 30, 40, 60, 70),
    "portal": (200, 210, 190, 205, 195, 80, 60),
    "qiita": (12, 12, 12, 12, 12, 12, 12),  # too few for a day to be off
}
FILES = "peatix"  # a CSV now and then: no news on most days
Key = tuple[str, str, str]
Rows = dict[Key, tuple[int, float]]


def usual_rows(source: str, day: date) -> int:
    """Rows of a source on a usual day, a few more or less from week to week."""
    wobble = (day.toordinal() * 7 + len(source)) % 9 - 4
    return USUAL[source][day.weekday()] + wobble


def usual_loads() -> dict[tuple[str, date], int]:
    """What each source landed per day; the first load brought all of its past."""
    first = TODAY - timedelta(days=DAYS)
    loads = {
        (source, first + timedelta(days=n)): usual_rows(source, first + timedelta(n))
        for source in USUAL
        for n in range(DAYS + 1)
    }
    for source in USUAL:
        loads[source, first] = 50_000
    for n in range(DAYS + 1):
        loads[FILES, first + timedelta(n)] = 90 if n % 8 == 2 else 0
    return loads


def usual_statistics() -> Rows:
    """What a release measures on a usual day."""
    counts = (300, 120, 90, 60, 40, 25, 10, 5)
    names = [name for _, name in POINT_RANGES] + ["more"]
    points = {
        ("points", f"{category} {name}", "v1"): (650, float(count))
        for category in ("event", "share")
        for name, count in zip(names, counts, strict=True)
    }
    rows = {
        ("rows", subject, ""): (count, float(count))
        for subject, count in {
            **{f"fct_activities.{source}": 9_000 for source in USUAL},
            **{f"member_accounts.{source}": 400 for source in USUAL},
            "dim_members": 650,
            "fct_deals.hubspot": 80,
            "metrics.nps by all": 12,
        }.items()
    }
    return {
        (CONNECTORS, "all", "code 1"): (0, 0.0),
        **points,
        **rows,
        ("stage_changes", "all", "v1"): (650, 5.0),
        ("usual_stage_changes", "all", "v1"): (60, 4.0),
        ("merged", "all", ""): (650, 1.0),
        ("accounts_moved", "all", ""): (900, 3.0),
        ("moments_moved", "note", ""): (800, 1.0),
        ("zones_lost", "connpass", ""): (90, 0.0),
        ("states_turned", "connpass", ""): (4_000, 2.0),
        ("cancellations_undone", "connpass", ""): (300, 0.0),
        ("file_rows_gone", "files.registrations", ""): (900, 0.0),
        ("deal_median", "Closed Won JPY", ""): (27, 970_000.0),
        ("currency_stated", "hubspot", ""): (43, 1.0),
        ("deals_rescaled", "hubspot", ""): (80, 2.0),
        ("costs_turned", "files", ""): (40, 1.0),
        ("metric_change", "outputs", "1"): (30, 0.05),
        ("rate_change", "active_rate", "1"): (30, 0.03),
    }


@dataclass(frozen=True)
class Story:
    """A past and a present that tests change; `judged` is what the gate says of it."""

    loads: dict[tuple[str, date], int] = field(default_factory=usual_loads)
    now: Rows = field(default_factory=usual_statistics)
    before: Callable[[date], Rows | None] = lambda day: usual_statistics()
    as_of: date = TODAY
    let_through: dict[tuple[str, str], float] = field(default_factory=dict)

    def measured(self) -> Measured:
        known = [day for _, day in self.loads if day <= TODAY]
        first = TODAY - timedelta(days=DAYS)
        releases = [
            (day, rows)
            for day in (first + timedelta(n) for n in range(DAYS))
            if (rows := self.before(day)) is not None
        ]
        history = [
            (f"{day:%Y%m%d}", day, _clock(day), day, *row)
            for day, rows in releases
            for row in _lines(rows)
        ]
        loads = [(source, day, rows) for (source, day), rows in self.loads.items()]
        return Measured(
            as_of=self.as_of,
            day=max(known, default=None),
            now=pd.DataFrame(_lines(self.now), columns=MEASURED.names),
            history=pd.DataFrame(history, columns=HISTORY.names),
            loads=pd.DataFrame(loads, columns=LOADS.names),
            let_through=self.let_through,
        )

    def judged(self) -> pd.DataFrame:
        return bounds(self.measured())

    def verdicts(self, rule: str) -> dict[str, str]:
        found = self.judged()
        found = found[found["rule"] == rule]
        return dict(zip(found["subject"], found["verdict"], strict=True))

    def reasons(self, rule: str) -> dict[str, str]:
        found = self.judged()
        found = found[found["rule"] == rule]
        return dict(zip(found["subject"], found["reason"], strict=True))

    def with_now(self, changed: Rows) -> "Story":
        return replace(self, now={**self.now, **changed})

    def with_loads(self, changed: dict[tuple[str, date], int]) -> "Story":
        return replace(self, loads={**self.loads, **changed})


def _clock(day: date) -> datetime:
    return datetime.combine(day, time(20), UTC)


def _lines(rows: Rows) -> list[tuple[str, str, str, int, float]]:
    return [(*key, *numbers) for key, numbers in rows.items()]
