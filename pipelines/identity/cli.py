"""What `make review`, `make explain` and `make undo` share: options, what they read."""

import argparse
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from pipelines import command
from pipelines.identity import log, manual
from pipelines.identity.lines import CannotWrite
from pipelines.identity.people import NotRefreshed, People
from pipelines.refresh import where
from pipelines.settings import Settings, read_environment
from pipelines.workspace import Workspace


@dataclass(frozen=True)
class Desk:
    """All that a command works with.

    today: the local day of the clock; file: the decisions file; history: the log
    """

    workspace: Workspace
    people: People
    history: pd.DataFrame
    file: Path
    clock: datetime
    today: date
    who: str

    def by_hand(self, content: bytes | None = None) -> manual.ManualDecisions:
        """The decisions file, or what it would be with another content."""
        known = set(log.assigning(self.history)["account_id_a"])
        if content is None:
            return manual.read(self.workspace.inbox, known, lambda: self.history)
        return manual.parsed(content, known, lambda: self.history)

    def line(self, decision: str, **values: str) -> dict[str, str]:
        """A line of the decisions file, signed and dated."""
        signed = {"who": self.who, "when": self.today.isoformat()}
        return {"decision": decision} | values | signed


def options(prog: str, what: str, *, writes: bool) -> argparse.ArgumentParser:
    """The options that they share."""
    parser = command.options(prog, what)
    command.add_clock(parser)
    if writes:
        parser.add_argument("--who", default="", help="your name for the log")
    return parser


def run(
    prog: str,
    given: argparse.Namespace,
    work: Callable[[Desk, argparse.Namespace], int],
) -> int:
    """Opens the desk and works; says in a sentence why it cannot.

    A command that writes has the option --who.
    """
    logging.disable(logging.INFO)  # the model tells its timings
    try:
        return command.exit_code(
            prog, lambda: work(_desk(given), given), (NotRefreshed, CannotWrite)
        )
    finally:
        logging.disable(logging.NOTSET)


def _desk(given: argparse.Namespace) -> Desk:
    environment = read_environment(os.environ)
    clock = command.clock_of(given)
    zone = ZoneInfo(Settings.read(environment).timezone)
    workspace, is_synthetic = where(given, environment)
    people = People(workspace)
    if is_synthetic:
        print("The sandbox's invented people.\n")
    if not people.is_whole:
        print("A refresh is running: this is what was published before it.\n")
    return Desk(
        workspace=workspace,
        people=people,
        history=log.read(workspace.data),
        file=manual.file_in(workspace.inbox),
        clock=clock,
        today=clock.astimezone(zone).date(),
        who=(given.who or _name()) if hasattr(given, "who") else "",
    )


def _name() -> str:
    """The name that the system knows the person by; asked for at a terminal."""
    known = command.user()
    if not sys.stdin.isatty():
        return known
    return input(f"Your name for the log [{known}]: ").strip() or known
