"""What a quality report tells: findings, sources, what readers have, what to do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.age import LastLoad, last_loads
from pipelines.gate import rollbacks
from pipelines.gate.findings import AUDIT
from pipelines.gate.record import Record
from pipelines.logs import LOG_FILE
from pipelines.publish.catalogue import quoted
from pipelines.publish.publications import row_of
from pipelines.run import Resolved
from pipelines.workspace import Workspace
from sources import discover

BOUNDS = "gate_bounds.parquet"


@dataclass(frozen=True)
class Facts:
    """Everything on the page.

    made: the new release's row of publications; None when nothing was published.
    readers: the row of the release that readers have now; None before the first one.
    rolled_back: said of a roll-back that is in force; "" when none is.
    bounds: the learnt bounds, a dict of columns per row; none before RULES had any.
    log: where the run's log is.
    """

    run: Resolved
    record: Record
    made: dict[str, Any] | None
    readers: dict[str, Any] | None
    rolled_back: str
    loads: Sequence[LastLoad]
    never_loaded: Sequence[str]
    bounds: Sequence[dict[str, Any]]
    log: str


def of_block(run: Resolved, record: Record) -> Facts:
    """Returns the facts of a run that published nothing."""
    # What an earlier run was held against says nothing of one that came to no audit.
    is_audited = any(finding.home == AUDIT for finding in record.findings)
    bounds = learnt(run.workspace) / BOUNDS if is_audited else None
    return _facts(run, record, None, bounds)


def learnt(workspace: Workspace) -> Path:
    """Returns the folder of what the last audit learnt and held its run against."""
    return workspace.data / "gate"


def of_release(run: Resolved, record: Record, folder: Path) -> Facts:
    """Returns the facts of a release that is being made in the folder."""
    parquet = folder / "parquet"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = _rows(
            connection, parquet / "publications.parquet", f"release_id = {_id(run)}"
        )
    return _facts(run, record, rows[0], parquet / BOUNDS)


def _facts(
    run: Resolved, record: Record, made: dict[str, Any] | None, bounds: Path | None
) -> Facts:
    published = run.workspace.published
    current = record.position.release_id
    in_force = rollbacks.in_force(published, current) if current else None
    loads = last_loads(run.workspace.raw)
    with duckdb.connect() as connection:
        learnt = _rows(connection, bounds, "true") if bounds and bounds.exists() else []
    return Facts(
        run=run,
        record=record,
        made=made,
        readers=row_of(published / "releases" / current) if current else None,
        rolled_back=in_force.told if in_force else "",
        loads=sorted(loads.values(), key=lambda load: load.source),
        never_loaded=[
            name
            for name, source in discover().items()
            if name not in loads and source.settings
        ],
        bounds=learnt,
        log=os.environ.get(LOG_FILE, "the run's log on the Dagster page"),
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, file: Path, condition: str
) -> list[dict[str, Any]]:
    found = connection.execute(
        f"FROM read_parquet({quoted(str(file))}) WHERE {condition}"
    )
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _id(run: Resolved) -> str:
    return quoted(run.release_id)
