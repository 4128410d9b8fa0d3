"""A run that publishes nothing leaves a report: `reports/<the run's clock>.html`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.gate import facts, lines, record, report
from pipelines.gate.record import Record
from pipelines.run import Resolved
from pipelines.workspace import Workspace

KEEP_REPORTS = timedelta(days=30)  # as long as Dagster's runs
NAME = "%Y%m%dT%H%M%SZ"


def block(run: Resolved, found: Record) -> Path:
    """Keeps what blocks the run, writes its report and returns where that is."""
    blocked = replace(found, is_blocked=True)
    record.write(run.workspace, blocked)
    file = report_of(run.workspace, run.clock)
    lines.write(file, report.page(facts.of_block(run, blocked)))
    file.parent.chmod(0o750)
    _forget_old(file.parent, run.clock)
    return file


def report_of(workspace: Workspace, clock: datetime) -> Path:
    """Returns where the report of a blocked run is, whether there is one or not."""
    return workspace.data / "reports" / f"{clock.astimezone(UTC):{NAME}}.html"


def _forget_old(folder: Path, clock: datetime) -> None:
    oldest = f"{(clock - KEEP_REPORTS).astimezone(UTC):{NAME}}"
    for file in folder.glob("*.html"):
        if file.stem < oldest:
            file.unlink()
