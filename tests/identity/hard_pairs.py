"""The hard Japanese cases, judged: how many are found, and whether one is wrong.

    python -m tests.identity.hard_pairs           # a table, one line a category
    python -m tests.identity.hard_pairs --missed  # with every pair that was not found
    python -m tests.identity.hard_pairs --floors  # the table of floors for the test

The cases are in hard_pairs.yaml. All of them are resolved at once, among a fixed
community of ordinary people, so that a name or a company is as frequent as it is in
real life.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from tabulate import tabulate

from pipelines.identity import frames, resolve
from tests.identity.ordinary_people import ordinary_accounts

FILE = Path(__file__).with_name("hard_pairs.yaml")
EXPECTATIONS = frozenset({"same", "review", "different"})
# Keys of an account in the file -> columns of ACCOUNTS.
COLUMNS = {
    "account": "account_id",
    "name": "display_name",
    "kana": "name_kana",
    "handle": "handle",
    "email": "email",
    "verified": "email_is_verified",
    "company": "company_name",
    "department": "department",
    "urls": "profile_urls",
    "seen": "first_seen_at",
    "bot": "is_bot",
}
_KEYS = {"id", "accounts", "links", "expect", "why"}
_LINK_COLUMNS = ("account_id_a", "account_id_b", "evidence", "n")
# Accounts without a date were seen from this day on, one a day.
_FIRST_DAY = datetime(2022, 1, 1, tzinfo=UTC)
_RUN_AT = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """One hard case.

    accounts: rows of ACCOUNTS, account_id always present; links: rows of LINKS
    expected: (account_id, account_id) in the order of the accounts -> expectation
    """

    case_id: str
    category: str
    accounts: tuple[dict[str, Any], ...]
    links: tuple[dict[str, Any], ...]
    expected: dict[tuple[str, str], str]
    why: str


@dataclass(frozen=True)
class Verdict:
    """One pair of one case, and what became of it."""

    case: Case
    pair: tuple[str, str]
    expected: str
    is_linked: bool

    def __str__(self) -> str:
        return f"{self.case.case_id} {' + '.join(self.pair)} ({self.expected})"


@dataclass(frozen=True)
class World:
    """All cases and the ordinary people, resolved.

    accounts: ACCOUNTS; links: LINKS; members: ACCOUNT_MEMBERS
    owners:   account_id -> the case, or the ordinary person, to whom it belongs
    """

    accounts: pd.DataFrame
    links: pd.DataFrame
    members: pd.DataFrame
    owners: dict[str, str]

    def verdicts(self) -> list[Verdict]:
        """Every pair of every case, in the order of the file."""
        member = self.members.set_index("account_id")["member_id"]
        return [
            Verdict(case, pair, expected, bool(member[pair[0]] == member[pair[1]]))
            for case in cases()
            for pair, expected in case.expected.items()
        ]

    def strangers(self) -> list[list[str]]:
        """Accounts of each member that holds accounts of two cases or people."""
        owner = self.members["account_id"].map(self.owners)
        count = owner.groupby(self.members["member_id"]).transform("nunique")
        mixed = self.members[count > 1]
        return [sorted(rows) for _, rows in mixed.groupby("member_id")["account_id"]]


@cache
def cases() -> tuple[Case, ...]:
    """The cases of the file; ValueError names the case that cannot be read."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(FILE.read_text(encoding="utf-8"), loader)
    return tuple(
        read_case(category, entry)
        for category, entries in content.items()
        for entry in entries
    )


def read_case(category: str, entry: dict[str, Any]) -> Case:
    """One entry of the file as a Case."""
    label = f"{FILE.name}, case {entry.get('id', '?')}"
    if unknown := entry.keys() - _KEYS:
        raise ValueError(f"{label}: unknown keys {sorted(unknown)}; use {_KEYS}")
    for account in entry["accounts"]:
        if unknown := account.keys() - COLUMNS.keys():
            raise ValueError(
                f"{label}: unknown keys {sorted(unknown)}; use {list(COLUMNS)}"
            )
    accounts = tuple(
        {COLUMNS[key]: value for key, value in account.items()}
        | {"source": account["account"].partition(":")[0]}
        for account in entry["accounts"]
    )
    ids = [account["account_id"] for account in accounts]
    links = tuple(
        dict(zip(_LINK_COLUMNS, link, strict=True)) for link in entry.get("links", ())
    )
    expected = _expected(ids, entry["expect"], label)
    return Case(entry["id"], category, accounts, links, expected, entry["why"])


def _expected(
    ids: list[str], given: str | dict[str, str], label: str
) -> dict[tuple[str, str], str]:
    """The expectation of every pair.

    given: one word for all pairs, or words by pair of numbers ("1-2", from 1), where
    `others` stands for all pairs that are not listed.
    """
    words = {"others": given} if isinstance(given, str) else dict(given)
    if wrong := set(words.values()) - EXPECTATIONS:
        raise ValueError(f"{label}: {sorted(wrong)} is none of {sorted(EXPECTATIONS)}")
    others = words.pop("others", None)
    expected = {}
    for one, other in combinations(range(len(ids)), 2):
        word = words.pop(f"{one + 1}-{other + 1}", others)
        if word is None:
            raise ValueError(f"{label}: nothing is expected of {one + 1}-{other + 1}")
        expected[(ids[one], ids[other])] = word
    if words:
        raise ValueError(f"{label}: no such pairs: {sorted(words)}; the smaller first")
    return expected


def _rows() -> Iterator[dict[str, Any]]:
    """Rows of ACCOUNTS of all cases; those without a date are seen one a day."""
    day = 0
    for case in cases():
        for account in case.accounts:
            day += 1
            seen = account.get("first_seen_at")
            yield account | {
                "is_bot": account.get("is_bot", False),
                "first_seen_at": _FIRST_DAY + timedelta(days=day)
                if seen is None
                else datetime(seen.year, seen.month, seen.day, tzinfo=UTC),
            }


def resolved(data: Path) -> World:
    """All cases among the ordinary people, resolved in an empty data folder."""
    ordinary = ordinary_accounts()
    owners = {
        account["account_id"]: case.case_id
        for case in cases()
        for account in case.accounts
    } | dict(zip(ordinary["account_id"], ordinary["person"], strict=True))
    everybody = pd.concat([pd.DataFrame(_rows()), ordinary], ignore_index=True)
    accounts = frames.to_table(everybody, frames.ACCOUNTS)
    links = frames.to_table(
        pd.DataFrame(link for case in cases() for link in case.links), frames.LINKS
    )
    members = resolve.account_members(accounts, links, data=data, run_at=_RUN_AT)
    return World(accounts.to_pandas(), links.to_pandas(), members.to_pandas(), owners)


def scores(verdicts: list[Verdict]) -> pd.DataFrame:
    """Per category, in the order of the file, and in total (last row).

    Columns: category, cases, same (pairs), found (of these), review, different (pairs),
    wrong (of both linked), recall (found of same), precision (found of all linked).
    """
    frame = pd.DataFrame(
        {
            "category": verdict.case.category,
            "cases": verdict.case.case_id,
            "expected": verdict.expected,
            "is_linked": verdict.is_linked,
        }
        for verdict in verdicts
    )
    total = frame.assign(category="all")
    rows = []
    for name, part in pd.concat([frame, total]).groupby("category", sort=False):
        is_same = part["expected"].eq("same")
        found = int((is_same & part["is_linked"]).sum())
        wrong = int((~is_same & part["is_linked"]).sum())
        rows.append(
            {
                "category": name,
                "cases": part["cases"].nunique(),
                "same": int(is_same.sum()),
                "found": found,
                "review": int(part["expected"].eq("review").sum()),
                "different": int(part["expected"].eq("different").sum()),
                "wrong": wrong,
                "recall": found / max(1, int(is_same.sum())),
                "precision": found / (found + wrong) if found + wrong else 1.0,
            }
        )
    return pd.DataFrame(rows)


def main(arguments: list[str] | None = None) -> None:
    """Prints the table, and what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--missed", action="store_true", help="pairs not found")
    parser.add_argument("--floors", action="store_true", help="floors for the test")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        world = resolved(Path(folder))
    verdicts = world.verdicts()
    table = scores(verdicts)
    if options.floors:
        print("FOUND = {")
        for row in table.iloc[:-1].itertuples():
            print(f'    "{row.category}": {row.found},')
        print("}")
        return
    print(
        tabulate(
            table,
            headers="keys",
            tablefmt="github",
            showindex=False,
            floatfmt=".3f",
        )
    )
    for verdict in verdicts:
        is_same = verdict.expected == "same"
        if verdict.is_linked and not is_same:
            print(f"WRONG  {verdict}: {verdict.case.why}")
        elif options.missed and is_same and not verdict.is_linked:
            print(f"missed {verdict}: {verdict.case.why}")
    for accounts in world.strangers():
        print(f"WRONG  strangers linked: {', '.join(accounts)}")


if __name__ == "__main__":
    main()
