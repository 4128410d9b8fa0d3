"""What a rule of the gate says of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One rule of the gate.

    check: the expectation that judges it, by its column. mart: what it holds back;
    empty for each mart that has such a column.
    least, before: how much past it needs, and what it does until then.
    acknowledgeable: it is about a change, which may be real.
    """

    family: str
    check: str
    mart: str
    statistic: str
    window: str
    bound: str
    reason: str
    least: str = "none"
    before: str = "passes"
    acknowledgeable: bool = False
