"""Dagster's instance: a killed run blocks nobody, old runs go, one run at a time."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage
from sqlalchemy import create_engine

from pipelines import event_log
from pipelines.instance import (
    KEEP_RUNS,
    close_dead_runs,
    forget_old_runs,
    open_instance,
)
from pipelines.workspace import PROJECT, Busy, Workspace


@dg.job
def nothing() -> None:
    """A job of no steps."""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    made = Workspace(tmp_path / "data")
    made.prepare()
    return made


@pytest.fixture
def instance(workspace: Workspace) -> Iterator[dg.DagsterInstance]:
    with open_instance(workspace) as opened:
        yield opened


def test_the_home_is_the_data_folder_with_the_committed_configuration(
    instance: dg.DagsterInstance, workspace: Workspace
):
    link = workspace.dagster_home / "dagster.yaml"
    assert link.resolve() == PROJECT / "dagster.yaml"
    assert not instance.telemetry_enabled


def test_a_killed_run_is_marked_failed(instance: dg.DagsterInstance):
    for status in (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING):
        instance.create_run_for_job(nothing, status=status)
    done = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.SUCCESS)
    assert len(close_dead_runs(instance)) == 2
    states = [run.status for run in instance.get_runs() if run.run_id != done.run_id]
    assert states == [dg.DagsterRunStatus.FAILURE] * 2
    assert close_dead_runs(instance) == []


def test_a_killed_run_leaves_no_slot_claimed(instance: dg.DagsterInstance):
    storage = instance.event_log_storage
    storage.set_concurrency_slots("api", 1)
    dead = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
    assert storage.claim_concurrency_slot("api", dead.run_id, "step").is_claimed
    close_dead_runs(instance)
    assert storage.claim_concurrency_slot("api", "next run", "step").is_claimed


def test_old_runs_are_forgotten_recent_ones_kept(instance: dg.DagsterInstance):
    instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.SUCCESS)
    now = datetime.now(UTC)
    assert forget_old_runs(instance, now + KEEP_RUNS - timedelta(minutes=5)) == 0
    assert forget_old_runs(instance, now + KEEP_RUNS + timedelta(minutes=5)) == 1
    assert list(instance.get_runs()) == []


def test_two_runs_at_once_are_refused_in_words(workspace: Workspace):
    held = (
        "import sys, pathlib, pipelines.workspace as w\n"
        "with w.Workspace(pathlib.Path(sys.argv[1])).lock():\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", held, str(workspace.data)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout.readline() == b"held\n"
    with pytest.raises(Busy, match="another run"), workspace.lock():
        pass
    other.kill()
    other.wait()
    with workspace.lock():  # the kernel freed it
        pass


def test_others_on_the_machine_do_not_read_what_is_published(workspace: Workspace):
    assert workspace.published.stat().st_mode & 0o777 == 0o750
    assert workspace.dagster_home.stat().st_mode & 0o777 == 0o750


def test_dagsters_own_class_reads_the_event_log(
    instance: dg.DagsterInstance, workspace: Workspace
):
    """Whoever opens the folder without this project finds every event."""
    result = nothing.execute_in_process(instance=instance)
    ours = [record.message for record in instance.all_logs(result.run_id)]
    folder = workspace.dagster_home / "history" / "runs"
    theirs = SqliteEventLogStorage(str(folder)).get_logs_for_run(result.run_id)
    assert ours
    assert [record.message for record in theirs] == ours


def open_logs() -> list[str]:
    """The event logs that this process has open, by run."""
    opened = (file.resolve() for file in Path("/proc/self/fd").iterdir())
    return sorted(file.stem for file in opened if file.suffix == ".db")


@pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="Linux alone lists open files in /proc"
)
def test_the_logs_of_earlier_runs_are_closed(instance: dg.DagsterInstance):
    before = open_logs()
    runs = [nothing.execute_in_process(instance=instance).run_id for _ in range(3)]
    assert runs[-1] in open_logs()
    assert not set(runs[:-1]) & set(open_logs())
    instance.event_log_storage.dispose()
    assert set(open_logs()) <= {*before, "runs"}  # the list of runs is Dagster's own


def test_one_engine_serves_all_queries_of_a_file(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
):
    made = []

    def counted(*arguments: object, **options: object) -> object:
        made.append(arguments)
        return create_engine(*arguments, **options)

    monkeypatch.setattr(event_log, "create_engine", counted)
    for _ in range(3):
        nothing.execute_in_process(instance=instance)
    assert len(made) <= 4  # one per run and the index
