"""Pairs that no plain rule decides: linked or put to a person by their probability."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.identity import clusters, model, policy, readings
from pipelines.identity.comparisons import COMPARISONS
from pipelines.identity.model import Model
from pipelines.identity.pairs import Strings, mapped, pairs_of, squeezed, strongest

# Who joins one person changes whom that person mostly acts with, so the model looks
# again; nearly everything is found the first time.
_MAX_ROUNDS: Final = 8
# Answers about names where one of the two bears no full name.
_WITHOUT_NAME: Final = ["unknown", "handle_is_name"]


def probable(
    accounts: pd.DataFrame,
    known: pd.DataFrame,
    links: pd.DataFrame,
    comparing: Model,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pairs at LINK_AT or above, and doubts from REVIEW_AT up to there.

    accounts: from `evidence.prepare`; comparing: the model over its people
    known:    PAIR_COLUMNS, what the rules found, strongest first
    links:    a, b (positions), n; statements left out
    """
    is_person = ~accounts["is_bot"].to_numpy()
    seen = links[is_person[links["a"]] & is_person[links["b"]]]
    is_seen = np.zeros(len(accounts), dtype=bool)
    labels = clusters.build(accounts, known, []).labels
    found: list[pd.DataFrame] = []
    scored = model.nothing()
    for number in range(_MAX_ROUNDS):
        news = comparing.scored(labels[is_person], seen, only_seen=number > 0)
        is_seen[np.isin(labels, labels[np.concatenate([seen["a"], seen["b"]])])] = True
        is_old = ~(is_seen[scored["a"]] & is_seen[scored["b"]])
        news = _without_one_address(accounts, _without_conflicts(accounts, news))
        scored = pd.concat([scored[is_old], news], ignore_index=True)
        sure = scored["probability"].ge(policy.LINK_AT)
        found.append(_as_pairs(scored[sure]))
        pairs = strongest(accounts, pd.concat([known, *found], ignore_index=True))
        before, labels = labels, clusters.build(accounts, pairs, []).labels
        if seen.empty or np.array_equal(before, labels):
            break
    linked = pd.concat([known.iloc[:0], *found], ignore_index=True)
    return linked, _doubts(scored[~sure], labels)


def _without_conflicts(accounts: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Without pairs whose full names cannot be one person's, however alike the rest."""
    name = accounts["display_name"].to_numpy(dtype=np.object_)
    kana = accounts["name_kana"].to_numpy(dtype=np.object_)
    is_equal = scored["name"].isin(["same_name", "unknown"])
    is_conflict = [
        not equal and readings.are_conflicting_names(name[a], name[b], kana[a], kana[b])
        for a, b, equal in zip(scored["a"], scored["b"], is_equal, strict=True)
    ]
    return scored[~np.array(is_conflict, dtype=bool)]


def _without_one_address(accounts: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Without pairs of one address, a nameless one and no handle: the rules decided.

    Given at both, it did not link them because several people give it: what the model
    finds there, one mailbox and one company, is that address again.
    """
    handle = mapped(accounts["handle_key"], squeezed)
    address = accounts["address"].where(accounts["is_given"], "")
    is_repeated = _is_equal(address, scored) & ~_is_equal(handle, scored)
    return scored[~is_repeated | ~scored["name"].isin(_WITHOUT_NAME).to_numpy()]


def _is_equal(values: Strings, pairs: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Per pair whether both accounts have the same value, and have one."""
    codes, distinct = pd.factorize(values)
    one, other = codes[pairs["a"]], codes[pairs["b"]]
    is_known = np.append(np.asarray(distinct, dtype=np.object_) != "", False)[one]
    return np.asarray((one == other) & is_known, dtype=bool)


def _as_pairs(scored: pd.DataFrame) -> pd.DataFrame:
    """PAIR_COLUMNS with the probability and what speaks for it in words."""
    pairs = pairs_of(scored["a"], scored["b"], policy.PROBABLE)
    pairs["probability"] = scored["probability"].to_numpy()
    pairs["evidence"] = in_words(scored).to_numpy()
    return pairs


def in_words(scored: pd.DataFrame) -> "pd.Series[str]":
    """What the two accounts have in common, and what not, strongest field first."""
    words = {
        comparison.name: {level.name: level.words for level in comparison.levels}
        for comparison in COMPARISONS
    }
    said = [scored[name].map(levels) for name, levels in words.items()]
    text = [", ".join(filter(None, row)) for row in zip(*said, strict=True)]
    return pd.Series(text, index=scored.index, dtype="str")


def _doubts(scored: pd.DataFrame, labels: clusters.Positions) -> pd.DataFrame:
    """One doubt for two people, however many accounts they have: the likeliest pair."""
    best = scored.sort_values(["probability", "a", "b"], ascending=[False, True, True])
    low = np.minimum(labels[best["a"]], labels[best["b"]])
    high = np.maximum(labels[best["a"]], labels[best["b"]])
    is_repeated = pd.DataFrame({"low": low, "high": high}).duplicated().to_numpy()
    doubts = _as_pairs(best[~is_repeated])
    reasons = [
        f"not enough to be sure: probability {p:.2f}" for p in doubts["probability"]
    ]
    return doubts.assign(reason=pd.Series(reasons, index=doubts.index, dtype="str"))
