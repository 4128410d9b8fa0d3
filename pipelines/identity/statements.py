"""What the lines of the decisions file say together: the latest wins.

A line says of two sets of accounts that they are one person (merge, undo of a split),
that they are two (split, undo of a merge), or takes back that they are two. A line is
superseded, whole, by a later one that says otherwise of two of its accounts.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.identity.manual import Decision


class Sense(Enum):
    """What is said of two sets of accounts."""

    TOGETHER = "one person"
    APART = "two people"
    FREED = "no longer two people because somebody said so"


CONTRADICTS = {
    Sense.TOGETHER: {Sense.APART},
    Sense.APART: {Sense.TOGETHER, Sense.FREED},
    Sense.FREED: set(),
}


@dataclass(frozen=True)
class Statement:
    """Of each account of `one` and each of `other` the same is said."""

    sense: Sense
    one: tuple[str, ...]
    other: tuple[str, ...]


def of(decision: "Decision") -> list[Statement]:
    """What a line says; nothing for flags of single accounts."""
    pair = (decision.account_a,), (decision.account_b,)
    if decision.decision == "merge":
        return [Statement(Sense.TOGETHER, *pair)]
    if decision.decision == "split":
        return [Statement(Sense.APART, *pair)]
    if decision.undone is None:
        return []
    said = decision.undone
    sides = {
        Sense.APART: said.apart_from,
        Sense.TOGETHER: said.back_with,
        Sense.FREED: said.freed_from,
    }
    return [
        Statement(sense, said.accounts, other)
        for sense, other in sides.items()
        if other
    ]


@dataclass
class _Heard:
    """Statements heard so far, found by their accounts."""

    statements: list[tuple[Statement, frozenset[str], frozenset[str]]] = field(
        default_factory=list
    )
    by_account: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, statement: Statement) -> None:
        number = len(self.statements)
        self.statements.append(
            (statement, frozenset(statement.one), frozenset(statement.other))
        )
        for account in (*statement.one, *statement.other):
            self.by_account[account].add(number)

    def crossing(self, statement: Statement) -> Iterable[Statement]:
        """Those that speak of two of the accounts of which this one speaks."""
        numbers = set[int]().union(
            *(self.by_account.get(account, ()) for account in statement.one)
        )
        for number in sorted(numbers):
            heard, one, other = self.statements[number]
            if (
                one.intersection(statement.one) and other.intersection(statement.other)
            ) or (
                one.intersection(statement.other) and other.intersection(statement.one)
            ):
                yield heard


def in_force(decisions: Iterable["Decision"]) -> list["Decision"]:
    """The lines that nothing later contradicts or repeats; order kept.

    decisions: oldest first, about two accounts or undoing.
    """
    heard = _Heard()
    kept: list[Decision] = []
    for decision in reversed(list(decisions)):
        said = of(decision)
        if any(_is_answered(own, heard) for own in said):
            continue
        for own in said:
            heard.add(own)
        kept.append(decision)
    return kept[::-1]


def _is_answered(own: Statement, heard: _Heard) -> bool:
    """Whether something later contradicts a statement, or says the same of a pair."""
    is_pair = len(own.one) == len(own.other) == 1
    for later in heard.crossing(own):
        if later.sense in CONTRADICTS[own.sense]:
            return True
        if is_pair and later.sense is own.sense:
            return True
    return False
