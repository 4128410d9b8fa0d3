"""The dbt models int_star_backtest and int_star_candidates: tables in, tables out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.stars.backtest import Calendar, backtest, verdict
from pipelines.stars.candidates import candidates
from pipelines.stars.features import NAMES
from pipelines.stars.risk import BACKTEST, EPOCH
from pipelines.stars.snapshots import NEVER, Integers, Snapshots, snapshots

COLUMNS: Final = (
    *("day", "member_id", "member_number", "star_day", "is_date_lower_bound"),
    *("can_be_named", "next_active_day", "weight", "things_365d", "score"),
)
CANDIDATES: Final = pa.schema(
    [
        ("member_id", pa.string()),
        ("probability", pa.float64()),
        ("rank", pa.int64()),
        ("reasons", pa.string()),
        ("method", pa.string()),
        ("method_note", pa.string()),
        ("trained_on_stars", pa.int64()),
        ("trained_through", pa.date32()),
        ("model_auc", pa.float64()),
        ("baseline", pa.string()),
        ("baseline_auc", pa.float64()),
    ]
)

Relation = duckdb.DuckDBPyRelation


def read(features: Relation) -> Snapshots:
    """Reads int_star_people: features, and what became of everybody."""
    named = [*COLUMNS, *(name for name in NAMES if name not in COLUMNS)]
    columns: dict[str, Any] = {}
    for name, column in features.project(_doubles(named)).fetchnumpy().items():
        columns[name] = np.ma.filled(column, NEVER) if name.endswith("_day") else column
    return snapshots(columns)


def _doubles(names: list[str]) -> str:
    kept = {*COLUMNS} - {"weight", "things_365d", "score"}
    return ", ".join(
        name if name in kept else f"cast({name} as double) as {name}" for name in names
    )


def calendar(days: Relation) -> Calendar:
    """Reads int_star_snapshots."""
    found = days.project("snapshot_date, is_judged, is_learned, is_as_of").fetchall()
    rows = sorted((_number(row[0]), *row[1:]) for row in found)
    return Calendar(
        judged=_days([row[0] for row in rows if row[1]]),
        learned=_days([row[0] for row in rows if row[2]]),
        today=next(row[0] for row in rows if row[3]),
    )


def backtest_table(features: Relation, days: Relation, version: str) -> pa.Table:
    """Returns int_star_backtest."""
    rows = [
        {**row, "month": _date(row["month"]), "formula_version": version}
        for row in backtest(read(features), calendar(days))
    ]
    return pa.Table.from_pylist(rows, schema=BACKTEST)


def candidates_table(features: Relation, days: Relation, judged: Relation) -> pa.Table:
    """Returns int_star_candidates; one row without a member says how they are found."""
    names = ("month", "horizon_days", "outcome", "baseline", "auc")
    past = [
        dict(zip(names, row, strict=True))
        for row in judged.project(", ".join(names)).order("all").fetchall()
    ]
    choice, rows = candidates(read(features), calendar(days), verdict(past))
    method = {
        "method": choice.method,
        "method_note": choice.note,
        "trained_on_stars": choice.stars,
        "trained_through": _date(choice.through) if choice.through else None,
        "model_auc": choice.verdict.model_auc,
        "baseline": choice.verdict.baseline,
        "baseline_auc": choice.verdict.baseline_auc,
    }
    return pa.Table.from_pylist(
        [{**method, **row} for row in (*rows, {})], schema=CANDIDATES
    )


def _days(numbers: list[int]) -> Integers:
    return np.asarray(numbers, dtype=np.int64)


def _number(day: date) -> int:
    return (day - EPOCH).days


def _date(number: int) -> date:
    return EPOCH + timedelta(days=number)
