"""Wrong and missed pairs to look at by eye, and what kinds of them there are.

What is printed here are people: it is for the terminal and never for a file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from itertools import product
from typing import TypeAlias

import pandas as pd

from pipelines.identity import measure, normalise, readings
from pipelines.identity.measure import LabelledSet, Resolution

NEAR = 0.85  # ratio of two names that look alike
SHORTEST_LOGIN = 4
_WORD = re.compile(r"[^\W\d_]{3,}")
PARTNERS_SHOWN = 4
Facet: TypeAlias = Callable[[str], set[str]]
NOTHING = "nothing in common"


class Looker:
    """A set and what was made of it, by account and by member."""

    def __init__(self, data: LabelledSet, result: Resolution) -> None:
        self._result, self._truth = result, data.truth
        self._rows = data.accounts.set_index("account_id").to_dict("index")
        self._chains = measure.Chains(result.pairs)
        self._member = _mapping(result.members, "member_id")
        self._person = _mapping(data.truth, "person_id")
        self._accounts = result.members.groupby("member_id")["account_id"].agg(list)
        self._reviews = {
            frozenset((self._member[a], self._member[b]))
            for a, b in _rows(result.reviews, "account_id_a", "account_id_b")
        }
        self._links: dict[str, list[tuple[str, str, int]]] = {}
        columns = ("account_id_a", "account_id_b", "evidence", "n")
        for a, b, evidence, n in _rows(data.links, *columns):
            if a in self._member and b in self._member:
                self._links.setdefault(a, []).append((b, evidence, n))
                self._links.setdefault(b, []).append((a, evidence, n))
        self._bearers: dict[str, set[object]] = {}
        for account, person in self._person.items():
            for name in self._names(account):
                self._bearers.setdefault(name, set()).add(person)

    def wrong(self) -> list[tuple[str, str]]:
        """Pairs of one member and two persons."""
        found = measure.wrong_pairs(self._result.members, self._truth)
        return self._varied(found)

    def missed(self) -> list[tuple[str, str]]:
        """Pairs of one person and two members."""
        found = measure.missed_pairs(self._result.members, self._truth)
        return self._varied(found)

    def _varied(self, found: pd.DataFrame) -> list[tuple[str, str]]:
        """Of each two members (or of each member) one pair first."""
        pairs = list(_rows(found, "account_id_a", "account_id_b"))
        seen: Counter[frozenset[object]] = Counter()
        rounds = []
        for one, other in pairs:
            members = frozenset((self._member[one], self._member[other]))
            rounds.append(seen[members])
            seen[members] += 1
        order = sorted(range(len(pairs)), key=lambda at: rounds[at])
        return [pairs[at] for at in order]

    def kind(self, one: str, other: str) -> str:
        """What the members of two accounts have in common, in words.

        Members and not accounts: a link between any two of theirs would join them. A
        pair within one member is judged by the two accounts alone.
        """
        mine, its = [one], [other]
        if self._member[one] != self._member[other]:
            mine = self._accounts[self._member[one]]
            its = self._accounts[self._member[other]]
        kinds = []
        if frozenset((self._member[one], self._member[other])) in self._reviews:
            kinds.append("in the queue")
        if any(partner in its for a in mine for partner, _, _ in self._of(a)):
            kinds.append("act together")
        if self._met(self._addresses, mine, its):
            kinds.append("same address")
        names, others = _of_all(mine, self._names), _of_all(its, self._names)
        if shared := names & others:
            persons = min(len(self._bearers.get(name, ())) for name in shared)
            kinds.append("same name" if persons < 2 else "same name, as others have")
        elif self._met(self._readings, mine, its):
            kinds.append("names of one reading")
        if self._met(self._logins, mine, its):
            kinds.append("a handle or mailbox met")
        elif self._crossed(mine, its) or self._crossed(its, mine):
            kinds.append("a handle spells the name")
        elif self._met(self._stems, mine, its):
            kinds.append("handles but for numbers")
        if self._met(self._companies, mine, its):
            kinds.append("same company")
        if not kinds and _are_near(names, others):
            kinds.append("names alike")
        elif not kinds and self._met(self._words, mine, its):
            kinds.append("a word met")
        return " + ".join(kinds) or NOTHING

    def show(self, one: str, other: str) -> Iterator[str]:
        """Both accounts, their links, and the chain that joined them where one did."""
        yield f"[{self.kind(one, other)}]"
        for account in (one, other):
            yield f"  {account}  person {self._person.get(account, '?')}"
            yield f"     {self._told(account)}"
            around = self._accounts[self._member[account]]
            if self._member[one] != self._member[other] and len(around) > 1:
                for companion in around:
                    if companion != account:
                        yield f"     with {companion}: {self._told(companion)}"
            for partner, evidence, n in self._of(account)[:PARTNERS_SHOWN]:
                yield f"     {evidence} x{n} {partner}: {self._told(partner)}"
            if len(self._of(account)) > PARTNERS_SHOWN:
                yield f"     and {len(self._of(account)) - PARTNERS_SHOWN} more links"
        for step in self._chains.between(one, other):
            whose = self._person.get(step.end, "?")
            yield f"  -> {step.rule}: {step.evidence}"
            yield f"     {step.end} person {whose}: {self._told(step.end)}"

    def _told(self, account: str) -> str:
        """Every field that says something."""
        left_out = ("source", "first_seen_at", "is_bot")
        return " | ".join(
            f"{name}={value}"
            for name, value in self._rows[account].items()
            if name not in left_out and not pd.isna(value) and value != ""
        )

    def _of(self, account: str) -> list[tuple[str, str, int]]:
        return self._links.get(account, [])

    def _names(self, account: str) -> set[str]:
        name = normalise.compare_name(self._rows[account]["display_name"])
        return {name} if normalise.is_full_name(name) else set()

    def _addresses(self, account: str) -> set[str]:
        return {normalise.compare_email(self._rows[account]["email"])} - {""}

    def _met(self, facet: Facet, accounts: list[str], others: list[str]) -> bool:
        return bool(_of_all(accounts, facet) & _of_all(others, facet))

    def _crossed(self, accounts: list[str], others: list[str]) -> bool:
        """Whether a handle of one side is made of a name of the other."""
        names = {_squeezed(name) for name in _of_all(others, self._names)}
        told = names | _of_all(others, self._readings)
        return bool(_of_all(accounts, self._stems) & told)

    def _readings(self, account: str) -> set[str]:
        row = self._rows[account]
        return set(readings.spellings(row["display_name"], row["name_kana"] or ""))

    def _companies(self, account: str) -> set[str]:
        """The company's name, and its domain."""
        row = self._rows[account]
        domain = normalise.email_domain(normalise.compare_email(row["email"]))
        return {normalise.compare_company(row["company_name"]), domain} - {""}

    def _stems(self, account: str) -> set[str]:
        """Handle and mailbox without the digits behind them."""
        stems = {login.rstrip("0123456789") for login in self._logins(account)}
        return {stem for stem in stems if len(stem) >= SHORTEST_LOGIN}

    def _logins(self, account: str) -> set[str]:
        """Handle, mailbox and login of a noreply address, letters and digits only."""
        row = self._rows[account]
        texts = [
            normalise.compare_handle(row["handle"]),
            normalise.platform_login(row["email"])
            or normalise.compare_email(row["email"]).partition("@")[0],
        ]
        squeezed = {_squeezed(text) for text in texts}
        return {text for text in squeezed if len(text) >= SHORTEST_LOGIN}

    def _words(self, account: str) -> set[str]:
        """Runs of letters in name, handle and mailbox; a domain of one's own."""
        row = self._rows[account]
        address = normalise.compare_email(row["email"])
        texts = [
            normalise.compare_name(row["display_name"]),
            normalise.compare_handle(row["handle"]),
            normalise.platform_login(row["email"]) or address.partition("@")[0],
            normalise.email_domain(address).partition(".")[0],
        ]
        return set(_WORD.findall(" ".join(texts)))


def told(looker: Looker, pairs: list[tuple[str, str]], count: int) -> Iterator[str]:
    """The first pairs, then how many of all are of which kind."""
    for number, (one, other) in enumerate(pairs[:count], 1):
        yield f"{number}. " + "\n".join(looker.show(one, other)) + "\n"
    kinds = Counter(looker.kind(one, other) for one, other in pairs)
    yield f"{len(pairs)} pairs"
    for kind, pairs_of_kind in kinds.most_common():
        yield f"{pairs_of_kind:6}  {kind}"


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _are_near(names: set[str], others: set[str]) -> bool:
    return any(
        SequenceMatcher(None, a, b).ratio() >= NEAR for a, b in product(names, others)
    )


def _of_all(accounts: list[str], facet: Facet) -> set[str]:
    found: set[str] = set()
    for account in accounts:
        found |= facet(account)
    return found


def _mapping(frame: pd.DataFrame, column: str) -> dict[str, object]:
    return dict(zip(frame["account_id"], frame[column], strict=True))


def _rows(frame: pd.DataFrame, *columns: str) -> Iterator[tuple]:
    return frame[list(columns)].itertuples(index=False, name=None)
