"""Members out of pairs: connected accounts, within what may never be joined.

Most groups break no rule and are found for all accounts at once. Only the groups that
do break one are built again pair by pair, the strongest first, leaving out each pair
that would break it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.identity import borrowed, normalise, policy
from pipelines.identity.borrowed import Name, agree, conflict

_T = TypeVar("_T")
Positions = npt.NDArray[np.int64]

SPLIT_BY_HAND = "a person decided that they are two people"


@dataclass(frozen=True)
class Clusters:
    """Who belongs together.

    labels:  per account the position of the oldest account of its group
    pairs:   the pairs that hold, both accounts in one group
    refused: pairs that would have joined what may not be joined, with `reason`
    """

    labels: Positions
    pairs: pd.DataFrame
    refused: pd.DataFrame


def connected(count: int, one: Iterable[int], other: Iterable[int]) -> Positions:
    """Per account the lowest position that can be reached over the pairs."""
    parent = np.arange(count, dtype=np.int64)
    first = np.asarray(one, dtype=np.int64)
    second = np.asarray(other, dtype=np.int64)
    while True:
        low = np.minimum(parent[first], parent[second])
        high = np.maximum(parent[first], parent[second])
        is_open = low != high
        if not is_open.any():
            return parent
        np.minimum.at(parent, high[is_open], low[is_open])
        while not np.array_equal(parent, jumped := parent[parent]):
            parent = jumped
        first, second = first[is_open], second[is_open]


def build(
    accounts: pd.DataFrame, pairs: pd.DataFrame, splits: list[tuple[int, int]]
) -> Clusters:
    """Groups of accounts.

    accounts: from `evidence.prepare`; pairs: `evidence.PAIR_COLUMNS`, strongest first
    splits: pairs of positions that a person declared to be two people
    """
    facts = _facts(accounts, pairs)
    labels = connected(len(accounts), pairs["a"], pairs["b"])
    offending = _offending(accounts, facts, labels, splits)
    offending |= _of_two_names(pairs, facts, labels)
    offending |= _of_borrowed_addresses(pairs, facts, labels)
    if not offending:
        return Clusters(labels, pairs, pairs.iloc[:0].assign(reason=""))

    is_offending = np.isin(labels[pairs["a"]], list(offending))
    reasons = _join_within_rules(pairs[is_offending], facts, splits)
    is_refused = pairs.index.isin(reasons.keys())
    labels = connected(
        len(accounts), pairs.loc[~is_refused, "a"], pairs.loc[~is_refused, "b"]
    )
    refused = pairs[is_refused].assign(reason=pd.Series(reasons))
    is_apart = labels[refused["a"]] != labels[refused["b"]]
    return Clusters(labels, pairs[~is_refused], refused[is_apart])


@dataclass(frozen=True)
class _Facts:
    """What the cannot-link rules look at, per account.

    source:   the source, '' where the id is no stable one: a spelling, an address
    employer: (domain, address) given by the person at an employer's domain; None where
              the address may be somebody else's
    said:     label of the accounts that direct rules join: those may share a source
    crm:      the same for rules 0 and 1: those may have several addresses
    name:     as given; ('', '') where there is none
    claimed:  the address of a source where anybody can claim any, '' elsewhere
    owners:   names of whose address it may be: only of accounts that may borrow one
    """

    source: list[str]
    employer: list[tuple[str, str] | None]
    said: Positions
    crm: Positions
    name: list[Name]
    claimed: list[str]
    owners: dict[int, set[Name]]


def _facts(accounts: pd.DataFrame, pairs: pd.DataFrame) -> _Facts:
    is_spelling = accounts["source"].isin(list(policy.UNSTABLE_ID_SOURCES))
    # Who gives another address is another row there: such an id is a spelling as well.
    is_stable = ~is_spelling & ~borrowed.has_address_for_id(accounts)
    owners = borrowed.owners_names(accounts)
    is_own = ~accounts.index.isin(list(owners))
    given = accounts["address"].where(accounts["is_given"] & is_own, "")
    domains = {address: normalise.email_domain(address) for address in given.unique()}
    direct = pairs[pairs["is_direct"]]
    crm = pairs[pairs["strength"].le(policy.CRM_CONTACT.strength)]
    return _Facts(
        source=accounts["source"].where(is_stable, "").tolist(),
        employer=[
            (domains[address], address) if domains[address] else None
            for address in given
        ],
        said=connected(len(accounts), direct["a"], direct["b"]),
        crm=connected(len(accounts), crm["a"], crm["b"]),
        name=borrowed.names(accounts),
        claimed=accounts["address"].where(is_spelling, "").tolist(),
        owners=owners,
    )


def _offending(
    accounts: pd.DataFrame,
    facts: _Facts,
    labels: Positions,
    splits: list[tuple[int, int]],
) -> set[int]:
    """Labels of groups that break a rule."""
    sizes = np.bincount(labels, minlength=len(labels))
    frame = pd.DataFrame(
        {
            "label": labels,
            "source": facts.source,
            "said": facts.said,
            "crm": facts.crm,
            "employer": [pair[0] if pair else "" for pair in facts.employer],
            "address": [pair[1] if pair else "" for pair in facts.employer],
        }
    )[sizes[labels] > 1]
    stable = frame[frame["source"].ne("")]
    strangers = stable.groupby(["label", "source"])["said"].nunique()
    employed = frame[frame["employer"].ne("")]
    by_employer = employed.groupby(["label", "employer"])
    colleagues = (by_employer["address"].nunique() > 1) & (
        by_employer["crm"].nunique() > 1
    )
    return {
        *np.flatnonzero(sizes > policy.MAX_CLUSTER_SIZE).tolist(),
        *strangers[strangers > 1].index.get_level_values("label"),
        *colleagues[colleagues].index.get_level_values("label"),
        *(int(labels[a]) for a, b in splits if labels[a] == labels[b]),
    }


def _of_two_names(pairs: pd.DataFrame, facts: _Facts, labels: Positions) -> set[int]:
    """Labels of groups that inference joined and whose names contradict each other."""
    is_inferred = pairs["strength"].ge(policy.INFERRED)
    inferred = np.unique(labels[pairs.loc[is_inferred, "a"]])
    positions = np.flatnonzero(np.isin(labels, inferred))
    names: dict[int, set[Name]] = {}
    for position in positions:
        if facts.name[position][0]:
            names.setdefault(int(labels[position]), set()).add(facts.name[position])
    return {
        label
        for label, group in names.items()
        if any(conflict(one, other) for one, other in combinations(group, 2))
    }


def _of_borrowed_addresses(
    pairs: pd.DataFrame, facts: _Facts, labels: Positions
) -> set[int]:
    """Labels of groups that inference joined over an address that may be borrowed."""
    inferred = pairs[pairs["strength"].ge(policy.INFERRED)]
    ends = np.concatenate([inferred["a"], inferred["b"]])
    return set(labels[ends[np.isin(ends, list(facts.owners))]].tolist())


def _adds_to_each_other(one: set[_T], other: set[_T]) -> bool:
    """Whether joining makes more than either has: only then is the join to blame."""
    return not (one <= other or other <= one)


def _over_borrowed_address(
    facts: _Facts, ends: tuple[int, int], groups: tuple["_Group", "_Group"]
) -> str:
    """Why an inferred pair may not join its groups, as `_Group.objection`."""
    for end, own, other in zip(ends, groups, reversed(groups), strict=True):
        owners = facts.owners.get(end, set())
        if _any_agree(owners, own.names) and not _any_agree(owners, other.names):
            return "the address of one may be that of somebody of another name"
    return ""


def _any_agree(one: set[Name], other: set[Name]) -> bool:
    return any(agree(*two) for two in product(one, other))


@dataclass
class _Group:
    """One group while it grows."""

    members: set[int]
    said: dict[str, set[int]] = field(default_factory=dict)
    employed: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    apart: set[int] = field(default_factory=set)
    names: set[Name] = field(default_factory=set)
    claimed: set[str] = field(default_factory=set)

    def objection(self, other: "_Group", strength: int) -> str:
        """Why the two groups may not be one person; '' when they may."""
        if self.members & other.apart:
            return SPLIT_BY_HAND
        if strength == policy.MANUAL.strength:
            return ""
        if len(self.members) + len(other.members) > policy.MAX_CLUSTER_SIZE:
            return f"more than {policy.MAX_CLUSTER_SIZE} accounts would be one person"
        for source in self.said.keys() & other.said.keys():
            if _adds_to_each_other(self.said[source], other.said[source]):
                return f"two accounts at {source} would be one person"
        if strength > policy.CRM_CONTACT.strength:
            for employer in self.employed.keys() & other.employed.keys():
                here, there = self.employed[employer], other.employed[employer]
                # by address and by what the CRM says is one contact
                if all(
                    _adds_to_each_other(
                        {own[i] for own in here}, {its[i] for its in there}
                    )
                    for i in (0, 1)
                ):
                    return "two addresses at one employer would be one person's"
        # Who changes names in the settings of a machine keeps the address there.
        if strength >= policy.INFERRED and not self.claimed & other.claimed:
            met = list(product(self.names, other.names))
            # One who goes by two names is known under both of them on one side.
            if any(conflict(*two) for two in met) and not _any_agree(
                self.names, other.names
            ):
                return "names that can hardly be one person's"
        return ""

    def absorb(self, other: "_Group") -> None:
        """Both groups are one person."""
        self.members |= other.members
        self.apart |= other.apart
        self.names |= other.names
        self.claimed |= other.claimed
        for source, said in other.said.items():
            self.said.setdefault(source, set()).update(said)
        for employer, addresses in other.employed.items():
            self.employed.setdefault(employer, set()).update(addresses)


def _join_within_rules(
    pairs: pd.DataFrame, facts: _Facts, splits: list[tuple[int, int]]
) -> dict[int, str]:
    """Index of each pair that may not join its accounts -> the reason."""
    group_of: dict[int, _Group] = {}
    for position in pd.unique(pd.concat([pairs["a"], pairs["b"]])):
        group = _Group({position})
        if facts.claimed[position]:
            group.claimed = {facts.claimed[position]}
        if facts.name[position][0]:
            group.names = {facts.name[position]}
        if facts.source[position]:
            group.said[facts.source[position]] = {int(facts.said[position])}
        if employer := facts.employer[position]:
            group.employed[employer[0]] = {(employer[1], int(facts.crm[position]))}
        group_of[position] = group
    for a, b in splits:
        if a in group_of and b in group_of:
            group_of[a].apart.add(b)
            group_of[b].apart.add(a)

    reasons: dict[int, str] = {}
    in_order = zip(pairs.index, pairs["a"], pairs["b"], pairs["strength"], strict=True)
    for index, a, b, strength in in_order:
        one, other = group_of[a], group_of[b]
        if one is other:
            continue
        objection = one.objection(other, strength)
        if not objection and strength >= policy.INFERRED:
            objection = _over_borrowed_address(facts, (a, b), (one, other))
        if objection:
            reasons[index] = objection
            continue
        if len(one.members) < len(other.members):
            one, other = other, one
        one.absorb(other)
        for position in other.members:
            group_of[position] = one
    return reasons
