"""The dbt models int_member_risks and int_risk_backtest: tables in, tables out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.stars.drift import Drift, History, Rules
from pipelines.stars.judging import (
    Judgement,
    calibration_error,
    judge,
    resamples,
)
from pipelines.stars.rhythm import LONGEST, Days

EPOCH: Final = date(1990, 1, 1)
HORIZONS: Final = (30, 90, 180)
LISTED_HORIZON: Final = 90

# The past that is judged. Members are numbered at random, so the first so many are a
# fair sample of any community; an AUC of two thousand active people is known to about
# .01.
BACKTEST_MONTHS: Final = 24
BACKTEST_MEMBERS: Final = 10_000
ACTIVE_WITHIN: Final = 90
SEED: Final = 5

DAYS: Final = ("member_number", "day_number", "activities", "millionths")
STAGES: Final = ("member_number", "day_number", "stage_rank")

RISKS: Final = pa.schema(
    [
        ("member_number", pa.int64()),
        ("activity_days", pa.int64()),
        ("silent_days", pa.int64()),
        ("usual_limit_days", pa.int64()),
        ("millionths_now", pa.int64()),
        ("millionths_before", pa.int64()),
        ("drop_ratio", pa.float64()),
        ("has_fallen", pa.bool_()),
        ("has_dropped", pa.bool_()),
        ("is_silent", pa.bool_()),
        ("silent_probability_90d", pa.float64()),
        ("at_risk_graded", pa.float64()),
        ("survival", pa.float64()),
        ("recency", pa.float64()),
        ("rfm", pa.float64()),
        ("activity_count", pa.float64()),
        ("score", pa.float64()),
    ]
)
BACKTEST: Final = pa.schema(
    [
        ("formula_version", pa.string()),
        ("month", pa.date32()),
        ("horizon_days", pa.int64()),
        ("outcome", pa.string()),
        ("baseline", pa.string()),
        ("auc", pa.float64()),
        ("lift_at_top_decile", pa.float64()),
        ("calibration_error", pa.float64()),
        ("n", pa.int64()),
        ("positives", pa.int64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
    ]
)

Columns = dict[str, Any]
Relation = duckdb.DuckDBPyRelation


@dataclass(frozen=True)
class Run:
    """What the models read of one run."""

    as_of_date: date
    formula_version: str
    history: History
    rules: Rules
    leavers: Days


def run(
    parameters: Relation,
    versions: Relation,
    rules: Relation,
    members: Relation,
    days: Relation,
    stages: Relation,
) -> Run:
    """Reads stg_run__parameters, the two seeds and the int_rhythm_ models."""
    as_of, version = parameters.project("as_of_date, formula_version").fetchall()[0]
    half_lives = dict(versions.project("formula_version, half_life_days").fetchall())
    return Run(
        as_of_date=as_of,
        formula_version=version,
        history=_history(
            _sorted(days, DAYS), _sorted(stages, STAGES), half_lives[version]
        ),
        rules=_rules(rules.project("reason, threshold, days, min_points").fetchall()),
        leavers=_integers(
            members.filter("has_left")
            .project("member_number")
            .fetchnumpy()["member_number"]
        ),
    )


def _sorted(relation: Relation, names: tuple[str, ...]) -> Columns:
    picked = relation.project(", ".join(names)).order("member_number, day_number")
    return dict(picked.fetchnumpy())


def _history(days: Columns, stages: Columns, half_life_days: int) -> History:
    member, day, activities, points = (_integers(days[name]) for name in DAYS)
    stage_member, stage_from, stage_rank = (_integers(stages[name]) for name in STAGES)
    return History(
        member=member,
        day=day,
        activities=activities,
        points=points,
        stage_member=stage_member,
        stage_from=stage_from,
        stage_rank=stage_rank,
        half_life_days=half_life_days,
    )


def _integers(column: Any) -> Days:
    return np.asarray(column, dtype=np.int64)


def _rules(rows: list[tuple[Any, ...]]) -> Rules:
    seed = {reason: numbers for reason, *numbers in rows}
    drop, _, least_before = seed["points_fell"]
    _, stage_days, _ = seed["stage_dropped"]
    unusual, listed_days, _ = seed["unusual_silence"]
    return Rules(
        drop=float(drop),
        least_before=int(least_before * 1_000_000),
        stage_days=int(stage_days),
        unusual=float(unusual),
        listed_days=int(listed_days),
    )


def member_risks(run: Run) -> pa.Table:
    """Returns everybody at risk at the end of the as-of day, but those who left."""
    drift = Drift(run.history, run.rules)
    snapshot = drift.snapshot(_number(run.as_of_date), active_within=LONGEST)
    at_risk = snapshot.at_risk & ~np.isin(snapshot.members, run.leavers)
    rhythm = snapshot.rhythm.only(at_risk)
    silence = rhythm.stays_silent(LISTED_HORIZON)
    columns = {
        "member_number": snapshot.members,
        "activity_days": snapshot.activity_days,
        "silent_days": snapshot.silent_days,
        "millionths_now": snapshot.points_now,
        "millionths_before": snapshot.points_before,
        "drop_ratio": snapshot.drop_ratio,
        "has_fallen": snapshot.has_fallen,
        "has_dropped": snapshot.has_dropped,
        "is_silent": snapshot.is_silent,
        **snapshot.predictors,
    }
    listed = {name: column[at_risk] for name, column in columns.items()}
    listed |= {"silent_probability_90d": silence, "survival": silence}
    listed["usual_limit_days"] = rhythm.usual_limit(run.rules.unusual)
    return pa.table(
        [pa.array(listed[field.name], field.type, from_pandas=True) for field in RISKS],
        schema=RISKS,
    )


def backtest(run: Run) -> pa.Table:
    """Returns how well each predictor told who fell silent, per month end and horizon.

    Judged are those active in the 90 days before; all that a predictor sees is the past
    of its month end. Days after the last thing anybody did are not known yet: a file
    that ends there is no silence of its people.
    """
    history = run.history.only(BACKTEST_MEMBERS)
    drift = Drift(history, run.rules)
    active = history.day[history.activities > 0]
    known_until = min(_number(run.as_of_date), int(active.max(initial=0)))
    until = EPOCH + timedelta(days=known_until)
    rows = [
        {"formula_version": run.formula_version, "outcome": "drift", **row}
        for month in month_ends(run.as_of_date, BACKTEST_MONTHS)
        for row in judged_month(drift, month, until)
    ]
    return pa.Table.from_pylist(rows, schema=BACKTEST)


def judged_month(
    drift: Drift, month: date, until: date, *, least_days: int = 1
) -> Iterator[dict[str, Any]]:
    """Yields the judgements of one month end, of horizons that are over by a day.

    least_days: only members seen on so many days by then.
    """
    horizons = [days for days in HORIZONS if month + timedelta(days=days) <= until]
    snapshot = drift.snapshot(_number(month), active_within=ACTIVE_WITHIN)
    chosen = snapshot.activity_days >= least_days
    if not horizons or not chosen.any():
        return
    drawn = resamples(int(chosen.sum()), seed=SEED + _number(month))
    for horizon in horizons:
        members = snapshot.members[chosen]
        outcome = drift.falls_silent(members, _number(month), horizon)
        survival = snapshot.stays_silent(horizon)
        for baseline, all_of in {**snapshot.predictors, "survival": survival}.items():
            number = all_of[chosen]
            found = judge(number, outcome, drawn)
            yield {
                "month": month,
                "horizon_days": horizon,
                "baseline": baseline,
                **_measures(found),
                "calibration_error": (
                    calibration_error(number, outcome)
                    if baseline == "survival" and found.auc is not None
                    else None
                ),
            }


def _measures(found: Judgement) -> dict[str, Any]:
    return {
        "auc": found.auc,
        "lift_at_top_decile": found.lift_at_top_decile,
        "n": found.people,
        "positives": found.positives,
        "lower": found.lower,
        "upper": found.upper,
    }


def month_ends(today: date, count: int) -> list[date]:
    """Returns the last days of so many months before the day, the newest last."""
    ends = []
    end = today.replace(day=1) - timedelta(days=1)
    for _ in range(count):
        ends.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return ends[::-1]


def _number(day: date) -> int:
    return (day - EPOCH).days
