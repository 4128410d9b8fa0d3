"""How much each agreement is worth, learnt from accounts: known persons or none.

Expectation-maximisation over the pairs that share a block: pairs of known persons, or
answered by hand, count as what they are, others by their probability under the
parameters so far.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from pipelines.identity import clusters, evidence, features, model, policy
from pipelines.identity.comparisons import COMPARISONS
from pipelines.identity.model import Parameters

_ROUNDS: Final = 5
# What the parameters at the start count for, in pairs of one person.
_PRIOR_PAIRS: Final = 2.0
# A set has no more say than this, in pairs of one person.
_PAIRS_A_SET: Final = 300.0

# Two people as known so far (low, high label) -> whether they are one.
Answers = dict[tuple[int, int], bool]


@dataclass(frozen=True)
class TrainingSet:
    """Accounts to learn from.

    features, labels, together: as `model.scored` takes them
    persons: per position the known person, null where unknown; where some are known,
        what one person's accounts look like is learnt from those alone
    answers: single pairs of people that somebody has judged; they come on top
    """

    features: pd.DataFrame
    labels: clusters.Positions
    together: pd.DataFrame
    persons: "pd.Series[str]"
    answers: Answers = field(default_factory=dict)


def training_set(people: pd.DataFrame, links: pd.DataFrame) -> TrainingSet:
    """Accounts as a run shows them to the model, persons unknown.

    people: from `evidence.prepare`; links: LINKS
    """
    known = evidence.collect(people, links, None).pairs
    is_person = ~people["is_bot"].to_numpy()
    index = pd.Index(people["account_id"])
    seen = links[~links["evidence"].isin(list(policy.STATED_EVIDENCE))]
    together = pd.DataFrame(
        {
            "a": index.get_indexer(seen["account_id_a"]),
            "b": index.get_indexer(seen["account_id_b"]),
            "n": seen["n"].to_numpy(),
        }
    )
    together = together[together["a"].ge(0) & together["b"].ge(0)]
    together = together[is_person[together["a"]] & is_person[together["b"]]]
    return TrainingSet(
        features.of_accounts(people)[is_person],
        clusters.build(people, known, []).labels,
        together,
        pd.Series(index=people.index, dtype="str"),
    )


def fit(sets: Sequence[TrainingSet], start: Parameters, name: str) -> Parameters:
    """Parameters after a few rounds of expectation-maximisation."""
    now = start
    for _ in range(_ROUNDS):
        now = _maximised([_expected(one, now) for one in sets], now, start, name)
    return now


@dataclass(frozen=True)
class _Expected:
    """What one round believes of one set.

    pairs:  a level name a comparison, is_one (0-1), weight, is_counted (for m)
    people: all of them; judged: those whose pairs are counted for m
    has_labels: whether somebody is known
    """

    pairs: pd.DataFrame
    people: int
    judged: int
    has_labels: bool


def _expected(one: TrainingSet, now: Parameters) -> _Expected:
    """How probably each pair is one person, by its label where both have one."""
    labels = one.labels[one.features.index]
    pairs = model.scored(one.features, labels, one.together, now, threshold=0.0)
    first, second = one.persons.loc[pairs["a"]], one.persons.loc[pairs["b"]]
    is_known = first.notna().to_numpy() & second.notna().to_numpy()
    is_same = first.to_numpy() == second.to_numpy()
    pairs["is_one"] = np.where(is_known, is_same, pairs["probability"]).astype(float)
    # Two people with many accounts are still one pair of people.
    low = np.minimum(one.labels[pairs["a"]], one.labels[pairs["b"]])
    high = np.maximum(one.labels[pairs["a"]], one.labels[pairs["b"]])
    size = pairs.groupby([low, high])["a"].transform("size")
    for answer, is_one in one.answers.items():
        pairs.loc[(low == answer[0]) & (high == answer[1]), "is_one"] = float(is_one)
    has_labels = bool(one.persons.notna().any())
    judged = one.labels[one.persons.notna()] if has_labels else labels
    pairs = pairs.assign(weight=1 / size, is_counted=is_known | (not has_labels))
    return _Expected(pairs, len(np.unique(labels)), len(np.unique(judged)), has_labels)


def _certain(pairs: pd.DataFrame) -> "pd.Series[float]":
    """Weight of each pair as one person, where it counts."""
    return pairs["weight"] * pairs["is_one"] * pairs["is_counted"]


def _others(one: _Expected, before: float) -> float:
    """Other accounts of the same person, on average.

    Never more than before where nobody is known: probabilities that are a little too
    high would confirm and raise each other.
    """
    found = 2 * _certain(one.pairs).sum() + before * _PRIOR_PAIRS
    share = float(found / (one.judged + _PRIOR_PAIRS))
    return share if one.has_labels else min(share, before)


def _balanced(pairs: pd.DataFrame) -> pd.DataFrame:
    """With weight_of_one: a large set has no more say in what one person looks like."""
    certain = _certain(pairs)
    share = min(1.0, _PAIRS_A_SET / max(certain.sum(), 1.0))
    return pairs.assign(weight_of_one=certain * share)


def _maximised(
    sets: list[_Expected], now: Parameters, start: Parameters, name: str
) -> Parameters:
    """Shares of levels among the pairs that are one person and that are two."""
    pairs = pd.concat([_balanced(one.pairs) for one in sets], ignore_index=True)
    one = pairs["weight_of_one"]
    two = pairs["weight"] * (1 - pairs["is_one"])
    people = sum(each.people for each in sets)
    # The most careful of the sets: a wrong link costs more than a missed one.
    others = min(_others(each, start.others) for each in sets)
    strangers = sum(each.people**2 / 2 for each in sets)
    weights: dict[str, dict[str, tuple[float, float]]] = {}
    for comparison in COMPARISONS:
        column = pairs[comparison.name]
        first, before = start.weights[comparison.name], now.weights[comparison.name]
        known = [level for level in comparison.levels if not level.is_unknown]
        is_met = {level.name: bool(column.eq(level.name).any()) for level in known}
        # A level that no pair reaches keeps its worth; the others share the rest.
        whole = sum(m for m, _ in first.values())
        rest = sum(m for level, (m, _) in first.items() if is_met[level]) / whole
        total = float(one[column.ne("unknown")].sum()) + _PRIOR_PAIRS * rest
        weights[comparison.name] = {}
        for level in known:
            m, u = first[level.name][0] / whole, before[level.name][1]
            if is_met[level.name]:
                found = float(one[column.eq(level.name)].sum())
                missed = float(two[column.eq(level.name)].sum())
                m = rest * (found + m * _PRIOR_PAIRS) / total
                if level.strangers == "per account":
                    u = missed / people + u / 2
                elif level.strangers == "per pair":
                    u = (missed / strangers + u) / 2
                u = max(u, level.least_u)
            weights[comparison.name][level.name] = (m, u)
    return Parameters(name, others, weights)
