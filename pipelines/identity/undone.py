"""What a decision of the log moved, and so what undoing it says.

All rows of one run that took accounts from one member to another are one event; undoing
any of them undoes the event. What an undo says is a statement about sets of accounts as
they were then: an account that became known later follows its own evidence.
"""

import json
from dataclasses import asdict, dataclass

import pandas as pd

from pipelines.identity import log, policy


class CannotUndo(Exception):
    """The decision cannot be undone; the message says why and what to do."""


@dataclass(frozen=True)
class Undone:
    """What undoing an event says.

    accounts:   those that moved
    apart_from: those they came together with: two people
    back_with:  those they left: one person again
    freed_from: those they left because a person said so: that is taken back, and the
                evidence decides
    """

    accounts: tuple[str, ...]
    apart_from: tuple[str, ...] = ()
    back_with: tuple[str, ...] = ()
    freed_from: tuple[str, ...] = ()

    def written(self) -> str:
        """One cell of the decisions file, in plain ASCII whatever the accounts."""
        return json.dumps({name: ids for name, ids in asdict(self).items() if ids})


def parse(cell: str) -> Undone:
    """What `written` wrote. Raises: ValueError when it is not that."""
    said = json.loads(cell)
    if not isinstance(said, dict) or not said.get("accounts"):
        raise ValueError("no accounts")
    try:
        undone = Undone(**{name: tuple(ids) for name, ids in said.items()})
    except TypeError as error:
        raise ValueError("a name that an undo does not have") from error
    if not all(
        isinstance(item, str) for ids in asdict(undone).values() for item in ids
    ):
        raise ValueError("an account that is no text")
    return undone


def of(history: pd.DataFrame, decision_id: str) -> Undone:
    """What undoing a decision says. Raises: CannotUndo.

    history: the log, DECISIONS in order.
    """
    found = history[history["decision_id"].eq(decision_id)]
    if found.empty:
        raise CannotUndo(
            f"no decision '{decision_id}' in the log; `make explain A=...` lists those"
            " of an account"
        )
    row = found.iloc[0]
    if row["decision"] not in log.ASSIGNING:
        raise CannotUndo(_no_assignment(history, row))
    earlier = history.loc[: found.index[0] - 1]
    if row["decision"] == "found":
        raise CannotUndo(
            f"{decision_id} made {row['account_id_a']} known: nothing was before it"
        )
    if pd.isna(row["previous_member_id"]):
        known = log.last_assigning(earlier)
        is_known = known["account_id_a"].eq(row["account_id_a"])
        if is_known.any():
            raise CannotUndo(
                f"{decision_id} gives a further reason and moved nobody; undo"
                f" {_last_move(earlier, row['account_id_a'])} instead"
            )
        return _arrival(history, row)
    return _move(history, row)


def event(history: pd.DataFrame, decision_id: str) -> pd.DataFrame:
    """The rows of the log that are one event with the decision; itself among them."""
    row = history[history["decision_id"].eq(decision_id)].iloc[0]
    is_same = (
        history["run_id"].eq(row["run_id"])
        & history["decision"].isin(log.ASSIGNING)
        & history["member_id"].eq(row["member_id"])
        & history["previous_member_id"].eq(row["previous_member_id"]).fillna(False)
    )
    return history[is_same | history["decision_id"].eq(decision_id)]


def _no_assignment(history: pd.DataFrame, row: pd.Series) -> str:
    """Why a row that assigns no account cannot be undone."""
    if row["decision"] == "alias":
        same = history[
            history["run_id"].eq(row["run_id"])
            & history["decision"].isin(log.ASSIGNING)
            & history["previous_member_id"].eq(row["previous_member_id"]).fillna(False)
        ]
        return (
            f"{row['decision_id']} only records where the id"
            f" {row['previous_member_id']} leads; undo the decision that moved its"
            f" accounts: {', '.join(same['decision_id'])}"
        )
    return (
        f"{row['decision_id']} is a {row['decision']} and moved nobody; say what you"
        " think of the pair with `make review`, or as a merge or split line"
    )


def _last_move(earlier: pd.DataFrame, account: str) -> str:
    """The decision that brought an account to its member."""
    rows = earlier[
        earlier["account_id_a"].eq(account) & earlier["decision"].isin(log.ASSIGNING)
    ]
    is_move = rows["previous_member_id"].notna()
    return str(
        rows.loc[is_move | (rows.index == rows.index[0]), "decision_id"].iloc[-1]
    )


def _around(history: pd.DataFrame, row: pd.Series) -> tuple[pd.Series, pd.Series]:
    """account -> member before and after the run of a row; oldest assignment first."""
    in_run = history.index[history["run_id"].eq(row["run_id"])]
    before = log.replay(history.loc[: in_run[0] - 1])["member_id"]
    after = log.replay(history.loc[: in_run[-1]])["member_id"]
    return before, after


def _move(history: pd.DataFrame, row: pd.Series) -> Undone:
    """Accounts that went from one member to another."""
    before, after = _around(history, row)
    rows = event(history, row["decision_id"])
    moved = tuple(rows["account_id_a"])
    mine = set(moved)
    there = after.index[after.eq(row["member_id"])]
    others = tuple(item for item in there if item in before.index and item not in mine)
    was_there = before.index[before.eq(row["previous_member_id"])]
    left = [item for item in was_there if item not in mine and item not in set(there)]
    # Of those left behind, the ones that stayed; other parts are other decisions.
    stayed = [item for item in left if after[item] == row["previous_member_id"]]
    behind = tuple(stayed or left)
    is_by_hand = (
        rows["decision"].eq("split").all() and rows["rule"].eq(policy.MANUAL.name).any()
    )
    if is_by_hand:
        return Undone(moved, apart_from=others, freed_from=behind)
    return Undone(moved, apart_from=others, back_with=behind)


def _arrival(history: pd.DataFrame, row: pd.Series) -> Undone:
    """An account that became known as somebody's, with those known through it.

    The links of a member form a tree: behind this link are the accounts whose own lead
    to it.
    """
    in_run = history["run_id"].eq(row["run_id"]) & history["decision"].eq("link")
    arrived = history[
        in_run
        & history["member_id"].eq(row["member_id"])
        & history["previous_member_id"].isna()
    ]
    reason = dict(zip(arrived["account_id_a"], arrived["account_id_b"], strict=True))
    moved = {row["account_id_a"]: None}  # a dict keeps the order
    while more := [
        account
        for account, other in reason.items()
        if other in moved and account not in moved
    ]:
        moved |= dict.fromkeys(more)
    _, after = _around(history, row)
    there = after.index[after.eq(row["member_id"])]
    return Undone(
        tuple(moved), apart_from=tuple(item for item in there if item not in moved)
    )
