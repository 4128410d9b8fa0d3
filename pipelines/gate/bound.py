"""One verdict: what a number is, what it may be, and why it passes or does not.

verdict    meaning
passed     within its bounds
blocked    outside: holds the release back until somebody acknowledges it
known      outside as in the last release, which was let through
warned     outside, but with too little past, or on a quiet day, to hold back
learning   too little past for any bound
exempt     not comparable: an earlier day, another formula, a new source
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipelines.gate import rules
from pipelines.gate.statistics import Measured

PASSED, BLOCKED, KNOWN = "passed", "blocked", "known"
WARNED, LEARNING, EXEMPT = "warned", "learning", "exempt"


@dataclass(frozen=True)
class Bound:
    """One row of BOUNDS: a rule on one subject."""

    rule: str
    mart: str
    subject: str
    observed: float | None
    lower: float | None = None
    upper: float | None = None
    history: int = 0
    verdict: str = PASSED
    reason: str = ""

    @property
    def is_off(self) -> bool:
        if self.observed is None:
            return False
        is_low = self.lower is not None and self.observed < self.lower
        return is_low or (self.upper is not None and self.observed > self.upper)


@dataclass(frozen=True)
class Past:
    """The release that this one is compared with, and how far that goes.

    values: (n, value) by statistic, subject and version. incomparable: why nothing may
    be compared with it, "" when it may.
    """

    values: dict[tuple[str, str, str], tuple[int, float]]
    incomparable: str


def bound_of(check: str, subject: str, observed: float, mart: str = "") -> Bound:
    """Returns what a rule saw of a subject, not yet judged."""
    return Bound(check, mart or rules.of_check(check).mart, subject, observed)


def judge(bound: Bound, reason: str) -> Bound:
    """Returns it passed or blocked."""
    verdict = BLOCKED if bound.is_off else PASSED
    return replace(bound, verdict=verdict, reason=reason)


def judge_against(bound: Bound, last: Past, reason: str) -> Bound:
    """Returns the verdict against the last release, unless that is not comparable."""
    judged = judge(replace(bound, history=1), reason)
    if judged.is_off and last.incomparable:
        return replace(judged, verdict=EXEMPT, reason=last.incomparable)
    return judged


def learns(bound: Bound, reason: str) -> Bound:
    """Returns it as one that nothing is known to compare with."""
    return replace(bound, verdict=LEARNING, reason=reason)


def measured_now(
    measured: Measured, statistic: str
) -> Iterator[tuple[str, str, int, float]]:
    """Yields subject, version, n and value of this run."""
    rows = measured.now[measured.now["statistic"] == statistic]
    yield from rows[["subject", "version", "n", "value"]].itertuples(
        index=False, name=None
    )
