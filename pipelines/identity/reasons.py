"""Why each account is its member's: one link each, and all of them lead to the first.

Of the pairs that hold, the strongest that are enough to connect a member (its maximum
spanning tree) are the reasons. So the log explains every member completely, and taking
one link back parts those behind it from the others.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.identity import clusters
from pipelines.identity.clusters import Positions

COLUMNS = ["rule", "probability", "evidence", "decided_by"]
NO_PAIR = -1


def tree(
    pairs: pd.DataFrame, is_first: npt.NDArray[np.bool_]
) -> tuple[Positions, Positions]:
    """Per position the account it is linked to, and the row of the pair; -1 for none.

    pairs: the pairs that hold; is_first: one account of each group, the tree's root
    """
    a, b = pairs["a"].to_numpy(), pairs["b"].to_numpy()
    chosen = np.flatnonzero(
        _spanning(a, b, pairs["strength"].to_numpy(), len(is_first))
    )
    here = np.concatenate([a[chosen], b[chosen]])
    there = np.concatenate([b[chosen], a[chosen]])
    rows = np.concatenate([chosen, chosen])
    towards = np.full(len(is_first), NO_PAIR, dtype=np.int64)
    pair = towards.copy()
    reached = is_first.copy()
    while (is_next := reached[there] & ~reached[here]).any():
        towards[here[is_next]] = there[is_next]
        pair[here[is_next]] = rows[is_next]
        reached[here[is_next]] = True
    return towards, pair


def leads_to_first(
    towards: Positions, is_first: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Per position whether following the links ends at a first account."""
    here = np.arange(len(towards))
    step = np.where(is_first | (towards == NO_PAIR), here, towards)
    for _ in range(len(towards).bit_length()):  # twice as far each time
        step = step[step]
    return is_first[step]


def _spanning(
    a: Positions, b: Positions, strength: npt.NDArray[np.int64], count: int
) -> npt.NDArray[np.bool_]:
    """Pairs of the strongest tree of each group (Boruvka), earlier pairs first."""
    rank = np.empty(len(a), dtype=np.int64)
    order = np.argsort(strength, kind="stable")
    rank[order] = np.arange(len(a))
    is_chosen = np.zeros(len(a), dtype=np.bool_)
    labels = np.arange(count)
    while (crossing := np.flatnonzero(labels[a] != labels[b])).size:
        best = np.full(count, len(a), dtype=np.int64)
        np.minimum.at(best, labels[a[crossing]], rank[crossing])
        np.minimum.at(best, labels[b[crossing]], rank[crossing])
        is_chosen[order[np.unique(best[best < len(a)])]] = True
        labels = clusters.connected(count, a[is_chosen], b[is_chosen])
    return is_chosen
