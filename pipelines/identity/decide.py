"""What one run decides: members of today's accounts, and the way there from the log.

Who belongs together follows from today's accounts, links and manual decisions alone, so
a rebuild and a daily run agree. What each member is called (its id), since when and
why, follows from the log, so a run that learns nothing changes nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.identity import (
    clusters,
    evidence,
    frames,
    log,
    naming,
    policy,
    reasons,
)
from pipelines.identity.clusters import Clusters, Positions
from pipelines.identity.manual import UNDO, ManualDecisions
from pipelines.identity.memory import Memory
from pipelines.identity.naming import NOBODY, State
from pipelines.identity.statements import Sense
from pipelines.identity.wishes import Side, Wishes


@dataclass(frozen=True)
class Outcome:
    """What one run makes of the accounts.

    account_members: ACCOUNT_MEMBERS, every account once, by account_id
    new_decisions:   DECISIONS that this run adds to the log
    """

    account_members: pd.DataFrame
    new_decisions: pd.DataFrame


@dataclass(frozen=True)
class Weighed:
    """What speaks for and against, and the groups that follow from it.

    people: the accounts, from `evidence.prepare`; doubts: see `evidence.Evidence`
    """

    people: pd.DataFrame
    doubts: pd.DataFrame
    wishes: Wishes
    grouped: Clusters


def weigh(
    accounts: pd.DataFrame,
    links: pd.DataFrame,
    by_hand: ManualDecisions,
    memory: Memory | None = None,
) -> Weighed:
    """Groups of today's accounts, from them, their links and people's lines alone.

    memory: what the last run found; it changes the time that it takes, not the groups.
    """
    people = flagged(evidence.prepare(accounts), by_hand)
    if memory is not None:
        told = memory.weigh(people, links, partial(Wishes, by_hand))
        wishes = Wishes(by_hand, people["account_id"])
        return Weighed(people, told.doubts, wishes, told.grouped)
    found = evidence.collect(people, links)
    wishes = Wishes(by_hand, people["account_id"])
    pairs = wishes.added_to(found.pairs)
    grouped = clusters.build(people, pairs, wishes.apart())
    return Weighed(people, found.doubts, wishes, grouped)


def decide(
    accounts: pd.DataFrame,
    links: pd.DataFrame,
    by_hand: ManualDecisions,
    history: pd.DataFrame,
    *,
    run_at: datetime,
    memory: Memory | None = None,
) -> Outcome:
    """Members of today's accounts, and the decisions that lead there from the log."""
    weighed = weigh(accounts, links, by_hand, memory)
    people, grouped = weighed.people, weighed.grouped
    state = naming.state(people["account_id"], grouped.labels, history)
    assigned = _assignments(state, grouped.pairs)
    new = [
        _signed(assigned, state, weighed.wishes),
        _aliases(state),
        _reviews(weighed, history),
    ]
    decided = _stamped(pd.concat(new, ignore_index=True), history, run_at)
    return Outcome(_account_members(accounts, history, decided), decided)


def flagged(people: pd.DataFrame, by_hand: ManualDecisions) -> pd.DataFrame:
    """Accounts with what people decided about bots."""
    bots = by_hand.flags("is_bot")
    known = zip(people["account_id"], people["is_bot"], strict=True)
    return people.assign(is_bot=[bots.get(account, said) for account, said in known])


def _assignments(state: State, pairs: pd.DataFrame) -> pd.DataFrame:
    """found, link and split decisions for accounts whose member or reason changed.

    Index: position.
    """
    towards, pair = reasons.tree(pairs, state.is_first)
    changed = _with_new_reason(state, pairs, towards, pair)
    changed |= state.is_new | state.has_moved

    at = np.flatnonzero(changed)
    before, now = state.before[at], state.now[at]
    is_alone = pair[at] == reasons.NO_PAIR  # the first account of its member
    chosen = np.where(is_alone, 0, pair[at])
    rows = pairs[reasons.COLUMNS].iloc[chosen] if len(pairs) else _no_reasons(len(at))
    rows = rows.set_axis(at)
    ids = state.account_ids.to_numpy(dtype=np.object_)
    rows["account_id_a"] = ids[at]
    rows["account_id_b"] = ids[towards[at]]
    rows["member_id"] = state.names[now]
    has_left = (before != NOBODY) & (before != now)
    left = pd.Series(state.names[before], index=at)
    rows["previous_member_id"] = left.mask(~has_left, None)

    is_split = has_left & ~np.isin(now, state.before)
    is_found = is_alone & (before == NOBODY)
    rows["decision"] = np.where(is_split, "split", np.where(is_found, "found", "link"))
    stands_alone = {
        "account_id_b": None,
        "rule": policy.FIRST_ACCOUNT.name,
        "probability": policy.FIRST_ACCOUNT.probability,
        "evidence": policy.FIRST_ACCOUNT.evidence,
        "decided_by": policy.RULES,
    }
    for column, value in stands_alone.items():
        rows[column] = rows[column].mask(is_alone, value)
    rows["evidence"] = rows["evidence"].mask(
        is_split & is_alone, "nothing links it to the others any more"
    )
    return rows


def _no_reasons(count: int) -> pd.DataFrame:
    """Empty reasons, where no pair holds."""
    return pd.DataFrame(None, range(count), reasons.COLUMNS, dtype=object)


def _with_new_reason(
    state: State, pairs: pd.DataFrame, towards: Positions, pair: Positions
) -> npt.NDArray[np.bool_]:
    """Accounts that stay whose link is gone, or leads to the first account no more."""
    stays = ~state.is_new & ~state.has_moved & ~state.is_first
    at = np.flatnonzero(stays)
    other = towards.copy()
    other[at] = pd.Index(state.account_ids).get_indexer(
        pd.Index(state.reasons["account_id_b"].iloc[at])
    )
    rule_before = state.reasons["rule"].to_numpy()[at]
    rule_now = pairs["rule"].to_numpy()[pair[at]] if len(pairs) else rule_before
    by_hand = (rule_now == policy.MANUAL.name) & (rule_before != rule_now)
    changed = np.zeros(len(towards), dtype=np.bool_)
    changed[at] = by_hand | ~_still_holds(at, other[at], rule_before, pairs)
    while True:
        other[changed] = towards[changed]
        is_lost = stays & ~changed & ~reasons.leads_to_first(other, state.is_first)
        if not is_lost.any():
            return changed
        changed |= is_lost


def _still_holds(
    one: Positions,
    other: Positions,
    rule: npt.NDArray[np.object_],
    pairs: pd.DataFrame,
) -> npt.NDArray[np.bool_]:
    """Per pair of positions and rule: whether it is among the pairs."""
    rules = pd.Index(pairs["rule"].unique())
    asked_rule = rules.get_indexer(pd.Index(rule))
    asked = _pair_keys(one, other, asked_rule, len(rules))
    found = _pair_keys(
        pairs["a"].to_numpy(),
        pairs["b"].to_numpy(),
        rules.get_indexer(pd.Index(pairs["rule"])),
        len(rules),
    )
    is_known = (other != NOBODY) & (asked_rule != NOBODY)
    holds: npt.NDArray[np.bool_] = np.isin(asked, found) & is_known
    return holds


def _pair_keys(
    one: Positions,
    other: Positions,
    rule: Positions,
    rules: int,
) -> Positions:
    """One number per unordered pair of positions and rule."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    return (low * (2**31) + high) * (rules + 1) + rule


def _signed(rows: pd.DataFrame, state: State, wishes: Wishes) -> pd.DataFrame:
    """Decisions that a line of the file caused carry its author and reason."""
    if rows.empty:
        return rows
    # Newest first: of several lines the last one that caused a row signs it.
    for side in reversed(wishes.sides):
        if side.sense is Sense.TOGETHER or not (side.one and side.other):
            continue
        is_his = _caused_by(side, rows.index.to_numpy(), state)
        is_his &= rows["previous_member_id"].notna().to_numpy()
        if not is_his.any():
            continue
        who = side.line.who or policy.MANUAL.name
        words = side.line.words or clusters.SPLIT_BY_HAND
        is_first = is_his & rows["decision"].eq("split").to_numpy()
        is_first &= state.is_first[rows.index.to_numpy()]
        if side.sense is Sense.APART:
            rows["rule"] = rows["rule"].mask(is_first, policy.MANUAL.name)
            rows["evidence"] = rows["evidence"].mask(is_first, words)
            rows["decided_by"] = rows["decided_by"].mask(is_first, who)
        if side.line.decision == UNDO:
            # Moved for reasons of their own, which the undo let count.
            others = is_his & ~is_first
            reasons = rows["evidence"] + "; " + words
            rows["evidence"] = rows["evidence"].mask(others, reasons)
            rows["decided_by"] = rows["decided_by"].mask(others, who)
    return rows


def _caused_by(side: Side, positions: Positions, state: State) -> npt.NDArray[np.bool_]:
    """Per position: whether a line parted its accounts, or let them together again.

    So it is where accounts of both sides were one member before and are two now (or the
    reverse), and the account went the same way.
    """
    if side.sense is Sense.APART:
        common, parts = state.before, state.now
    else:
        common, parts = state.now, state.before
    one, other = list(side.one), list(side.other)
    shared = np.intersect1d(common[one], common[other])
    shared = shared[shared != NOBODY]
    in_one = np.isin(common[one], shared)
    in_other = np.isin(common[other], shared)
    own, its = parts[one][in_one], parts[other][in_other]
    if np.intersect1d(own, its).size:
        return np.zeros(len(positions), dtype=np.bool_)
    is_caused: npt.NDArray[np.bool_] = np.isin(common[positions], shared) & np.isin(
        parts[positions], np.concatenate([own, its])
    )
    return is_caused


def _aliases(state: State) -> pd.DataFrame:
    """alias decisions: ids that no account has any more."""
    known = np.flatnonzero(~state.is_new)
    gone = known[~np.isin(state.before[known], state.now)]
    # Where the id belongs to one of them, it leads where that one is; else the oldest.
    founders = log.hashed("m_", state.account_ids.iloc[gone]).to_numpy(dtype=np.object_)
    is_founder = founders == state.names[state.before[gone]]
    order = np.lexsort((gone, ~is_founder))
    _, first = np.unique(state.before[gone][order], return_index=True)
    gone = np.sort(gone[order][first])
    return pd.DataFrame(
        {
            "decision": "alias",
            "account_id_a": state.account_ids.iloc[gone],
            "member_id": state.names[state.now[gone]],
            "previous_member_id": state.names[state.before[gone]],
            "rule": "merge",
            "evidence": "merged into the member known longer",
            "probability": 1.0,
            "decided_by": policy.RULES,
        }
    )


def _reviews(weighed: Weighed, history: pd.DataFrame) -> pd.DataFrame:
    """review decisions for new doubts, settled ones for those that are gone."""
    ids = weighed.people["account_id"].to_numpy()
    grouped, doubts = weighed.grouped, weighed.doubts
    declared = pd.MultiIndex.from_tuples(weighed.wishes.apart() or [(NOBODY, NOBODY)])
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
        run_id=_run_id(history, run_at),
    )
    words = rows["run_id"] + " " + rows["sequence"].astype("str")
    rows["decision_id"] = log.hashed("d_", words)
    return frames.shaped(rows, frames.DECISIONS)


def _run_id(history: pd.DataFrame, run_at: datetime) -> str:
    """The run by its clock; a second one at the same clock is told from the first."""
    clock = f"{run_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    runs = set(history["run_id"].unique())
    again = (f"{clock}-{number}" for number in range(2, len(runs) + 3))
    return next(name for name in [clock, *again] if name not in runs)


def _account_members(
    accounts: pd.DataFrame, history: pd.DataFrame, decided: pd.DataFrame
) -> pd.DataFrame:
    """ACCOUNT_MEMBERS by account_id: the log replayed with this run's decisions."""
    whose = log.replay(pd.concat([history, decided], ignore_index=True))
    table = whose.reindex(accounts["account_id"].sort_values()).reset_index(
        names="account_id"
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
