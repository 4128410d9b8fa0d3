"""How often we are right about who is who, against labelled data.

    python -m pipelines.identity.measure ../shared/data/{sympy,rust,ruby}
    python -m pipelines.identity.measure --errors 20 ../shared/data/sympy

Each folder holds inbox/accounts.parquet, inbox/links.parquet (the universal import) and
truth/identity.parquet (source, account_id, person_id, is_bot). Judged are pairs of
accounts that both have a person_id and are no bots: an account without one is unknown,
not alone. Personal data is printed only with --errors.
"""

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pandas as pd
from tabulate import tabulate

from pipelines.identity import frames
from pipelines.identity.decide import decide
from pipelines.identity.manual import ManualDecisions

# Any fixed moment: nothing measured depends on it.
_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LabelledSet:
    """accounts (ACCOUNTS), links (LINKS) and truth: account_id, person_id."""

    name: str
    accounts: pd.DataFrame
    links: pd.DataFrame
    truth: pd.DataFrame


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


def load(folder: Path) -> LabelledSet:
    """A labelled set from its folder; bots of the truth count as known bots."""
    accounts = pd.read_parquet(folder / "inbox" / "accounts.parquet")
    links = pd.read_parquet(folder / "inbox" / "links.parquet")
    truth = pd.read_parquet(folder / "truth" / "identity.parquet")
    truth["account_id"] = truth["source"] + ":" + truth["account_id"]
    accounts = accounts.rename(columns={"name": "display_name"})
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


def resolved(data: LabelledSet) -> pd.DataFrame:
    """ACCOUNT_MEMBERS of the set, from an empty log."""
    history = frames.shaped(pd.DataFrame(), frames.DECISIONS)
    by_hand = ManualDecisions((), ())
    outcome = decide(data.accounts, data.links, by_hand, history, run_at=_CLOCK)
    return outcome.account_members


def score(members: pd.DataFrame, truth: pd.DataFrame) -> Score:
    """members: account_id, member_id; truth: account_id, person_id."""
    both = truth.merge(members[["account_id", "member_id"]], on="account_id")
    return Score(
        linked=_pairs(both.groupby("member_id").size()),
        right=_pairs(both.groupby(["member_id", "person_id"]).size()),
        true=_pairs(both.groupby("person_id").size()),
    )


def by_rule(data: LabelledSet, members: pd.DataFrame) -> pd.DataFrame:
    """Per rule: accounts it linked, and how many stand with their own person.

    Judged are accounts with truth whose member has another account with truth.
    """
    both = members.merge(data.truth, on="account_id", how="left")
    known = both[both["person_id"].notna()]
    in_member = known.groupby("member_id")["person_id"].transform("size")
    of_person = known.groupby(["member_id", "person_id"])["person_id"].transform("size")
    known = known.assign(
        others=in_member - 1, right=(of_person - 1) / (in_member - 1).clip(lower=1)
    )
    judged = known[known["others"].gt(0)]
    return pd.DataFrame(
        {
            "accounts": both.groupby("link_rule").size(),
            "judged": judged.groupby("link_rule").size(),
            "precision": judged.groupby("link_rule")["right"].mean(),
        }
    ).reset_index()


def errors(data: LabelledSet, members: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Wrongly linked pairs: member, and both accounts with what they show."""
    both = data.truth.merge(members, on="account_id").merge(
        data.accounts, on="account_id"
    )
    found = []
    for member, rows in both.groupby("member_id"):
        shown = {
            str(row.account_id): f"{row.account_id} {row.display_name} {row.email} "
            f"{row.handle} [{row.link_rule}, person {row.person_id}]"
            for row in rows.itertuples()
        }
        person = dict(zip(shown, rows["person_id"], strict=True))
        found += [
            (str(member), shown[one], shown[other])
            for one, other in combinations(sorted(shown), 2)
            if person[one] != person[other]
        ]
    return found


def _pairs(sizes: "pd.Series[int]") -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def main(arguments: list[str] | None = None) -> None:
    """Prints one line a set, one line a rule, and the first errors where asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    options = parser.parse_args(arguments)
    totals, rules, wrong = [], [], []
    for folder in options.folders:
        data = load(folder)
        members = resolved(data)
        result = score(members, data.truth)
        sizes = members.groupby("member_id").size()
        totals.append(
            [
                data.name,
                len(members),
                len(sizes),
                int(sizes.max()),
                result.linked,
                result.precision,
                result.recall,
                result.f1,
            ]
        )
        table = by_rule(data, members).astype(object)
        rules += [
            [data.name, *row] for row in table.where(table.notna(), None).to_numpy()
        ]
        wrong += [[data.name, *row] for row in errors(data, members)[: options.errors]]
    columns = ["accounts", "members", "largest", "pairs", "precision", "recall", "f1"]
    print(tabulate(totals, ["set", *columns], floatfmt=".4f"), end="\n\n")
    columns = ["set", "rule", "accounts", "judged", "precision"]
    print(
        tabulate(rules, columns, floatfmt=("", "", ".0f", ".0f", ".4f"), missingval="-")
    )
    if wrong:
        print("\n" + tabulate(wrong, ["set", "member", "one", "other"]))


if __name__ == "__main__":
    main()
