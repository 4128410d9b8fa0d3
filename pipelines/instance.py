"""Dagster's instance in the data folder: opened, cleaned of dead runs, kept small."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
from sqlalchemy import Engine, event

from pipelines.workspace import PROJECT, Workspace

KEEP_RUNS = timedelta(days=30)
UNFINISHED = [
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.CANCELING,
]


def prepare_home(workspace: Workspace) -> Path:
    """Returns DAGSTER_HOME with the committed dagster.yaml linked into it."""
    home = workspace.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    link = home / "dagster.yaml"
    if not link.is_symlink():
        link.symlink_to(PROJECT / "dagster.yaml")
    return home


@contextmanager
def open_instance(workspace: Workspace) -> Iterator[dg.DagsterInstance]:
    """Opens the instance of the data folder."""
    home = prepare_home(workspace)
    os.environ["DAGSTER_HOME"] = str(home)
    if not event.contains(Engine, "connect", _do_not_wait_for_the_disk):
        event.listen(Engine, "connect", _do_not_wait_for_the_disk)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


def close_dead_runs(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """Marks runs failed whose process was killed; call it while holding the lock.

    Whoever holds the lock is the only run, so any other unfinished one is dead.
    Returns: these runs.
    """
    runs = instance.get_runs(filters=dg.RunsFilter(statuses=UNFINISHED))
    for run in runs:
        instance.report_run_failed(run, "its process ended without finishing the run")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return list(runs)


def forget_old_runs(instance: dg.DagsterInstance, clock: datetime) -> int:
    """Deletes runs older than 30 days (dagster.yaml's retention covers ticks only)."""
    old = instance.get_run_records(
        filters=dg.RunsFilter(created_before=clock - KEEP_RUNS)
    )
    for record in old:
        instance.delete_run(record.dagster_run.run_id)
    return len(old)


def _do_not_wait_for_the_disk(connection: Any, _: object) -> None:
    """Lets Dagster's event log return before the disk has it.

    A build logs 2,000 events in 5,700 commits: at 3 ms a flush, half of a small
    refresh. A killed process loses nothing by it; a power cut may cost the history of
    runs, which nothing is built from.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")
