"""The probability of becoming a star: two small models, averaged in log-odds.

A logistic regression (L2) is steady where stars are few; boosted trees see what is not
a straight line. The trees may not say that more activity speaks against somebody: that
keeps them from learning one community's accidents. Both were chosen on snapshots up to
2022 of a real community (docs/scoring.md); nothing is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from pipelines.stars.features import GROUPS, PLACES, SIGNS, Matrix, damped

Numbers = NDArray[np.float64]
Outcomes = NDArray[np.bool_]

# The inverse of the penalty: strong, for about ten stars a feature would be needed
# without one.
LOGISTIC_C = 0.01

TREES = 60
LEARNING_RATE = 0.07
TREE_DEPTH = 3
TREE_PENALTY = 50.0
TREE_BINS = 63
LEAF_SHARE = 0.01
LEAST_LEAF = 10

# Probabilities of 0 and 1 have no log-odds.
LEAST_PROBABILITY = 1e-5


@dataclass(frozen=True)
class StarModel:
    """What was learned of one set of snapshots."""

    middle: Numbers
    spread: Numbers
    logistic: LogisticRegression
    trees: HistGradientBoostingClassifier

    def probability(self, values: Matrix) -> Numbers:
        """Returns a probability a row, to six places."""
        odds = self.log_odds(damped(values))
        result: Numbers = np.round(1 / (1 + np.exp(-odds)), 6)
        return result

    def log_odds(self, logs: Matrix) -> Numbers:
        """Returns the mean log-odds of both models a row of damped values."""
        if len(logs) == 0:
            return np.zeros(0)
        with threadpool_limits(limits=1):
            line = self.logistic.decision_function((logs - self.middle) / self.spread)
            chance = self.trees.predict_proba(logs)[:, 1]
        bounded = np.clip(chance, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
        result: Numbers = (line + np.log(bounded / (1 - bounded))) / 2
        return result

    def contributions(self, values: Matrix, others: Matrix) -> Matrix:
        """Returns what each group of features adds to each row's log-odds.

        That is: how far they fall when the group's values are those in the middle of
        `others`. One column a group, in the order of GROUPS.
        """
        logs = damped(values)
        middle = np.median(damped(others), axis=0)
        whole = self.log_odds(logs)
        columns = []
        for group in GROUPS:
            places = [PLACES[name] for name in group.signs]
            without = logs.copy()
            without[:, places] = middle[places]
            columns.append(whole - self.log_odds(without))
        stacked: Matrix = np.column_stack(columns)
        result: Matrix = np.round(stacked, 6)
        return result


def fit(values: Matrix, outcomes: Outcomes, weights: Numbers) -> StarModel:
    """Learns from rows in any order; equal rows in equal order give equal models."""
    logs = damped(values)
    middle, spread = _scale(logs, weights)
    logistic = LogisticRegression(C=LOGISTIC_C, max_iter=1000)
    trees = HistGradientBoostingClassifier(
        max_iter=TREES,
        learning_rate=LEARNING_RATE,
        max_depth=TREE_DEPTH,
        max_bins=TREE_BINS,
        l2_regularization=TREE_PENALTY,
        min_samples_leaf=max(LEAST_LEAF, int(LEAF_SHARE * len(logs))),
        monotonic_cst=list(SIGNS.values()),
        early_stopping=False,
        random_state=0,
    )
    # Weights make the trees' binning ten times as slow; mostly all of them are one.
    given = None if (weights == 1).all() else weights
    # One thread: sums of floats depend on how many share them.
    with threadpool_limits(limits=1):
        logistic.fit((logs - middle) / spread, outcomes, sample_weight=given)
        trees.fit(logs, outcomes, sample_weight=given)
    return StarModel(middle, spread, logistic, trees)


@dataclass(frozen=True)
class OneNumber:
    """The probability as far as one number tells it: a community's best baseline."""

    middle: float
    spread: float
    logistic: LogisticRegression

    def probability(self, number: Numbers) -> Numbers:
        """Returns a probability a row, to six places."""
        if len(number) == 0:
            return np.zeros(0)
        line = (damped(number[:, None]) - self.middle) / self.spread
        chance: Any = self.logistic.predict_proba(line)[:, 1]
        result: Numbers = np.round(chance, 6)
        return result


def fit_one(number: Numbers, outcomes: Outcomes, weights: Numbers) -> OneNumber:
    """Learns from one number a row."""
    logs = damped(number[:, None])
    middle, spread = _scale(logs, weights)
    logistic = LogisticRegression(C=1.0, max_iter=1000)
    with threadpool_limits(limits=1):
        logistic.fit((logs - middle) / spread, outcomes, sample_weight=weights)
    if logistic.coef_[0, 0] < 0:
        # Ranks go by the number: where more of it meant fewer stars it tells nothing.
        share = float(np.average(outcomes, weights=weights))
        logistic.coef_[:] = 0.0
        logistic.intercept_[:] = np.log(share / (1 - share))
    return OneNumber(float(middle[0]), float(spread[0]), logistic)


def _scale(logs: Matrix, weights: Numbers) -> tuple[Numbers, Numbers]:
    middle = np.average(logs, axis=0, weights=weights)
    spread = np.sqrt(np.average((logs - middle) ** 2, axis=0, weights=weights))
    return middle, np.where(spread > 0, spread, 1.0)
