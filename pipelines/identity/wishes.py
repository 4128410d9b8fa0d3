"""What people's lines mean for today's accounts: pairs to join and pairs to keep apart.

Accounts are addressed by position, as in `pairs`.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from pipelines.identity import clusters, policy, statements
from pipelines.identity.manual import Decision, ManualDecisions
from pipelines.identity.pairs import PAIR_COLUMNS
from pipelines.identity.statements import Sense

KEPT = "one person before the merge that was undone"


@dataclass(frozen=True)
class Side:
    """One statement of a line, with the accounts that are still there."""

    sense: Sense
    one: tuple[int, ...]
    other: tuple[int, ...]
    line: Decision


class Wishes:
    """The lines in force, by position."""

    def __init__(self, by_hand: ManualDecisions, account_ids: pd.Series) -> None:
        self._account_ids = account_ids
        said = [
            (statement, line)
            for line in reversed(by_hand.decisions)
            for statement in statements.of(line)
        ]
        named = {item for it, _ in said for item in (*it.one, *it.other)}
        found = np.flatnonzero(account_ids.isin(named)) if named else ()
        position = {str(account_ids.iloc[at]): int(at) for at in found}

        def known(accounts: Iterable[str]) -> tuple[int, ...]:
            return tuple(position[item] for item in accounts if item in position)

        # Newest first, as `pairs` has the strongest first.
        self.sides: Sequence[Side] = [
            Side(it.sense, known(it.one), known(it.other), line) for it, line in said
        ]

    def apart(self) -> list[tuple[int, int]]:
        """Pairs that are two people, each once, the lower position first."""
        pairs = {
            (min(pair), max(pair)): None
            for side in self.sides
            if side.sense is Sense.APART
            for pair in product(side.one, side.other)
        }
        return [pair for pair in pairs if pair[0] != pair[1]]

    def added_to(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """The pairs with those that people want before all others."""
        if not self.sides:
            return pairs
        apart = self.apart()
        wanted = [
            _row(side.one[0], other, side.line.words, side.line.who)
            for side in self.sides
            if side.sense is Sense.TOGETHER and side.one
            for other in side.other
        ]
        kept = [
            _row(one, other, KEPT, line.who)
            for accounts, line in self._sets_that_were_one()
            for one, other in _missing_links(accounts, pairs, apart)
        ]
        frame = pd.DataFrame([*wanted, *kept], columns=PAIR_COLUMNS)
        frame = frame[frame["a"].ne(frame["b"])].astype(pairs.dtypes.to_dict())
        return pd.concat([frame, pairs], ignore_index=True).drop_duplicates(
            ["a", "b"], ignore_index=True
        )

    def as_frame(self) -> pd.DataFrame:
        """account_id_a, account_id_b, words (a hash): to tell what has changed.

        Every account of a line is in it, whatever becomes of the others.
        """
        rows = []
        for side in self.sides:
            one, other = (
                [str(self._account_ids.iloc[at]) for at in part]
                for part in (side.one, side.other)
            )
            said = f"{side.sense} {one} {other} {replace(side.line, line=0)}"
            words = hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
            everyone = [*one, *other]
            rows += [
                {"account_id_a": first, "account_id_b": second, "words": words}
                for first, second in zip(
                    everyone, everyone[1:] or everyone, strict=False
                )
            ]
        columns = ["account_id_a", "account_id_b", "words"]
        return pd.DataFrame(rows, columns=columns).astype("str")

    def _sets_that_were_one(self) -> list[tuple[tuple[int, ...], Decision]]:
        """Accounts that were one person when a decision that is undone was taken."""
        return [
            (accounts, side.line)
            for side in self.sides
            if side.line.undone is not None
            for accounts in (side.one, side.other)
            if len(accounts) > 1
        ]


def _row(one: int, other: int, words: str, who: str) -> dict[str, object]:
    """A row of PAIR_COLUMNS."""
    return {
        "a": min(one, other),
        "b": max(one, other),
        "rule": policy.MANUAL.name,
        "strength": policy.MANUAL.strength,
        "probability": policy.MANUAL.probability,
        "evidence": words or policy.MANUAL.evidence,
        "is_direct": policy.MANUAL.is_direct,
        "decided_by": who or policy.MANUAL.name,
    }


def _missing_links(
    accounts: tuple[int, ...], pairs: pd.DataFrame, apart: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """What joins accounts that evidence still connects, but over others only.

    Several accounts with one address are linked with the oldest of them only; when that
    one is on the other side of an undo, those of this side must not fall apart.
    """
    inside = pairs[pairs["a"].isin(accounts) & pairs["b"].isin(accounts)]
    index = {position: number for number, position in enumerate(accounts)}
    own = clusters.connected(
        len(accounts), inside["a"].map(index), inside["b"].map(index)
    )
    if not own.any():
        return []
    count = int(max(pairs[["a", "b"]].to_numpy().max(initial=0), *accounts)) + 1
    everywhere = clusters.connected(count, pairs["a"], pairs["b"])
    firsts = [accounts[number] for number in np.unique(own)]
    refused = set(apart)
    return [
        (one, other)
        for number, other in enumerate(firsts)
        for one in firsts[:number]
        if everywhere[one] == everywhere[other]
        and (min(one, other), max(one, other)) not in refused
    ]
