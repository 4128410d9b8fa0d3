"""Killing work at a moment: after so many seconds, lines of ours or file operations.

Each victim is a process of its own, forked from one that has everything imported and
no threads. What kills is SIGKILL: nothing of the victim runs after it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from pipelines.workspace import PROJECT
from tests.forked import PROCESSES

Work = Callable[[Path], None]
How = Literal["seconds", "lines", "operations"]

LIMIT_SECONDS = 120.0
OURS = str(PROJECT / "pipelines")
# What Python tells an audit hook before it is done; DuckDB's own writes are not told.
OPERATIONS = {
    *("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod"),
    *("os.symlink", "os.link", "os.truncate", "shutil.rmtree", "shutil.copyfile"),
}


@dataclass(frozen=True)
class Moment:
    """When to kill: after `at` seconds, or just before the at-th line or operation."""

    how: How
    at: float


@dataclass(frozen=True)
class Span:
    """How long the work is when nobody disturbs it."""

    seconds: float
    lines: int
    operations: int


@dataclass(frozen=True)
class End:
    """How a victim ended. before: the line or operation it was killed before."""

    was_killed: bool
    before: str = ""
    error: str = ""


class _Counter:
    """Counts lines of ours and operations in the folder; kills at the chosen one."""

    def __init__(
        self, folder: Path, moment: Moment | None, tell: Connection, traces: bool
    ) -> None:
        self.traces = traces
        self.folder = str(folder)
        self.moment = moment
        self.tell = tell
        self.lines = 0
        self.operations = 0

    def start(self) -> None:
        how = self.moment.how if self.moment else None
        if how in (None, "operations"):
            sys.addaudithook(self.operation)
        if self.traces and how in (None, "lines"):
            sys.settrace(self.call)

    def operation(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in OPERATIONS and self.folder in str(arguments[:2]):
            self.operations += 1
            self.die_at("operations", self.operations, event)

    def call(self, frame: FrameType, event: str, _: object) -> Any:
        return self.line if frame.f_code.co_filename.startswith(OURS) else None

    def line(self, frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            self.lines += 1
            name = Path(frame.f_code.co_filename).name
            self.die_at("lines", self.lines, f"{name}:{frame.f_lineno}")
        return self.line

    def die_at(self, how: How, count: int, before: str) -> None:
        if self.moment and (how, count) == (self.moment.how, self.moment.at):
            self.tell.send(before)
            os.kill(os.getpid(), signal.SIGKILL)


def undisturbed(work: Work, timed: Path, counted: Path, *, traces: bool) -> Span:
    """Returns how long the work is: its seconds in one folder, counted in an equal one.

    traces: lines are counted too, which makes work of many small calls very long.
    Raises: RuntimeError with what the work raised.
    """
    seconds, _ = _told(work, timed, is_counted=False, traces=False)
    _, (lines, operations) = _told(work, counted, is_counted=True, traces=traces)
    return Span(seconds, lines, operations)


def killed(work: Work, folder: Path, moment: Moment) -> End:
    """Runs the work in a process of its own and kills that at the moment."""
    process, told = _started(work, folder, moment, is_counted=moment.how != "seconds")
    if moment.how == "seconds":
        process.join(moment.at)
        process.kill()
    last = _received(told)
    process.join(LIMIT_SECONDS)
    if process.exitcode == -signal.SIGKILL:
        return End(True, before=last if isinstance(last, str) else "")
    return End(False, error=last if isinstance(last, str) else "")


def _told(
    work: Work, folder: Path, *, is_counted: bool, traces: bool
) -> tuple[float, tuple[int, int]]:
    process, told = _started(work, folder, None, is_counted=is_counted, traces=traces)
    began = time.monotonic()
    last = _received(told)
    seconds = time.monotonic() - began
    process.join()
    if not isinstance(last, tuple):
        raise RuntimeError(f"undisturbed, it fails: {last}")
    return seconds, last


def _started(
    work: Work,
    folder: Path,
    moment: Moment | None,
    *,
    is_counted: bool,
    traces: bool = True,
) -> tuple[BaseProcess, Connection]:
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(
        target=_victim, args=(work, folder, moment, is_counted, traces, theirs)
    )
    process.start()
    theirs.close()
    assert _received(ours) == "began"
    return process, ours


def _received(connection: Connection) -> Any:
    """Returns what was told, None when the other end is dead."""
    try:
        return connection.recv() if connection.poll(LIMIT_SECONDS) else None
    except EOFError:
        return None


def _victim(
    work: Work,
    folder: Path,
    moment: Moment | None,
    is_counted: bool,
    traces: bool,
    tell: Connection,
) -> None:
    _silent()
    counter = _Counter(folder, moment, tell, traces)
    tell.send("began")
    if is_counted:
        counter.start()
    try:
        work(folder)
    except BaseException as error:
        tell.send(repr(error))
        raise
    sys.settrace(None)
    tell.send((counter.lines, counter.operations))


def _silent() -> None:
    """What a victim prints is not looked at."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
