"""What the gate learnt and what it allowed, kept in the release that it let out."""

from __future__ import annotations

from pathlib import Path

from pipelines.audit import AuditContext, opened
from pipelines.gate.bounds import bounds, write_bounds
from pipelines.gate.statistics import measure, with_this_run, write_history


def freeze(
    warehouse: Path, context: AuditContext, *, release_id: str, folder: Path
) -> None:
    """Writes gate_statistics.parquet and gate_bounds.parquet into a folder.

    Measured again, in half a second: whoever sees the same warehouse and the same
    release before it comes to the same numbers, so nothing is handed from step to step.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with opened(warehouse, context) as connection:
        measured = measure(
            connection,
            as_of=context.as_of,
            previous=context.previous,
            connectors=context.connectors,
        )
    history = with_this_run(measured, release_id=release_id, clock=context.clock)
    write_history(history, folder)
    write_bounds(bounds(measured), folder)
