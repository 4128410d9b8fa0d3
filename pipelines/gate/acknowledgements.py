"""Acknowledgements: a change that is real, let through once, with a name and a reason.

`gate/acknowledgements.jsonl`, one line each, appended only. An acknowledgement is for
one observation on top of one publication: it holds while nothing newer is published and
nothing is rolled back. So the publication that used it ends it, a run that blocked for
another reason does not, and a killed run can neither lose nor use it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.gate import lines
from pipelines.gate.findings import Finding
from pipelines.gate.record import Record
from pipelines.gate.rollbacks import Position
from pipelines.workspace import Workspace


class CannotAcknowledge(Exception):
    """Nothing is let through; the message says why and lists what is blocked."""


@dataclass(frozen=True)
class Acknowledgement:
    """Who let which observation through, and why.

    check, observed, value, lower, upper, sample: the finding's, as it was blocked.
    position: what was published then.
    """

    check: str
    observed: str
    value: float | None
    lower: float | None
    upper: float | None
    sample: tuple[str, ...]
    position: Position
    who: str
    reason: str
    acknowledged_at: datetime

    @property
    def told(self) -> str:
        """Who, when and why, in one sentence."""
        return f"{self.reason} ({self.who}, {self.acknowledged_at:%Y-%m-%d %H:%M} UTC)"

    def covers(self, finding: Finding) -> bool:
        """Tells whether it is the same observation, or one that is no worse.

        With numbers: out of its bound on the same side, by no more than what was let
        through. Without: exactly what was seen, on the same rows.
        """
        if not finding.acknowledgeable or finding.check != self.check:
            return False
        if self.value is None or finding.value is None:
            return (finding.observed, finding.sample) == (self.observed, self.sample)
        if self.upper is not None and self.value > self.upper:
            return _is_above(finding) and finding.value <= self.value
        return not _is_above(finding) and finding.value >= self.value


def of(
    record: Record | None,
    position: Position,
    check: str,
    *,
    who: str,
    reason: str,
    clock: datetime,
) -> list[Acknowledgement]:
    """Returns the acknowledgements of a blocked finding, by its id.

    check: an id; without its subject it stands for all blocked subjects of the check.
    Raises: CannotAcknowledge.
    """
    blocked = blocked_now(record, position)
    if not blocked:
        raise CannotAcknowledge("nothing is blocked: the last run published")
    chosen = [one for one in blocked if check in (one.check, one.rule)]
    if not chosen:
        raise CannotAcknowledge(f"{check} is not blocked. {listed(blocked)}")
    hard = [one for one in chosen if not one.acknowledgeable]
    if hard:
        raise CannotAcknowledge(
            f"{hard[0].check} cannot be acknowledged: it is not about a change that may"
            f" be real ({hard[0].reason or hard[0].bound}). Repair what it found and"
            " refresh again"
        )
    if not reason.strip():
        raise CannotAcknowledge(
            'say why: REASON="...", it is published with the release'
        )
    return [
        Acknowledgement(
            check=one.check,
            observed=one.observed,
            value=one.value,
            lower=one.lower,
            upper=one.upper,
            sample=one.sample,
            position=position,
            who=who,
            reason=" ".join(reason.split()),
            acknowledged_at=clock,
        )
        for one in chosen
    ]


def blocked_now(record: Record | None, position: Position) -> list[Finding]:
    """Returns what keeps the last run's release back; nothing once one is published."""
    if record is None or not record.is_blocked or record.position != position:
        return []
    return record.blocking


def listed(blocked: Sequence[Finding]) -> str:
    """Returns the blocked findings as lines: id, what was seen, what is allowed."""
    told = ["Blocked now:"]
    for one in blocked:
        can = "can be acknowledged" if one.acknowledgeable else "has to be repaired"
        told.append(f"  {one.check}")
        allowed = f", allowed: {one.bound}" if one.bound else ""
        told.append(f"      seen: {one.observed}{allowed}; {can}")
        if one.reason:
            told.append(f"      {one.reason}")
    return "\n".join(told)


def add(workspace: Workspace, made: Sequence[Acknowledgement]) -> Path:
    """Appends acknowledgements and returns their file."""
    file = _file(workspace)
    lines.append(
        file,
        (
            {**asdict(one), "acknowledged_at": one.acknowledged_at.isoformat()}
            for one in made
        ),
    )
    return file


def pending(workspace: Workspace, position: Position) -> list[Acknowledgement]:
    """Returns the acknowledgements that hold on top of what is published."""
    made = (_of(line) for line in lines.read(_file(workspace)))
    return [one for one in made if one.position == position]


def applied(
    findings: Sequence[Finding], given: Sequence[Acknowledgement]
) -> list[Finding]:
    """Returns the findings, those that somebody let through marked so."""

    def marked(finding: Finding) -> Finding:
        if finding.passed:
            return finding
        told = next((one.told for one in given if one.covers(finding)), "")
        return replace(finding, acknowledged=told)

    return [marked(finding) for finding in findings]


def _is_above(finding: Finding) -> bool:
    value, upper = finding.value, finding.upper
    return value is not None and upper is not None and value > upper


def _of(line: dict[str, Any]) -> Acknowledgement:
    return Acknowledgement(
        **{
            **line,
            "sample": tuple(line["sample"]),
            "position": Position(**line["position"]),
            "acknowledged_at": datetime.fromisoformat(line["acknowledged_at"]),
        }
    )


def _file(workspace: Workspace) -> Path:
    return workspace.data / "gate" / "acknowledgements.jsonl"
