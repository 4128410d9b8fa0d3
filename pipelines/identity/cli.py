"""What `make review`, `make explain` and `make undo` share: options, what they read."""

import argparse
import getpass
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from pipelines.identity import log, manual
from pipelines.identity.lines import CannotWrite
from pipelines.identity.people import NotRefreshed, People
from pipelines.refresh import where
from pipelines.run import parse_clock
from pipelines.settings import SettingError, Settings, read_environment
from pipelines.workspace import Workspace

EXIT_OK, EXIT_FAILED, EXIT_USAGE = 0, 1, 2


class Refused(Exception):
    """What was asked cannot be done; the message says why and what to do."""


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
    parser = argparse.ArgumentParser(prog=prog, description=what)
    parser.add_argument("--data", default="", help="data folder (default data/)")
    parser.add_argument("--inbox", default="", help="folder of exported files")
    parser.add_argument("--clock", default="", help="the clock, ISO with offset")
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
        return work(_desk(given), given)
    except SettingError as error:
        print(f"{prog}: {error}", file=sys.stderr)
        return EXIT_USAGE
    except (NotRefreshed, CannotWrite, Refused) as error:
        print(f"{prog}: {error}", file=sys.stderr)
        return EXIT_FAILED
    finally:
        logging.disable(logging.NOTSET)


def _desk(given: argparse.Namespace) -> Desk:
    environment = read_environment(os.environ)
    # The only place of the three commands that looks at a clock.
    clock = parse_clock(given.clock) if given.clock else datetime.now(UTC)
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
    try:
        known = getpass.getuser()
    except (KeyError, OSError):
        known = "unknown"
    if not sys.stdin.isatty():
        return known
    return input(f"Your name for the log [{known}]: ").strip() or known
