"""A refresh as a process: wall time, processor time and memory, in all and by step.

Memory is the resident set of the whole process tree, looked at every 50 ms; the times
of the steps are those of Dagster's event log.
"""

from __future__ import annotations

import json
import resource
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import dagster as dg
import psutil

from pipelines.instance import open_instance
from pipelines.workspace import PROJECT, Workspace
from tests.bench.benchmark import Failed, Figures
from tests.pipelines.harness import CLOCK, Project

EVERY_SECONDS = 0.05
MIB = 2**20
# Dagster's step keys. What comes before, between and after them is "other".
STEPS = {
    "extract_sources": "extract",
    "dbt_build": "build",
    "audit": "audit",
    "publish": "publish",
}


@dataclass(frozen=True)
class Step:
    """One step: when it began and ended (Unix seconds), and its highest memory."""

    name: str
    began: float
    ended: float
    peak_mib: int | None

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass(frozen=True)
class Measured:
    """One refresh. `began` is the moment the process was started (Unix seconds)."""

    began: float
    seconds: float
    cpu_seconds: float
    peak_mib: int
    output: str
    steps: tuple[Step, ...]

    def figures(self) -> Figures:
        """Returns what is kept of it."""
        return {
            "seconds": round(self.seconds, 2),
            "cpu_seconds": round(self.cpu_seconds, 2),
            "peak_mib": self.peak_mib,
            "steps": [
                {**asdict(step), "seconds": round(step.seconds, 2)}
                for step in self.steps
            ],
        }

    def step(self, name: str) -> Step:
        """Returns one step by its name."""
        return next(step for step in self.steps if step.name == name)


class Memory(threading.Thread):
    """Looks at the memory of a process and of all it started, while inside `with`."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.samples: list[tuple[float, int]] = []
        self._process = psutil.Process(pid)
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            self.samples.append((time.time(), self._resident()))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()

    def peak_mib(self, began: float = 0.0, ended: float = float("inf")) -> int | None:
        """Returns the highest sum seen in a span, None when nobody looked in it."""
        seen = [size for moment, size in self.samples if began <= moment <= ended]
        return round(max(seen) / MIB) if seen else None

    def _resident(self) -> int:
        try:
            family = [self._process, *self._process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return 0
        return sum(_resident(process) for process in family)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def refresh(project: Project, *arguments: str, clock: str = CLOCK) -> Measured:
    """Runs `make refresh`'s command and measures it. Raises: Failed."""
    cpu, began = children_cpu(), time.time()
    process = project.start(*arguments, clock=clock)
    with Memory(process.pid) as memory:
        output, _ = process.communicate()
        seconds = time.time() - began
    if process.returncode != 0:
        raise Failed(f"the refresh ended with {process.returncode}:\n{output}")
    return Measured(
        began=began,
        seconds=seconds,
        cpu_seconds=children_cpu() - cpu,
        peak_mib=memory.peak_mib() or 0,
        output=output,
        steps=tuple(_steps(project.folder, began, memory)),
    )


def children_cpu() -> float:
    """Returns the processor seconds of the processes that were started and ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _steps(folder: Path, since: float, memory: Memory) -> list[Step]:
    return [
        Step(name, began, ended, memory.peak_mib(began, ended))
        for name, began, ended in logged_steps(folder, since)
        if ended is not None
    ]


def logged_steps(folder: Path, since: float) -> list[tuple[str, float, float | None]]:
    """Returns (step, began, ended or None) of the runs since then, by their begin."""
    after = datetime.fromtimestamp(since, UTC)
    found = []
    with open_instance(Workspace(folder)) as instance:
        records = instance.get_run_records(dg.RunsFilter(created_after=after))
        for record in records:
            for step in instance.get_run_step_stats(record.dagster_run.run_id):
                if step.step_key in STEPS and step.start_time is not None:
                    name = STEPS[step.step_key]
                    found.append((name, step.start_time, step.end_time))
    return sorted(found, key=lambda step: step[1])


def python(module: str, *arguments: str) -> list[str]:
    """Returns the command that runs a module of ours with this Python."""
    import sys

    return [sys.executable, "-m", module, *arguments]


@dataclass(frozen=True)
class Ran:
    """A process that ended well: what it printed, and what it took."""

    printed: str
    seconds: float
    cpu_seconds: float
    peak_mib: int

    def said(self) -> Figures:
        """Returns the JSON of its last line."""
        said: Figures = json.loads(self.printed.splitlines()[-1])
        return said


def ran(what: str, command: list[str], env: Mapping[str, str] | None = None) -> Ran:
    """Runs a command and measures it. what: of whom Failed tells. Raises: Failed."""
    cpu, began = children_cpu(), time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with Memory(process.pid) as memory:
        printed, errors = process.communicate()
        seconds = time.monotonic() - began
    if process.returncode != 0:
        raise Failed(f"{what} ended with {process.returncode}:\n{errors[-4_000:]}")
    cpu_seconds = children_cpu() - cpu
    return Ran(printed, seconds, cpu_seconds, memory.peak_mib() or 0)


def checked(command: list[str], **options: object) -> str:
    """Runs a command and returns what it printed. Raises: Failed."""
    done = subprocess.run(command, capture_output=True, text=True, **options)  # type: ignore[call-overload]
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}")
    return str(done.stdout)
