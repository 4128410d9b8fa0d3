"""How often we are right about who is who, against labelled data.

`make bench-identity` prints what this measures. Judged are pairs of accounts that both
have a person_id and are no bots: an account without one is unknown, not alone.
"""

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.identity import clusters, evidence, frames


@dataclass(frozen=True)
class LabelledSet:
    """accounts (ACCOUNTS), links (LINKS) and truth: account_id, person_id."""

    name: str
    accounts: pd.DataFrame
    links: pd.DataFrame
    truth: pd.DataFrame


@dataclass(frozen=True)
class Resolution:
    """What was made of a set.

    members: account_id, member_id
    pairs:   account_id_a, account_id_b, rule, strength, probability, evidence: the
             pairs that hold
    reviews: the same columns: pairs that a person is asked about
    """

    members: pd.DataFrame
    pairs: pd.DataFrame
    reviews: pd.DataFrame


@dataclass(frozen=True)
class Score:
    """Pairs of accounts: linked by us, right among those, true by the labels."""

    linked: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        """1 when nothing is linked: then nothing is wrong."""
        return self.right / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        """1 when there is nothing to find."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = self.linked + self.true
        return 2 * self.right / total if total else 1.0


@dataclass(frozen=True)
class BCubed:
    """Means over accounts: which share of its member is its person, and the reverse."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def load(folder: Path) -> LabelledSet:
    """A labelled set from its folder; bots of the truth count as known bots.

    The folder holds inbox/accounts.parquet, inbox/links.parquet (universal import) and
    truth/identity.parquet: source, account_id, person_id, is_bot.
    """
    accounts = pd.read_parquet(folder / "inbox" / "accounts.parquet")
    links = pd.read_parquet(folder / "inbox" / "links.parquet")
    truth = pd.read_parquet(folder / "truth" / "identity.parquet")
    truth["account_id"] = truth["source"] + ":" + truth["account_id"]
    accounts = accounts.rename(
        columns={
            "name": "display_name",
            "company": "company_name",
            "email_verified": "email_is_verified",
        }
    )
    accounts["account_id"] = accounts["source"] + ":" + accounts["account_id"]
    bots = set(truth.loc[truth["is_bot"].eq(True), "account_id"])
    accounts["is_bot"] = accounts["account_id"].isin(bots)
    for side in ("a", "b"):
        links[f"account_id_{side}"] = (
            links[f"source_{side}"] + ":" + links[f"account_id_{side}"]
        )
    known = truth[truth["person_id"].notna() & ~truth["account_id"].isin(bots)]
    return LabelledSet(
        folder.name,
        frames.shaped(accounts, frames.ACCOUNTS),
        frames.shaped(links, frames.LINKS),
        known[["account_id", "person_id"]],
    )


def resolve(data: LabelledSet) -> Resolution:
    """The set as a first run resolves it: no decisions by hand, an empty log."""
    people = evidence.prepare(data.accounts)
    found = evidence.collect(people, data.links)
    grouped = clusters.build(people, found.pairs, [])
    ids = people["account_id"].to_numpy()
    open_now = pd.concat([found.doubts, grouped.refused], ignore_index=True)
    is_apart = grouped.labels[open_now["a"]] != grouped.labels[open_now["b"]]
    return Resolution(
        pd.DataFrame({"account_id": ids, "member_id": ids[grouped.labels]}),
        _named(grouped.pairs, ids),
        _named(open_now[is_apart].drop_duplicates(["a", "b", "rule"]), ids),
    )


def _named(pairs: pd.DataFrame, ids: Any) -> pd.DataFrame:
    """Pairs of positions as pairs of account ids."""
    named = pairs.assign(account_id_a=ids[pairs["a"]], account_id_b=ids[pairs["b"]])
    columns = ["rule", "strength", "probability", "evidence"]
    return named[["account_id_a", "account_id_b", *columns]].reset_index(drop=True)


def joined(accounts: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """account_id, member_id: whatever the pairs connect, within no rules."""
    index = pd.Index(accounts["account_id"])
    labels = clusters.connected(
        len(accounts),
        index.get_indexer(pd.Index(pairs["account_id_a"])),
        index.get_indexer(pd.Index(pairs["account_id_b"])),
    )
    ids = accounts["account_id"].to_numpy()
    return pd.DataFrame({"account_id": ids, "member_id": ids[labels]})


def score(members: pd.DataFrame, truth: pd.DataFrame) -> Score:
    """members: account_id, member_id; truth: account_id, person_id."""
    both = truth.merge(members[["account_id", "member_id"]], on="account_id")
    return Score(
        linked=_pairs(both.groupby("member_id").size()),
        right=_pairs(both.groupby(["member_id", "person_id"]).size()),
        true=_pairs(both.groupby("person_id").size()),
    )


def bcubed(members: pd.DataFrame, truth: pd.DataFrame) -> BCubed:
    """B-cubed (Bagga and Baldwin 1998) over the accounts with truth; 1 of none.

    Unlike pairs, it counts a large member once per account and not per pair, and it
    rewards the accounts that rightly stand alone.
    """
    both = truth.merge(members[["account_id", "member_id"]], on="account_id")
    if both.empty:
        return BCubed(1.0, 1.0)
    shared = both.groupby(["member_id", "person_id"]).size()
    of_member = both.groupby("member_id").size().reindex(shared.index, level=0)
    of_person = both.groupby("person_id").size().reindex(shared.index, level=1)
    return BCubed(
        precision=float((shared**2 / of_member).sum() / len(both)),
        recall=float((shared**2 / of_person).sum() / len(both)),
    )


def judged(pairs: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Pairs of which both accounts have truth, with is_right."""
    person = truth.set_index("account_id")["person_id"]
    known = pairs[
        pairs["account_id_a"].isin(person.index)
        & pairs["account_id_b"].isin(person.index)
    ]
    one, other = known["account_id_a"].map(person), known["account_id_b"].map(person)
    return known.assign(is_right=one.eq(other).to_numpy(dtype=bool))


def by_rule(data: LabelledSet, result: Resolution) -> pd.DataFrame:
    """What each rule did, strongest first.

    pairs:   pairs that the rule itself links and that hold
    judged:  those of which both accounts have truth; right, precision: of these
    blamed:  wrong pairs of whole members, direct or over others, that it caused: the
             chain between the two accounts is followed, and where it passes from one
             person to another the weakest rule on that stretch is to blame (in equal
             parts where that happens twice). The sum is all wrong pairs.
    only:    right pairs of whole members that fall apart without the rule
    """
    direct = judged(result.pairs, data.truth).groupby("rule")["is_right"]
    chains = Chains(result.pairs)
    person: dict[str, object] = dict(
        zip(data.truth["account_id"], data.truth["person_id"], strict=True)
    )
    blamed: dict[str, float] = {}
    wrong = wrong_pairs(result.members, data.truth)
    for a, b in zip(wrong["account_id_a"], wrong["account_id_b"], strict=True):
        causes = _causes(chains.between(a, b), person)
        for cause in causes:
            blamed[cause] = blamed.get(cause, 0.0) + 1 / len(causes)
    rules = result.pairs.groupby("rule").agg(
        strength=("strength", "min"), pairs=("rule", "size")
    )
    right = score(joined(data.accounts, result.pairs), data.truth).right
    only = {
        rule: right - score(joined(data.accounts, others), data.truth).right
        for rule in rules.index
        for others in [result.pairs[result.pairs["rule"].ne(rule)]]
    }
    table = rules.assign(
        judged=direct.size(),
        right=direct.sum(),
        precision=direct.mean(),
        blamed=pd.Series(blamed, dtype="float64"),
        only=pd.Series(only, dtype="int64"),
    ).fillna({"judged": 0, "right": 0, "blamed": 0.0})
    table = table.astype({"judged": "int64", "right": "int64", "only": "int64"})
    table = table.sort_values(["strength", "rule"]).drop(columns="strength")
    return table.reset_index()


@dataclass(frozen=True)
class Link:
    """One step of a chain, in the direction in which it is walked."""

    start: str
    end: str
    rule: str
    strength: int
    evidence: str


class Chains:
    """How accounts hang together: between any two of a member one chain of pairs.

    Of several ways the one is told that the strongest pairs make, as members are built.
    """

    def __init__(self, pairs: pd.DataFrame) -> None:
        """pairs: `Resolution.pairs`."""
        self._links: dict[str, list[Link]] = {}
        ordered = pairs.sort_values("strength", kind="stable").reset_index(drop=True)
        accounts = pd.Index(
            pd.unique(pd.concat([ordered["account_id_a"], ordered["account_id_b"]]))
        )
        parent = list(range(len(accounts)))

        def root(at: int) -> int:
            while parent[at] != at:
                parent[at] = parent[parent[at]]
                at = parent[at]
            return at

        first = accounts.get_indexer(pd.Index(ordered["account_id_a"]))
        second = accounts.get_indexer(pd.Index(ordered["account_id_b"]))
        columns = ["account_id_a", "account_id_b", "rule", "strength", "evidence"]
        rows = ordered[columns].itertuples(index=False, name=None)
        for a, b, row in zip(first, second, rows, strict=True):
            one, other = root(int(a)), root(int(b))
            if one == other:
                continue
            parent[other] = one
            start, end, rule, strength, said = row
            there = Link(start, end, rule, int(strength), said)
            back = Link(end, start, rule, int(strength), said)
            self._links.setdefault(start, []).append(there)
            self._links.setdefault(end, []).append(back)

    def between(self, start: str, end: str) -> list[Link]:
        """The chain from one account to another; empty when there is none."""
        came: dict[str, Link | None] = {start: None}
        waiting = [start]
        while waiting and end not in came:
            here = waiting.pop()
            for link in self._links.get(here, []):
                if link.end not in came:
                    came[link.end] = link
                    waiting.append(link.end)
        chain: list[Link] = []
        step = came.get(end)
        while step is not None:
            chain.append(step)
            step = came[step.start]
        return chain[::-1]


def wrong_pairs(members: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """account_id_a, account_id_b: one member, two persons."""
    return _torn(truth.merge(members, on="account_id"), "member_id", "person_id")


def missed_pairs(members: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """account_id_a, account_id_b: one person, two members."""
    return _torn(truth.merge(members, on="account_id"), "person_id", "member_id")


def _torn(both: pd.DataFrame, same: str, other: str) -> pd.DataFrame:
    """Pairs of accounts that agree in one column and not in the other."""
    is_torn = both.groupby(same)[other].transform("nunique").gt(1)
    found = [
        (one, another)
        for _, rows in both[is_torn].sort_values("account_id").groupby(same)
        for (one, its), (another, others) in combinations(
            zip(rows["account_id"], rows[other], strict=True), 2
        )
        if its != others
    ]
    return pd.DataFrame(found, columns=["account_id_a", "account_id_b"], dtype="str")


def _causes(chain: list[Link], person: dict[str, object]) -> list[str]:
    """The rule to blame for each change of person on the way."""
    causes: list[str] = []
    stretch: list[Link] = []
    last = person[chain[0].start]
    for link in chain:
        stretch.append(link)
        here = person.get(link.end)
        if here is None:
            continue
        if here != last:
            causes.append(max(stretch, key=lambda item: item.strength).rule)
        last, stretch = here, []
    return causes


def _pairs(sizes: "pd.Series[int]") -> int:
    return int((sizes * (sizes - 1) // 2).sum())
