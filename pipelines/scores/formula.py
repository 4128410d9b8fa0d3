"""A version of the score formula as a folder of seeds has it, checked for gaps."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.workspace import DBT_PROJECT

SEEDS = DBT_PROJECT / "seeds"
VERSIONED = ("formula_versions", "activity_points", "stage_rules")
SHARED = ("activity_types", "stage_overrides")
STAGES = ("star", "candidate", "active", "light", "new", "none", "dormant", "lapsed")
LEAST_HALF_LIFE = 30
HIGHEST_PRIORITY = 30  # 31 is a person's decision
Row = dict[str, str]


class FormulaError(Exception):
    """A version is not there or not whole; the message says what to write where."""


@dataclass(frozen=True)
class Formula:
    """One version of the formula, in the folder whose seeds hold it."""

    version: str
    folder: Path = SEEDS

    def check(self) -> None:
        """Raises: FormulaError with everything that is missing or wrong."""
        found = self.rows("formula_versions")
        versions = sorted({row["formula_version"] for row in found})
        if self.version not in versions:
            raise FormulaError(
                f"no version '{self.version}' in {self._file('formula_versions')}:"
                f" it has {', '.join(versions) or 'none'}"
            )
        faults = [*self._settings(), *self._points(), *self._rules()]
        if faults:
            listed = "".join(f"\n  {fault}" for fault in faults)
            raise FormulaError(f"version '{self.version}' is not whole:{listed}")

    def rows(self, seed: str) -> list[Row]:
        """A seed's rows. Raises: FormulaError when the folder does not have it."""
        file = self._file(seed)
        if not file.is_file():
            raise FormulaError(f"{file} is not there: copy the whole folder {SEEDS}")
        with file.open(encoding="utf-8-sig", newline="") as opened:
            return list(csv.DictReader(opened))

    def _file(self, seed: str) -> Path:
        return self.folder / f"{seed}.csv"

    def _own(self, seed: str) -> list[Row]:
        return [
            row for row in self.rows(seed) if row.get("formula_version") == self.version
        ]

    def _settings(self) -> Iterator[str]:
        rows = self._own("formula_versions")
        if len(rows) > 1:
            yield f"formula_versions.csv: {len(rows)} rows, one is meant"
        for column, least in (
            ("half_life_days", LEAST_HALF_LIFE),
            ("daily_share_cap", 0),
            ("engagement_cap", 1),
            ("engagement_delay_days", 0),
        ):
            value = _number(rows[0].get(column, ""))
            if value is None or value < least:
                yield (
                    f"formula_versions.csv: {column} '{rows[0].get(column, '')}',"
                    f" a number from {least} on is meant"
                )

    def _points(self) -> Iterator[str]:
        rows = self._own("activity_points")
        told = Counter(row["activity_type"] for row in rows)
        scored = {
            row["activity_type"]
            for row in self.rows("activity_types")
            if row["category"] in ("event", "share")
        }
        for kind in sorted(scored - set(told)):
            yield f"activity_points.csv: no points for '{kind}'"
        for kind in sorted(set(told) - scored):
            yield f"activity_points.csv: '{kind}' is no type that scores"
        for kind in sorted(kind for kind, times in told.items() if times > 1):
            yield f"activity_points.csv: '{kind}' has {told[kind]} rows, one is meant"
        for row in rows:
            for column in ("base_points", "online_base_points"):
                if _number(row.get(column, "")) is None:
                    yield (
                        f"activity_points.csv: {column} of '{row['activity_type']}' is"
                        f" '{row.get(column, '')}', a number is meant"
                    )

    def _rules(self) -> Iterator[str]:
        rows = self._own("stage_rules")
        stages = {row["stage"] for row in rows}
        for stage in STAGES:
            if stage not in stages:
                yield f"stage_rules.csv: no rule for the stage '{stage}'"
        for stage in sorted(stages - set(STAGES)):
            yield f"stage_rules.csv: '{stage}' is no stage"
        for priority, times in Counter(row["priority"] for row in rows).items():
            value = _number(priority)
            if value is None or not 0 <= value <= HIGHEST_PRIORITY:
                yield (
                    f"stage_rules.csv: priority '{priority}',"
                    f" 0 to {HIGHEST_PRIORITY} is meant"
                )
            if times > 1:
                yield f"stage_rules.csv: priority {priority} has {times} rules"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
