"""How well the model of stars and one-number baselines told who was named next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from pipelines.stars.backtest import Lesson
from pipelines.stars.features import BASELINES, damped
from pipelines.stars.judging import (
    auc,
    calibration_error,
    lift_at_top_decile,
)
from pipelines.stars.model import fit_one
from pipelines.stars.snapshots import Numbers, Outcomes, Snapshots
from tests.bench.stars_sets import Community

LISTED = 50
RESAMPLES = 200
SEED = 11

Figures = dict[str, Any]
Said = Mapping[str, Numbers]  # by predictor, one probability a row


def predictions(taught: Lesson, rows: Snapshots) -> Said:
    """What each predictor says of the rows, all learned from the same lesson."""
    model, logs = taught.model, damped(rows.values)
    line = model.logistic.decision_function((logs - model.middle) / model.spread)
    said = {
        "model": model.probability(rows.values),
        "logistic alone": 1 / (1 + np.exp(-line)),
        "trees alone": model.trees.predict_proba(logs)[:, 1],
    }
    for column, name in enumerate(BASELINES):
        one = fit_one(
            taught.rows.baselines[:, column], taught.outcome, taught.rows.weight
        )
        number = rows.baselines[:, column]
        # What one number learns may be upside down elsewhere; its order may not.
        said[name] = _in_order(one.probability(number), number)
    return said


def _in_order(probability: Numbers, number: Numbers) -> Numbers:
    """The probabilities with the order, and the ties, of the number behind them."""
    places = np.unique(number, return_inverse=True)[1]
    return np.round(probability, 6) + places * 1e-12


def asked(held: Community, day: int, horizon: int) -> tuple[Snapshots, Outcomes]:
    """Who was no star on a day, and who was named within the horizon."""
    rows = held.people.only(held.people.day == day).open(known=day)
    rows = rows.only(~(rows.is_bound & (rows.star_day <= held.end)))
    return rows, rows.becomes_star(horizon, known=held.end)


def judged(
    lessons: Callable[[int], Lesson], held: Community, days: list[int], horizon: int
) -> Figures:
    """Figures of each predictor, as means over the snapshot days.

    lessons: what was learned by the time of a snapshot day.
    """
    parts = [
        (rows, came, predictions(lessons(day), rows))
        for day, (rows, came) in ((day, asked(held, day, horizon)) for day in days)
        if came.any()
    ]
    names = list(parts[0][2])
    return {
        "set": held.name,
        "horizon": horizon,
        "snapshots": len(parts),
        "people": int(np.mean([len(came) for _, came, _ in parts])),
        "positives": int(sum(came.sum() for _, came, _ in parts)),
        "learned_from": lessons(days[-1]).stars,
        "predictors": {name: _figures(name, parts) for name in names},
        "ahead_of": {name: _lead(parts, name) for name in BASELINES},
    }


def _figures(name: str, parts: list[Any]) -> Figures:
    aucs = [_auc(said[name], came) for _, came, said in parts]
    said = np.concatenate([said[name] for *_, said in parts])
    came = np.concatenate([came for _, came, _ in parts])
    return {
        "auc": _mean(aucs),
        "lowest": min(aucs),
        "highest": max(aucs),
        "precision": _mean([precision(s[name], c, LISTED) for _, c, s in parts]),
        "lift": _mean([lift_at_top_decile(s[name], c) for _, c, s in parts]),
        "calibration": calibration_error(said, came),
    }


def _lead(parts: list[Any], name: str) -> tuple[float, float]:
    """The 95 % interval of the model's mean AUC less a baseline's.

    Members are drawn, each with all its snapshots.
    """
    everybody = np.unique(np.concatenate([rows.number for rows, _, _ in parts]))
    draws = np.random.default_rng(SEED).multinomial(
        len(everybody), np.full(len(everybody), 1 / len(everybody)), size=RESAMPLES
    )
    leads = []
    for rows, came, said in parts:
        weights = draws[:, np.searchsorted(everybody, rows.number)].astype(np.float64)
        leads.append(auc(said["model"], came, weights) - auc(said[name], came, weights))
    lower, upper = np.percentile(np.nanmean(leads, axis=0), [2.5, 97.5])
    return round(float(lower), 4), round(float(upper), 4)


def precision(number: Numbers, came: Outcomes, listed: int) -> float:
    """Share of the first so many who were named; of ties at the end each in part."""
    listed = min(listed, len(number))
    least = np.partition(number, -listed)[-listed]
    above, tied = number > least, number == least
    hits = came[above].sum() + (listed - above.sum()) * came[tied].mean()
    return float(hits / listed)


def lead_time(taught: Lesson, held: Community, first: int) -> Figures:
    """How long before being named stars stood among the first fifty at quarter ends."""
    days = [day for day in held.days.learned.tolist() if first <= day <= held.end]
    since: dict[str, dict[int, int]] = {}
    named: dict[int, int] = {}
    for day in days:
        rows, _ = asked(held, day, 180)
        for row in np.flatnonzero(rows.star_day <= held.end):
            named[int(rows.number[row])] = int(rows.star_day[row])
        for name, number in predictions(taught, rows).items():
            seen = since.setdefault(name, {})
            for row in np.argsort(-number, kind="stable")[:LISTED]:
                seen.setdefault(int(rows.number[row]), day)
    found = {
        name: [named[one] - seen[one] for one in named if one in seen]
        for name, seen in since.items()
    }
    return {
        "named": len(named),
        "listed": {name: len(leads) for name, leads in found.items()},
        "median_days": {
            name: float(np.median(leads)) if leads else None
            for name, leads in found.items()
        },
    }


def _auc(number: Numbers, came: Outcomes) -> float:
    return float(auc(number, came, np.ones((1, len(came))))[0])


def _mean(numbers: list[float]) -> float:
    return float(np.mean(numbers))
