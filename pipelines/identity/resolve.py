"""Accounts -> members: the steps in order, and what they change in the log.

Who belongs together follows from today's accounts, links and manual decisions alone, so
a rebuild and a daily run agree. What people call each member (its id), since when and
why, follows from the log, so a run that learns nothing changes nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.identity import clusters, evidence, frames, log, manual, policy
from pipelines.identity.clusters import Clusters
from pipelines.identity.manual import ManualDecisions

RULES = "rules"


@dataclass(frozen=True)
class Outcome:
    """What one run makes of the accounts.

    account_members: ACCOUNT_MEMBERS, every account once
    new_decisions:   DECISIONS that this run adds to the log
    """

    account_members: pd.DataFrame
    new_decisions: pd.DataFrame


def account_members(
    accounts: pa.Table, links: pa.Table, *, data: Path, run_at: datetime
) -> pa.Table:
    """ACCOUNT_MEMBERS of all accounts; appends what is new to the log in `data`."""
    accounts_frame = frames.shaped(accounts.to_pandas(), frames.ACCOUNTS)
    links_frame = frames.shaped(links.to_pandas(), frames.LINKS)
    decisions = manual.read(data, set(accounts_frame["account_id"]))
    outcome = decide(
        accounts_frame, links_frame, decisions, log.read(data), run_at=run_at
    )
    log.append(data, outcome.new_decisions)
    return frames.to_table(outcome.account_members, frames.ACCOUNT_MEMBERS)


def clock(microseconds: int) -> datetime:
    """The run's clock from microseconds since 1970 (UTC)."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)


def decisions(*, data: Path) -> pa.Table:
    """DECISIONS: the whole log."""
    return frames.to_table(log.read(data), frames.DECISIONS)


def review_queue(*, data: Path) -> pa.Table:
    """REVIEW_QUEUE: what waits for a person."""
    return frames.to_table(log.open_reviews(log.read(data)), frames.REVIEW_QUEUE)


def member_aliases(*, data: Path) -> pa.Table:
    """MEMBER_ALIASES: where the ids of merged members lead today."""
    return frames.to_table(log.aliases(log.read(data)), frames.MEMBER_ALIASES)


def account_flags(accounts: pa.Table, *, data: Path) -> pa.Table:
    """ACCOUNT_FLAGS: what people decided about bots and colleagues."""
    known = set(accounts["account_id"].to_pylist())
    rows: dict[str, dict[str, object]] = {}
    for item in manual.read(data, known).decisions:
        if item.decision in manual.FLAGS:
            flag, value = manual.FLAGS[item.decision]
            row = rows.setdefault(item.account_a, {"account_id": item.account_a})
            row |= {flag: value, "reason": item.reason, "decided_by": item.who}
    return pa.Table.from_pylist(list(rows.values()), schema=frames.ACCOUNT_FLAGS)


def rejected_decisions(accounts: pa.Table, *, data: Path) -> pa.Table:
    """REJECTED_DECISIONS: lines of the decisions file that could not be used."""
    known = set(accounts["account_id"].to_pylist())
    rows = [
        {
            "source": "identity",
            "table_name": "decisions",
            "file": item.file,
            "line": item.line,
            "reason": item.reason,
            "payload": item.payload,
        }
        for item in manual.read(data, known).rejected
    ]
    return pa.Table.from_pylist(rows, schema=frames.REJECTED_DECISIONS)


def decide(
    accounts: pd.DataFrame,
    links: pd.DataFrame,
    by_hand: ManualDecisions,
    history: pd.DataFrame,
    *,
    run_at: datetime,
) -> Outcome:
    """Members of today's accounts, and the decisions that lead there from the log."""
    people = evidence.prepare(accounts)
    found = evidence.collect(people, links)
    position = dict(zip(people["account_id"], people.index, strict=True))
    splits = [
        (position[item.account_a], position[item.account_b])
        for item in by_hand.about_two("split")
    ]
    pairs = _with_merges(found.pairs, by_hand, position)
    grouped = clusters.build(people, pairs, splits)

    state = _members(people, grouped.labels, history)
    reasons = _reasons(people, grouped.pairs)
    new = [
        _assignments(state, reasons, grouped.pairs, by_hand, position),
        _aliases(state),
        _reviews(people, found.doubts, grouped, splits, history),
    ]
    decided = _stamped(pd.concat(new, ignore_index=True), history, run_at)
    whose = log.replay(pd.concat([history, decided], ignore_index=True))
    return Outcome(_account_members(accounts, whose), decided)


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
            }
            for item in reversed(by_hand.about_two("merge"))
        ],
        columns=evidence.PAIR_COLUMNS,
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
    state["own_id"] = pd.Series(log.hashed("m_", people["account_id"]), dtype="str")
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
        .fillna(state["label"].map(revived.set_index("label")["own_id"]))
        .fillna(state["label"].map(state["own_id"]))
    )
    founders = state.loc[state["own_id"].eq(state["member_id"]), "label"]
    state["is_first"] = state["own_id"].eq(state["member_id"]) | (
        state["label"].eq(state.index) & ~state["label"].isin(founders)
    )
    return state


def _reasons(people: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Per account, by position: the strongest pair it is part of."""
    columns = ["subject", "other", "rule", "strength", "probability", "evidence"]
    both = pd.concat(
        [
            pairs.rename(columns={"a": "subject", "b": "other"})[columns],
            pairs.rename(columns={"b": "subject", "a": "other"})[columns],
        ]
    )
    both = both.sort_values(["strength", "other"], kind="stable")
    best = both.drop_duplicates("subject").set_index("subject")
    best["account_id_b"] = people["account_id"].to_numpy()[best["other"]]
    return best


def _assignments(
    state: pd.DataFrame,
    reasons: pd.DataFrame,
    pairs: pd.DataFrame,
    by_hand: ManualDecisions,
    position: dict[str, int],
) -> pd.DataFrame:
    """found, link and split decisions for accounts whose member or reason changed."""
    is_new = state["member_before"].isna()
    has_moved = ~is_new & state["member_before"].ne(state["member_id"])
    lost_reason = ~is_new & ~has_moved & ~state["is_first"]
    lost_reason &= ~_still_holds(state, pairs, position)
    is_confirmed = ~is_new & ~state["is_first"] & state["rule_before"].ne("manual")
    is_confirmed &= state.index.map(reasons["rule"]) == policy.MANUAL.name
    rows = state[is_new | has_moved | lost_reason | is_confirmed]

    rows = rows.join(reasons[["account_id_b", "rule", "probability", "evidence"]])
    first = rows["is_first"]
    rows.loc[first, "account_id_b"] = None
    rows.loc[first, "rule"] = policy.FIRST_ACCOUNT.name
    rows.loc[first, "probability"] = policy.FIRST_ACCOUNT.probability
    rows.loc[first, "evidence"] = policy.FIRST_ACCOUNT.evidence

    still_in_use = set(state["member_id"])
    before_in_use = set(state["member_before"].dropna())
    is_split = (
        rows["member_before"].isin(still_in_use)
        & ~rows["member_id"].isin(before_in_use)
        & rows["member_before"].ne(rows["member_id"])
    )
    rows["decision"] = np.where(
        is_split,
        "split",
        np.where(first & rows["member_before"].isna(), "found", "link"),
    )
    rows.loc[is_split & first, "evidence"] = "nothing links it to the others any more"
    who = {(item.account_a, item.account_b): item for item in by_hand.decisions}
    rows["decided_by"] = RULES
    rows = rows.rename(
        columns={"account_id": "account_id_a", "member_before": "previous_member_id"}
    )
    rows.loc[rows["previous_member_id"].eq(rows["member_id"]), "previous_member_id"] = (
        None
    )
    return _by_people(rows, who, state)


def _still_holds(
    state: pd.DataFrame, pairs: pd.DataFrame, position: dict[str, int]
) -> "pd.Series[bool]":
    """Per account: whether the pair for which it was linked is still found."""
    other = state["other_before"].map(position)
    linked = other.notna()
    one = state.index.to_numpy()[linked]
    two = other[linked].astype("int64").to_numpy()
    asked = pd.MultiIndex.from_arrays(
        [np.minimum(one, two), np.maximum(one, two), state.loc[linked, "rule_before"]]
    )
    holds = pd.Series(False, index=state.index)
    holds[linked] = asked.isin(pd.MultiIndex.from_frame(pairs[["a", "b", "rule"]]))
    return holds


def _by_people(
    rows: pd.DataFrame,
    who: dict[tuple[str, str], manual.Decision],
    state: pd.DataFrame,
) -> pd.DataFrame:
    """Decisions that the decisions file caused carry its author and reason."""
    members = dict(zip(state["account_id"], state["member_id"], strict=True))
    for item in who.values():
        if item.decision == "merge":
            pair = {item.account_a, item.account_b}
            is_his = (
                rows["rule"].eq(policy.MANUAL.name)
                & rows["account_id_a"].isin(pair)
                & rows["account_id_b"].isin(pair)
            )
        elif item.decision == "split":
            now = {members[item.account_a], members[item.account_b]}
            is_his = (
                rows["decision"].eq("split")
                & rows["member_id"].isin(now)
                & rows["previous_member_id"].isin(now)
            )
            other = item.account_b if item.account_b else None
            first = is_his & rows["rule"].eq(policy.FIRST_ACCOUNT.name)
            rows.loc[first, "rule"] = policy.MANUAL.name
            rows.loc[first, "account_id_b"] = other
            rows.loc[first & rows["account_id_a"].eq(other), "account_id_b"] = (
                item.account_a
            )
        else:
            continue
        rows.loc[is_his, "decided_by"] = item.who or "manual"
        rows.loc[is_his, "evidence"] = item.reason or policy.MANUAL.evidence
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
            "decided_by": RULES,
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
            "decided_by": RULES,
        }
    ).drop_duplicates(["account_id_a", "account_id_b", "rule"])
    before = log.open_reviews(history)
    key = ["account_id_a", "account_id_b", "rule"]
    now_key = pd.MultiIndex.from_frame(now[key])
    before_key = pd.MultiIndex.from_frame(before[key])
    settled = before[~before_key.isin(now_key)].assign(
        decision="settled", decided_by=RULES
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
    rows["decision_id"] = pd.Series(
        log.hashed("d_", words), index=rows.index, dtype="str"
    )
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
