"""Finds out what each agreement is worth, from accounts whose persons are known or not.

    python -m pipelines.identity.train --data data [--labels labels.csv]

Reads int_accounts and int_account_links of a data folder's warehouse and writes
<DATA>/identity/model.json, which every later run uses; deleting the file goes back to
the parameters that come with the project. Prints what changes. A run never trains.

How: expectation-maximisation over the pairs that share a block. Labelled pairs count as
what they are, others by their probability under the parameters so far.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.identity import clusters, model
from pipelines.identity.comparisons import COMPARISONS
from pipelines.identity.model import Parameters

_ROUNDS = 5
# What the parameters before count for, in pairs: a level never seen keeps its worth.
_PRIOR_PAIRS = 2.0
_PAIRS_A_SET = 300.0


@dataclass(frozen=True)
class TrainingSet:
    """Accounts to learn from.

    features, labels, together: as `community.tabulate` takes them
    persons: per position the known person, null where unknown
    """

    features: pd.DataFrame
    labels: clusters.Positions
    together: pd.DataFrame
    persons: "pd.Series[str]"


def fit(sets: Sequence[TrainingSet], start: Parameters, name: str) -> Parameters:
    """Parameters after a few rounds of expectation-maximisation."""
    now = start
    for _ in range(_ROUNDS):
        now = _maximised([_expected(one, now) for one in sets], now, name)
    return now


@dataclass(frozen=True)
class _Expected:
    """What one round believes of one set.

    pairs:  a level name a comparison, is_one (0-1), weight, is_counted (for m)
    people: all of them; judged: those whose pairs are counted for m
    """

    pairs: pd.DataFrame
    people: int
    judged: int


def _expected(one: TrainingSet, now: Parameters) -> _Expected:
    """How probably each pair is one person, by its label where both have one."""
    pairs = model.scored(one.features, one.labels, one.together, now, threshold=0.0)
    first, second = one.persons.loc[pairs["a"]], one.persons.loc[pairs["b"]]
    is_known = first.notna().to_numpy() & second.notna().to_numpy()
    is_same = first.to_numpy() == second.to_numpy()
    pairs["is_one"] = np.where(is_known, is_same, pairs["probability"]).astype(float)
    # Two people with many accounts are still one pair of people.
    low = np.minimum(one.labels[pairs["a"]], one.labels[pairs["b"]])
    high = np.maximum(one.labels[pairs["a"]], one.labels[pairs["b"]])
    size = pairs.groupby([low, high])["a"].transform("size")
    # Where some are labelled, what is the same person is learnt from those alone.
    has_labels = bool(one.persons.notna().any())
    judged = one.labels[one.persons.notna()] if has_labels else one.labels
    pairs = pairs.assign(weight=1 / size, is_counted=is_known | (not has_labels))
    return _Expected(pairs, len(np.unique(one.labels)), len(np.unique(judged)))


def _certain(pairs: pd.DataFrame) -> "pd.Series[float]":
    """Weight of each pair as one person, where it counts."""
    return pairs["weight"] * pairs["is_one"] * pairs["is_counted"]


def _balanced(pairs: pd.DataFrame) -> pd.DataFrame:
    """With weight_of_one: every set has the same say in what one person looks like."""
    certain = _certain(pairs)
    return pairs.assign(weight_of_one=certain * _PAIRS_A_SET / max(certain.sum(), 1e-9))


def _maximised(sets: list[_Expected], before: Parameters, name: str) -> Parameters:
    """Shares of levels among the pairs that are one person and that are two."""
    pairs = pd.concat([_balanced(one.pairs) for one in sets], ignore_index=True)
    one = pairs["is_counted"] * pairs["weight_of_one"]
    two = pairs["weight"] * (1 - pairs["is_one"])
    people = sum(each.people for each in sets)
    # The most careful of the sets: a wrong link costs more than a missed one.
    others = min(2 * _certain(each.pairs).sum() / each.judged for each in sets)
    strangers = sum(each.people**2 / 2 for each in sets)
    weights: dict[str, dict[str, tuple[float, float]]] = {}
    for comparison in COMPARISONS:
        column, old = pairs[comparison.name], before.weights[comparison.name]
        known = [level for level in comparison.levels if not level.is_unknown]
        total = float(one[column.ne("unknown")].sum()) + _PRIOR_PAIRS
        weights[comparison.name] = {}
        for level in known:
            m, u = old[level.name]
            found = float(one[column.eq(level.name)].sum())
            missed = float(two[column.eq(level.name)].sum())
            if level.strangers == "per account":
                u = (missed + u * people / 2) / people
            elif level.strangers == "per pair":
                u = (missed + u * strangers) / strangers / 2
            weights[comparison.name][level.name] = (
                (found + m * _PRIOR_PAIRS) / total,
                max(u, level.least_u),
            )
    return Parameters(name, float(others), weights)
