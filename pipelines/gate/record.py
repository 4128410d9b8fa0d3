"""What the last run's checks found, kept in the data folder: `gate/findings.json`.

Build, audit and publication each add what they found; the acknowledgement lists what is
blocked by it, the report shows it. Numbers, names and keys only, no personal data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from pipelines.gate import lines
from pipelines.gate.findings import Finding
from pipelines.gate.rollbacks import Position, position
from pipelines.run import Resolved
from pipelines.workspace import Workspace


@dataclass(frozen=True)
class Record:
    """One run's findings.

    position: what was published when the run began; an acknowledgement is for it.
    is_blocked: the run published nothing because of a finding.
    """

    release_id: str
    clock: datetime
    as_of: date
    position: Position
    is_blocked: bool = False
    findings: tuple[Finding, ...] = field(default=())

    @property
    def blocking(self) -> list[Finding]:
        """The findings that keep the release back."""
        return [finding for finding in self.findings if finding.blocks]

    @property
    def acknowledged(self) -> list[Finding]:
        """The findings that somebody let through."""
        return [finding for finding in self.findings if finding.acknowledged]


def begun(run: Resolved) -> Record:
    """Returns the empty record of a run."""
    return Record(run.release_id, run.clock, run.as_of, position(run.workspace))


def of_run(run: Resolved) -> Record:
    """Returns what this run has found so far; empty when another run's is kept."""
    kept = read(run.workspace)
    return kept if kept and kept.release_id == run.release_id else begun(run)


def added(record: Record, findings: Iterable[Finding], *, home: str) -> Record:
    """Returns the record with the findings of a step; a step run again says it anew."""
    kept = [finding for finding in record.findings if finding.home != home]
    return replace(record, findings=(*kept, *findings))


def read(workspace: Workspace) -> Record | None:
    """Returns the last run's findings, None before the first run."""
    file = _file(workspace)
    if not file.exists():
        return None
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Record(
        release_id=kept["release_id"],
        clock=datetime.fromisoformat(kept["clock"]),
        as_of=date.fromisoformat(kept["as_of"]),
        position=Position(**kept["position"]),
        is_blocked=kept["is_blocked"],
        findings=tuple(
            Finding(**{**one, "sample": tuple(one["sample"])})
            for one in kept["findings"]
        ),
    )


def write(workspace: Workspace, record: Record) -> None:
    """Keeps the record, whole or not at all."""
    kept = {
        **asdict(record),
        "clock": record.clock.isoformat(),
        "as_of": record.as_of.isoformat(),
    }
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    lines.write(_file(workspace), text + "\n")


def _file(workspace: Workspace) -> Path:
    return workspace.data / "gate" / "findings.json"
