"""Two at once: the second is told who is there and changes nothing."""

import signal
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import dagster as dg
import pytest

from pipelines import refresh
from pipelines.assets.build import run_parameters
from pipelines.gate import acknowledge, rollback
from pipelines.privacy import erase
from pipelines.run import RunOptions
from pipelines.workspace import Workspace
from tests.faults.killing import PROCESSES

COMMANDS = {
    "refresh": (refresh.main, []),
    "rollback": (rollback.main, ["20261120-20261120T200000Z", "--reason", "why"]),
    "acknowledge": (acknowledge.main, ["metrics.keeps", "--reason", "why"]),
    "erase": (erase.main, ["m_1"]),
}


def hold(data: Path, tell: Connection) -> None:
    """What a refresh that runs looks like from outside."""
    sys.argv = ["/somewhere/pipelines/refresh.py", "--data", "private"]
    with Workspace(data).lock():
        tell.send("held")
        tell.recv()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def holder(data: Path) -> Iterator:
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=hold, args=(data, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == "held"
    yield process
    process.kill()
    process.join()


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_the_second_is_told_who_is_there_and_changes_nothing(
    name: str, data: Path, holder, capsys: pytest.CaptureFixture[str]
):
    before = everything(data)
    main, arguments = COMMANDS[name]
    assert main([*arguments, "--data", str(data), "--inbox", str(data)]) == 3
    told = capsys.readouterr().err
    assert f"another run (refresh, process {holder.pid}) is using {data}" in told
    assert "private" not in told
    assert everything(data) == before


def test_a_run_of_the_dagster_page_is_told_too(data: Path, holder):
    result = dg.materialize(
        [run_parameters],
        resources={
            "options": RunOptions(data=str(data), clock="2026-11-21T05:00+09:00")
        },
        raise_on_error=False,
        instance=dg.DagsterInstance.ephemeral(),
    )
    (event,) = result.get_step_failure_events()
    assert f"another run (refresh, process {holder.pid})" in str(
        event.step_failure_data.error.cause or event.step_failure_data.error
    )


def test_of_a_dead_holder_the_folder_is_free(data: Path, holder):
    holder.kill()
    holder.join()
    assert holder.exitcode == -signal.SIGKILL
    with Workspace(data).lock():
        assert str(holder.pid) not in (data / ".lock").read_text()
