"""What the gate's commands share: options, the data folder, held, and one sentence."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.gate.acknowledgements import CannotAcknowledge
from pipelines.refresh import where
from pipelines.run import parse_clock
from pipelines.settings import SettingError, read_environment
from pipelines.workspace import Busy, Workspace

EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_BUSY = 0, 1, 2, 3


class Refused(Exception):
    """What was asked cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class Desk:
    """What a command works with; arguments: " DATA=..." for the next command."""

    workspace: Workspace
    clock: datetime
    who: str
    arguments: str


def options(prog: str, what: str, *, writes: bool) -> argparse.ArgumentParser:
    """Returns the options that they share."""
    parser = argparse.ArgumentParser(prog=prog, description=what)
    parser.add_argument("--data", default="", help="data folder (default data/)")
    parser.add_argument("--inbox", default="", help="folder of exported files")
    if writes:
        parser.add_argument("--reason", default="", help="why; readers will see it")
        parser.add_argument("--who", default="", help="your name (default: the user)")
        parser.add_argument("--clock", default="", help="the clock, ISO with offset")
    return parser


def run(
    given: argparse.Namespace,
    work: Callable[[Desk, argparse.Namespace], int],
    *,
    prog: str,
    holds: bool,
) -> int:
    """Works and returns the exit code; says in a sentence why it cannot.

    holds: no refresh may run meanwhile.
    """
    try:
        desk = _desk(given)
        if not holds:
            return work(desk, given)
        with desk.workspace.lock():
            return work(desk, given)
    except SettingError as error:
        print(f"{prog}: {error}", file=sys.stderr)
        return EXIT_USAGE
    except (CannotAcknowledge, Refused) as error:
        print(f"{prog}: {error}", file=sys.stderr)
        return EXIT_FAILED
    except Busy as error:
        print(f"{prog}: {error}", file=sys.stderr)
        return EXIT_BUSY


def _desk(given: argparse.Namespace) -> Desk:
    # The only place of these commands that looks at a clock.
    clock = getattr(given, "clock", "")
    workspace, _ = where(given, read_environment(os.environ))
    named = (("INBOX", given.inbox), ("DATA", given.data))
    return Desk(
        workspace=workspace,
        clock=parse_clock(clock) if clock else datetime.now(UTC),
        who=getattr(given, "who", "") or _name(),
        arguments="".join(f" {name}={value}" for name, value in named if value),
    )


def _name() -> str:
    """Returns the name that the system knows the person by."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
