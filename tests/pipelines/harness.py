"""A refresh as a user starts it: a process of its own, in a data folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from pipelines.fingerprint import code_fingerprint
from sources import discover
from tests.conftest import PROJECT
from tests.pipelines.refreshing import Refresh

Process = subprocess.Popen[str] | Refresh

CLOCK = "2026-11-21T05:00:00+09:00"
NEXT_DAY = "2026-11-22T05:00:00+09:00"
MINUTES = 60


@dataclass
class Project:
    """One data folder and the command that refreshes it.

    runs_unit_tests: as a user's first refresh does. They test the code, not the data:
    one test of the suite runs them, the others save their seconds.
    is_forked: the process is forked from one that has everything imported.
    """

    data: Path
    environment: dict[str, str] = field(default_factory=dict)
    runs_unit_tests: bool = True
    is_forked: bool = False

    def command(self, *arguments: str, clock: str = CLOCK) -> list[str]:
        return [
            *(sys.executable, "-m", "pipelines.refresh"),
            *("--data", str(self.data), "--clock", clock, *arguments),
        ]

    def start(self, *arguments: str, clock: str = CLOCK) -> Process:
        if not self.runs_unit_tests:
            is_real = "--inbox" in arguments or self.environment
            folder = self.data if is_real else self.data / "sandbox"
            marker = folder / "run" / "tested_code"
            marker.parent.mkdir(parents=True, exist_ok=True)
            marker.write_text(code_fingerprint())
        command = self.command(*arguments, clock=clock)
        environment = {**clean_environment(), **self.environment}
        if self.is_forked:
            output = self.data.with_name(f"{self.data.name}.out")
            return Refresh(command, environment, output)
        return subprocess.Popen(
            command,
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def refresh(
        self, *arguments: str, clock: str = CLOCK
    ) -> subprocess.CompletedProcess:
        process = self.start(*arguments, clock=clock)
        out, _ = process.communicate(timeout=10 * MINUTES)
        return subprocess.CompletedProcess(process.args, process.returncode, out)

    def copy(self, data: Path) -> "Project":
        """The same project in another folder, its links kept."""
        shutil.copytree(self.data, data, symlinks=True)
        return replace(self, data=data, environment=dict(self.environment))

    @property
    def community(self) -> Path:
        """The published file of whichever folder the run chose (sandbox or not)."""
        return self.folder / "published" / "community.duckdb"

    @property
    def folder(self) -> Path:
        sandbox = self.data / "sandbox"
        return sandbox if sandbox.is_dir() else self.data

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.community), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def warehouse(self, sql: str) -> list[tuple]:
        file = self.folder / "warehouse.duckdb"
        with duckdb.connect(str(file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def mart_hashes(self) -> dict[str, str]:
        """Content hash per mart of the newest release."""
        ((text,),) = self.query(
            "SELECT mart_hashes FROM marts.publications"
            " ORDER BY published_at DESC LIMIT 1"
        )
        return dict(pair.split("=") for pair in text.split(", "))


def clean_environment() -> dict[str, str]:
    """The process's variables without any of ours: the machine may have some."""
    ours = {s.name for source in discover().values() for s in source.settings}
    prefixes = ("TSUNAGARI_", "DAGSTER_", "DBT_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(prefixes)
    }
    return {**kept, "TSUNAGARI_ENV_FILE": os.devnull}


def kill(process: Process) -> str:
    """Kills a refresh and all it started, at once; returns what it had printed."""
    os.killpg(process.pid, signal.SIGKILL)
    output, _ = process.communicate()
    return output


class Reader(threading.Thread):
    """Opens the published file again and again; every release must be whole."""

    def __init__(self, project: Project) -> None:
        super().__init__(daemon=True)
        self.project = project
        self.stopping = threading.Event()
        self.reads = 0
        self.broken: list[str] = []

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self.read()
            except Exception as error:
                self.broken.append(repr(error))
            time.sleep(0.05)

    def stop(self) -> None:
        self.stopping.set()
        self.join()

    def read(self) -> None:
        file = self.project.community.resolve()
        with duckdb.connect(str(file), read_only=True) as connection:
            ((rows,),) = connection.execute(
                "SELECT mart_rows FROM marts.publications"
                " ORDER BY published_at DESC LIMIT 1"
            ).fetchall()
            expected = dict(pair.split("=") for pair in rows.split(", "))
            for mart in ("dim_members", "fct_activities", "metrics"):
                ((count,),) = connection.execute(
                    f"SELECT count(*) FROM marts.{mart}"
                ).fetchall()
                if count != int(expected[mart]):
                    self.broken.append(f"{mart}: {count} of {expected[mart]}")
        self.reads += 1
