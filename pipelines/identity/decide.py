"""What one run decides: members of today's accounts, and the way there from the log.

Who belongs together follows from today's accounts, links and manual decisions alone, so
a rebuild and a daily run agree. What each member is called (its id), since when and
why, follows from the log, so a run that learns nothing changes nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from pipelines.identity import clusters, evidence, frames, log, policy
from pipelines.identity.clusters import Clusters
from pipelines.identity.manual import ManualDecisions
from pipelines.identity.pairs import PAIR_COLUMNS


@dataclass(frozen=True)
class Outcome:
    """What one run makes of the accounts.

    account_members: ACCOUNT_MEMBERS, every account once, by account_id
    new_decisions:   DECISIONS that this run adds to the log
    """

    account_members: pd.DataFrame
    new_decisions: pd.DataFrame


def decide(
    accounts: pd.DataFrame,
    links: pd.DataFrame,
    by_hand: ManualDecisions,
    history: pd.DataFrame,
    *,
    run_at: datetime,
) -> Outcome:
    """Members of today's accounts, and the decisions that lead there from the log."""
    people = _flagged(evidence.prepare(accounts), by_hand)
    found = evidence.collect(people, links)
    position = dict(zip(people["account_id"], people.index, strict=True))
    splits = [
        (position[item.account_a], position[item.account_b])
        for item in by_hand.about_two("split")
    ]
    pairs = _with_merges(found.pairs, by_hand, position)
    grouped = clusters.build(people, pairs, splits)

    state = _members(people, grouped.labels, history)
    assigned = _assignments(state, _reasons(people, grouped.pairs), grouped.pairs)
    new = [
        _signed(assigned, state, by_hand),
        _aliases(state),
        _reviews(people, found.doubts, grouped, splits, history),
    ]
    decided = _stamped(pd.concat(new, ignore_index=True), history, run_at)
    whose = log.replay(pd.concat([history, decided], ignore_index=True))
    return Outcome(_account_members(accounts, whose), decided)


def _flagged(people: pd.DataFrame, by_hand: ManualDecisions) -> pd.DataFrame:
    """Accounts with what people decided about bots."""
    bots = by_hand.flags("is_bot")
    is_bot = people["account_id"].map(bots).fillna(people["is_bot"]).astype(bool)
    return people.assign(is_bot=is_bot)


def _with_merges(
    pairs: pd.DataFrame, by_hand: ManualDecisions, position: dict[str, int]
) -> pd.DataFrame:
    """Pairs with the merges of the decisions file before all others."""
    merges = pd.DataFrame(
        [
            {
                "a": min(position[item.account_a], position[item.account_b]),
                "b": max(position[item.account_a], position[item.account_b]),
                "rule": policy.MANUAL.name,
                "strength": policy.MANUAL.strength,
                "probability": policy.MANUAL.probability,
                "evidence": item.reason or policy.MANUAL.evidence,
                "is_direct": policy.MANUAL.is_direct,
                "decided_by": item.who or policy.MANUAL.name,
            }
            for item in reversed(by_hand.about_two("merge"))
        ],
        columns=PAIR_COLUMNS,
    ).astype(pairs.dtypes.to_dict())
    return pd.concat([merges, pairs], ignore_index=True).drop_duplicates(
        ["a", "b"], ignore_index=True
    )


def _members(
    people: pd.DataFrame, labels: clusters.Positions, history: pd.DataFrame
) -> pd.DataFrame:
    """Per account, by position: its member before and now.

    Columns: account_id, own_id (the id it would found), member_before (null when new),
    decision_before, other_before, rule_before, member_id, is_first.
    An id goes with the account that founded it; of several the oldest is kept.
    """
    before = log.replay(history)
    state = pd.DataFrame({"account_id": people["account_id"], "label": labels})
    state["own_id"] = log.hashed("m_", people["account_id"])
    known = before[["member_id", "decision", "account_id_b", "rule"]].set_axis(
        ["member_before", "decision_before", "other_before", "rule_before"], axis=1
    )
    state = state.join(known, on="account_id")

    state["founded"] = state["own_id"].eq(state["member_before"])
    holders = (
        state[state["member_before"].notna()]
        .sort_values(
            ["member_before", "founded"], ascending=[True, False], kind="stable"
        )
        .drop_duplicates("member_before")
    )
    kept = holders.sort_index().drop_duplicates("label").set_index("label")
    retired = history.loc[history["decision"].eq("alias"), "previous_member_id"]
    revived = state[
        state["own_id"].isin(set(retired) - set(holders["member_before"]))
    ].drop_duplicates("label")
    state["member_id"] = (
        state["label"]
        .map(kept["member_before"])
        .astype("str")  # all null when nobody was known before
        .fillna(state["label"].map(revived.set_index("label")["own_id"]).astype("str"))
        .fillna(state["label"].map(state["own_id"]))
    )
    founders = state.loc[state["own_id"].eq(state["member_id"]), "label"]
    state["is_first"] = state["own_id"].eq(state["member_id"]) | (
        (state["label"].to_numpy() == state.index.to_numpy())
        & ~state["label"].isin(founders)
    )
    return state


def _reasons(people: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Per account, by position: the strongest pair it is part of."""
    both = pd.concat(
        [
            pairs.rename(columns={"a": "subject", "b": "other"}),
            pairs.rename(columns={"b": "subject", "a": "other"}),
        ]
    )
    both = both.sort_values(["strength", "other"], kind="stable")
    best = both.drop_duplicates("subject").set_index("subject")
    best["account_id_b"] = people["account_id"].to_numpy()[best["other"]]
    return best


def _assignments(
    state: pd.DataFrame, reasons: pd.DataFrame, pairs: pd.DataFrame
) -> pd.DataFrame:
    """found, link and split decisions for accounts whose member or reason changed."""
    is_new = state["member_before"].isna()
    has_moved = ~is_new & state["member_before"].ne(state["member_id"])
    stays = ~is_new & ~has_moved & ~state["is_first"]
    rule_now = reasons["rule"].reindex(state.index)
    by_hand_now = rule_now.eq(policy.MANUAL.name) & state["rule_before"].ne(rule_now)
    has_new_reason = stays & (by_hand_now | ~_still_holds(state, pairs))
    rows = state[is_new | has_moved | has_new_reason].join(
        reasons[["account_id_b", "rule", "probability", "evidence", "decided_by"]]
    )

    used_before = set(state["member_before"].dropna())
    is_split = rows["member_before"].isin(set(state["member_id"])) & ~rows[
        "member_id"
    ].isin(used_before)
    is_found = rows["is_first"] & rows["member_before"].isna()
    rows["decision"] = np.where(is_split, "split", np.where(is_found, "found", "link"))
    stands_alone = {
        "account_id_b": None,
        "rule": policy.FIRST_ACCOUNT.name,
        "probability": policy.FIRST_ACCOUNT.probability,
        "evidence": policy.FIRST_ACCOUNT.evidence,
        "decided_by": policy.RULES,
    }
    for column, value in stands_alone.items():
        rows[column] = rows[column].mask(rows["is_first"], value)
    rows["evidence"] = rows["evidence"].mask(
        is_split & rows["is_first"], "nothing links it to the others any more"
    )
    has_same = rows["member_before"].eq(rows["member_id"])
    rows["previous_member_id"] = rows["member_before"].mask(has_same, None)
    return rows.rename(columns={"account_id": "account_id_a"})


def _still_holds(state: pd.DataFrame, pairs: pd.DataFrame) -> "pd.Series[bool]":
    """Per account: whether the pair for which it was linked is still found."""
    index = pd.Index(state["account_id"])
    other = index.get_indexer(pd.Index(state["other_before"]))
    own = state.index.to_numpy()
    asked = pd.MultiIndex.from_arrays(
        [np.minimum(own, other), np.maximum(own, other), state["rule_before"]]
    )
    found = asked.isin(pd.MultiIndex.from_frame(pairs[["a", "b", "rule"]]))
    return pd.Series(found & (other >= 0), index=state.index)


def _signed(
    rows: pd.DataFrame, state: pd.DataFrame, by_hand: ManualDecisions
) -> pd.DataFrame:
    """Splits that a line of the decisions file caused carry its author and reason."""
    members = dict(zip(state["account_id"], state["member_id"], strict=True))
    for item in by_hand.about_two("split"):
        parts = {members[item.account_a], members[item.account_b]}
        is_his = (
            rows["decision"].eq("split")
            & rows["is_first"]
            & rows["member_id"].isin(parts)
            & rows["previous_member_id"].isin(parts)
        )
        values = {
            "rule": policy.MANUAL.name,
            "decided_by": item.who or policy.MANUAL.name,
            "evidence": item.reason or clusters.SPLIT_BY_HAND,
        }
        for column, value in values.items():
            rows[column] = rows[column].mask(is_his, value)
    return rows


def _aliases(state: pd.DataFrame) -> pd.DataFrame:
    """alias decisions: ids that no account has any more."""
    known = state[state["member_before"].notna()]
    gone = known[~known["member_before"].isin(set(state["member_id"]))]
    gone = gone.sort_values("founded", ascending=False, kind="stable")
    gone = gone.drop_duplicates("member_before").sort_index()
    return pd.DataFrame(
        {
            "decision": "alias",
            "account_id_a": gone["account_id"],
            "member_id": gone["member_id"],
            "previous_member_id": gone["member_before"],
            "rule": "merge",
            "evidence": "merged into the member known longer",
            "probability": 1.0,
            "decided_by": policy.RULES,
        }
    )


def _reviews(
    people: pd.DataFrame,
    doubts: pd.DataFrame,
    grouped: Clusters,
    splits: list[tuple[int, int]],
    history: pd.DataFrame,
) -> pd.DataFrame:
    """review decisions for new doubts, settled ones for those that are gone."""
    ids = people["account_id"].to_numpy()
    declared = pd.MultiIndex.from_tuples(
        [(min(pair), max(pair)) for pair in splits] or [(-1, -1)]
    )
    refused = grouped.refused[grouped.refused["reason"].ne(clusters.SPLIT_BY_HAND)]
    open_now = pd.concat([doubts, refused], ignore_index=True)
    is_apart = grouped.labels[open_now["a"]] != grouped.labels[open_now["b"]]
    is_declared = pd.MultiIndex.from_frame(open_now[["a", "b"]]).isin(declared)
    open_now = open_now[is_apart & ~is_declared]
    now = pd.DataFrame(
        {
            "decision": "review",
            "account_id_a": ids[open_now["a"]],
            "account_id_b": ids[open_now["b"]],
            "rule": open_now["rule"],
            "evidence": open_now["evidence"] + "; " + open_now["reason"],
            "probability": open_now["probability"],
            "decided_by": policy.RULES,
        }
    ).drop_duplicates(["account_id_a", "account_id_b", "rule"])
    before = log.open_reviews(history)
    key = ["account_id_a", "account_id_b", "rule"]
    now_key = pd.MultiIndex.from_frame(now[key])
    before_key = pd.MultiIndex.from_frame(before[key])
    settled = before[~before_key.isin(now_key)].assign(
        decision="settled", decided_by=policy.RULES
    )
    return pd.concat([now[~now_key.isin(before_key)], settled], ignore_index=True)


def _stamped(
    rows: pd.DataFrame, history: pd.DataFrame, run_at: datetime
) -> pd.DataFrame:
    """DECISIONS with number, id, time and run."""
    first = 0 if history.empty else int(history["sequence"].iloc[-1]) + 1
    rows = rows.assign(
        sequence=np.arange(first, first + len(rows)),
        decided_at=pd.Timestamp(run_at).tz_convert("UTC"),
        run_id=f"{run_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
    )
    words = rows["run_id"] + " " + rows["sequence"].astype("str")
    rows["decision_id"] = log.hashed("d_", words)
    return frames.shaped(rows, frames.DECISIONS)


def _account_members(accounts: pd.DataFrame, whose: pd.DataFrame) -> pd.DataFrame:
    """ACCOUNT_MEMBERS by account_id."""
    table = (
        accounts[["account_id"]].sort_values("account_id").join(whose, on="account_id")
    )
    table = table.rename(
        columns={
            "rule": "link_rule",
            "probability": "link_probability",
            "decided_at": "linked_at",
        }
    )
    table["is_manual"] = table["link_rule"].eq(policy.MANUAL.name)
    return frames.shaped(table, frames.ACCOUNT_MEMBERS)
