"""What the gate's commands share: options, the data folder, held, and one sentence."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pipelines import command
from pipelines.gate.acknowledgements import CannotAcknowledge
from pipelines.refresh import where
from pipelines.settings import read_environment
from pipelines.workspace import Workspace


@dataclass(frozen=True)
class Desk:
    """What a command works with; arguments: " DATA=..." for the next command."""

    workspace: Workspace
    clock: datetime
    who: str
    arguments: str


def options(prog: str, what: str, *, writes: bool) -> argparse.ArgumentParser:
    """Returns the options that they share."""
    parser = command.options(prog, what)
    if writes:
        parser.add_argument("--reason", default="", help="why; readers will see it")
        parser.add_argument("--who", default="", help="your name (default: the user)")
        command.add_clock(parser)
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

    def whole() -> int:
        desk = _desk(given)
        if not holds:
            return work(desk, given)
        with desk.workspace.lock():
            return work(desk, given)

    return command.exit_code(prog, whole, (CannotAcknowledge,))


def _desk(given: argparse.Namespace) -> Desk:
    workspace, _ = where(given, read_environment(os.environ))
    named = (("INBOX", given.inbox), ("DATA", given.data))
    return Desk(
        workspace=workspace,
        clock=command.clock_of(given),
        who=getattr(given, "who", "") or command.user(),
        arguments="".join(f" {name}={value}" for name, value in named if value),
    )
