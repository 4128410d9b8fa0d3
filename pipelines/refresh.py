"""`make refresh`: extract, build, audit and publish in one process, then say what came.

    python -m pipelines.refresh [--data D] [--inbox I] [--as-of DAY] [--full]
                                [--clock T] [--window FIRST..LAST] [--sources a,b]

Exit codes: 0 published or nothing new, 1 a source failed or the gate blocked,
2 wrong options or settings, 3 another run holds the data folder.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from pipelines import exit_codes
from pipelines.settings import SettingError, read_environment
from pipelines.workspace import PROJECT, Busy, Workspace
from sources._base import disk
from sources._base.redact import printable

if TYPE_CHECKING:
    from pipelines.run import Resolved


def main(arguments: list[str] | None = None) -> int:
    """Runs one refresh and returns the exit code."""
    given = _arguments(arguments)
    try:
        return _refresh(given, Terminal(sys.stdout))
    except SettingError as error:
        print(f"refresh: {error}", file=sys.stderr)
        return exit_codes.USAGE
    except Busy as error:
        print(f"refresh: {error}", file=sys.stderr)
        return exit_codes.BUSY
    except Exception as error:
        # Also Dagster's own notes and our log need room: whoever meets it first.
        data = _data(given)
        if not disk.is_full(error) and disk.has_room(data):
            raise
        print(f"refresh: {disk.sentence(data)}", file=sys.stderr)
        return exit_codes.FAILED


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="refresh", description="One refresh.")
    parser.add_argument("--data", default="", help="data folder (default data/)")
    parser.add_argument("--inbox", default="", help="folder of exported files")
    parser.add_argument("--as-of", default="", help="last day to describe, YYYY-MM-DD")
    parser.add_argument("--full", action="store_true", help="build although unchanged")
    parser.add_argument("--clock", default="", help="the run's clock, ISO with offset")
    parser.add_argument("--window", default="", help="backfill FIRST..LAST")
    parser.add_argument("--sources", default="", help="only these, comma separated")
    parser.add_argument(
        "--members", type=int, default=200, help="sandbox community size"
    )
    parser.add_argument("--seed", type=int, default=1, help="sandbox community seed")
    return parser.parse_args(arguments)


class Terminal:
    """Progress and results for the person at the terminal."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def say(self, text: str = "") -> None:
        print(printable(text), file=self.out, flush=True)

    def step(self, text: str) -> Step:
        return Step(self, text)


class Step:
    """Prints a step's name at its start, that it goes on, and its time at its end."""

    EVERY_SECONDS = 15.0

    def __init__(self, terminal: Terminal, text: str) -> None:
        self.terminal = terminal
        self.text = text
        self._ended = threading.Event()

    def __enter__(self) -> Step:
        self.started = time.monotonic()
        self.terminal.say(f"  {self.text} ...")
        threading.Thread(target=self._go_on, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.terminal.say(f"  {self.text}: {self._seconds():.1f} s")

    def _go_on(self) -> None:
        while not self._ended.wait(self.EVERY_SECONDS):
            self.terminal.say(f"  {self.text}: {self._seconds():.0f} s so far ...")

    def _seconds(self) -> float:
        return time.monotonic() - self.started


def _refresh(given: argparse.Namespace, terminal: Terminal) -> int:
    # The only place that looks at a clock; everything below is given it.
    from pipelines.run import parse_clock, parse_day, parse_window

    clock = parse_clock(given.clock) if given.clock else datetime.now(UTC)
    environment = read_environment(os.environ)
    workspace, is_synthetic = where(given, environment)
    # Whoever typed something wrong reads it here; all that follows may happen at night.
    _ = given.as_of and parse_day(given.as_of, "as_of")
    parse_window(given.window)
    log = workspace.logs / f"refresh-{clock:%Y%m%dT%H%M%SZ}.log"
    try:
        return _held(given, workspace, clock, is_synthetic, terminal, log)
    except Busy:
        raise  # the other one goes on
    except Exception as error:
        from pipelines import died

        died.tell(
            error,
            workspace,
            clock=clock,
            environment=environment,
            is_synthetic=is_synthetic,
            log=log,
        )
        raise


def _held(
    given: argparse.Namespace,
    workspace: Workspace,
    clock: datetime,
    is_synthetic: bool,
    terminal: Terminal,
    log: Path,
) -> int:
    with ExitStack() as stack:
        stack.enter_context(workspace.lock())
        workspace.prepare()
        _log_to(log, stack)
        if is_synthetic:
            from pipelines.sandbox import start_sandbox

            stack.enter_context(
                start_sandbox(workspace, clock, given.members, given.seed)
            )
            terminal.say(
                "Nothing is configured: refreshing a sandbox community of"
                f" {given.members} invented people. ALL NUMBERS ARE SYNTHETIC."
            )
        return _run(given, workspace, clock, is_synthetic, terminal, log)


def where(
    given: argparse.Namespace, environment: dict[str, str]
) -> tuple[Workspace, bool]:
    """Returns the data folder and whether it is the sandbox's.

    Real rows and synthetic ones never meet: each inbox and the sandbox have a folder of
    their own, unless DATA names one.
    """
    root = given.data or environment.get("TSUNAGARI_DATA") or str(PROJECT / "data")
    data = Path(root).resolve()
    if given.inbox:
        inbox = Path(given.inbox).resolve()
        if not inbox.is_dir():
            raise SettingError(f"INBOX={given.inbox}: there is no such folder")
        folder = data if given.data else data / "inboxes" / _inbox_name(inbox)
        return Workspace(folder, inbox), False
    if _is_configured(environment) or _has_files(data / "inbox"):
        return Workspace(data), False
    return Workspace(data / "sandbox"), True


def _data(given: argparse.Namespace) -> Path:
    return where(given, read_environment(os.environ))[0].data


def _inbox_name(inbox: Path) -> str:
    # Most data sets call theirs `inbox`; the folder above it tells them apart.
    return inbox.parent.name if inbox.name == "inbox" else inbox.name


def _is_configured(environment: dict[str, str]) -> bool:
    from sources import discover

    return any(
        source.settings and not source.missing(source.configured(environment))
        for source in discover().values()
    )


def _has_files(inbox: Path) -> bool:
    return any(path.is_file() for path in inbox.rglob("*") if path.name[0] != ".")


def _log_to(file: Path, stack: ExitStack) -> None:
    from pipelines.logs import LOG_FILE, handler

    os.environ[LOG_FILE] = str(file)
    stack.callback(os.environ.pop, LOG_FILE, None)
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    made = handler(file)
    root.addHandler(made)
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    stack.callback(root.removeHandler, made)


def _run(
    given: argparse.Namespace,
    workspace: Workspace,
    clock: datetime,
    is_synthetic: bool,
    terminal: Terminal,
    log: Path,
) -> int:
    from pipelines import jobs
    from pipelines.fingerprint import code_fingerprint
    from pipelines.instance import close_dead_runs, forget_old_runs, open_instance
    from pipelines.publish.release import EarlierClock, refuse_earlier_clock
    from pipelines.run import RunOptions, resolve

    options = RunOptions(
        data=str(workspace.data),
        inbox=str(workspace.inbox_override or ""),
        clock=clock.isoformat(),
        as_of=given.as_of,
        full=given.full,
        window=given.window,
        is_synthetic=is_synthetic,
        run_unit_tests=not jobs.is_tested(workspace, code_fingerprint()),
    )
    run = resolve(options, clock=clock)
    try:
        refuse_earlier_clock(workspace.published, clock)
    except EarlierClock as error:
        raise SettingError(f"{error}; nothing was read") from error
    terminal.say(f"as of {run.as_of}, data folder {workspace.data}")
    with open_instance(workspace) as instance:
        dead = close_dead_runs(instance)
        for closed in dead:
            terminal.say(
                f"  an earlier run was killed; marked failed: {closed.run_id[:8]}"
            )
        forget_old_runs(instance, clock)
        outcome = jobs.refresh(
            options,
            run,
            instance,
            terminal,
            sources=given.sources,
            killed=[closed.job_name for closed in dead],
        )
    return _report(outcome, run, terminal, log)


def _report(outcome: object, run: Resolved, terminal: Terminal, log: Path) -> int:
    from pipelines.jobs import Outcome
    from pipelines.summary import summary

    assert isinstance(outcome, Outcome)
    terminal.say()
    terminal.say(summary(outcome, run))
    terminal.say(f"log: {log}")
    return exit_codes.FAILED if outcome.problems else exit_codes.OK


if __name__ == "__main__":
    sys.exit(main())
