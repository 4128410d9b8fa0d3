"""What members are called: ids that stay, whoever comes and goes.

An id belongs to the account that founded it; where that one is gone, to the account
that bears it longest. A member bears the oldest of the ids that belong to its accounts,
the oldest being the one that the log knows longest. So a merge keeps the older id, a
part that is split off again has its own id again, and no id ever goes to other people.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.identity import log
from pipelines.identity.clusters import Positions

Names = npt.NDArray[np.object_]
NOBODY = -1


@dataclass(frozen=True)
class State:
    """Who every account was before this run and is now; arrays by position.

    account_ids: the accounts
    before:      number of its member's id in `names` before this run, -1 when new
    now:         the same from now on
    is_first:    whether the member's id belongs to the account
    names:       ids of members, the one that the log knows longest first
    reasons:     decision, account_id_b, rule of the last assignment; null when new
    """

    account_ids: pd.Series
    before: Positions
    now: Positions
    is_first: npt.NDArray[np.bool_]
    names: Names
    reasons: pd.DataFrame

    @property
    def is_new(self) -> npt.NDArray[np.bool_]:
        """Accounts that the log does not know."""
        return np.equal(self.before, NOBODY)

    @property
    def has_moved(self) -> npt.NDArray[np.bool_]:
        """Accounts that the log knows as somebody else."""
        moved: npt.NDArray[np.bool_] = ~self.is_new & np.not_equal(
            self.before, self.now
        )
        return moved


def state(account_ids: pd.Series, labels: Positions, history: pd.DataFrame) -> State:
    """Ids for the groups of today's accounts.

    labels: per account the position of the oldest account of its group
    history: the log, DECISIONS in order
    """
    assigning = log.assigning(history)
    codes, used = pd.factorize(assigning["member_id"])  # numbered as they appeared
    last = ~assigning["account_id_a"].duplicated(keep="last").to_numpy()
    known = assigning[last]
    row = pd.Index(known["account_id_a"]).get_indexer(pd.Index(account_ids))
    before = np.where(row == NOBODY, NOBODY, codes[last][row] if len(known) else NOBODY)

    own = pd.Index(used).get_indexer(pd.Index(log.hashed("m_", account_ids)))
    holder = _holders(account_ids, own, before, row, history, used)
    now, names, holder = _oldest_in_group(
        account_ids, labels, holder, np.asarray(used, dtype=np.object_)
    )
    is_first = np.zeros(len(labels), dtype=np.bool_)
    is_first[holder[now]] = True

    columns = ["decision", "account_id_b", "rule"]
    reasons = known[columns].reset_index(drop=True).reindex(row)
    reasons.index = account_ids.index
    return State(account_ids, before, now, is_first, names, reasons)


def _holders(
    account_ids: pd.Series,
    own: Positions,
    before: Positions,
    row: Positions,
    history: pd.DataFrame,
    used: pd.Index,
) -> Positions:
    """Per id ever used the position of the account that it belongs to, -1 for none."""
    holder = np.full(len(used), NOBODY, dtype=np.int64)
    # Weakest claim first: whose it was when retired, who bears it, who founded it.
    retired = history.loc[
        history["decision"].eq("alias"), ["account_id_a", "previous_member_id"]
    ].drop_duplicates("previous_member_id", keep="last")
    if len(retired):
        id_number = used.get_indexer(pd.Index(retired["previous_member_id"]))
        position = pd.Index(account_ids).get_indexer(pd.Index(retired["account_id_a"]))
        holder[id_number] = position
    bearers = np.flatnonzero(before != NOBODY)
    longest_last = bearers[np.argsort(-row[bearers], kind="stable")]
    holder[before[longest_last]] = longest_last
    founders = np.flatnonzero(own != NOBODY)
    holder[own[founders]] = founders
    return holder


def _oldest_in_group(
    account_ids: pd.Series, labels: Positions, holder: Positions, names: Names
) -> tuple[Positions, Names, Positions]:
    """Per account the number of its member's id; new ids are added to the names."""
    nothing = len(names)
    oldest = np.full(len(labels), nothing, dtype=np.int64)  # by label
    claimed = np.flatnonzero(holder != NOBODY)
    np.minimum.at(oldest, labels[holder[claimed]], claimed)
    founders = np.flatnonzero((labels == np.arange(len(labels))) & (oldest == nothing))
    oldest[founders] = nothing + np.arange(len(founders))
    new = log.hashed("m_", account_ids.iloc[founders]).to_numpy(dtype=np.object_)
    return (
        oldest[labels],
        np.concatenate([names, new]),
        np.concatenate([holder, founders]),
    )
