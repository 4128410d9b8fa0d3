"""What commands share: options, the clock, who asks, and one sentence for a refusal."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from pipelines import exit_codes
from pipelines.run import parse_clock
from pipelines.settings import SettingError
from pipelines.workspace import Busy


class Refused(Exception):
    """What was asked cannot be done; the message says why and what to do."""


def options(prog: str, what: str) -> argparse.ArgumentParser:
    """Returns the options that all of them have."""
    parser = argparse.ArgumentParser(prog=prog, description=what)
    parser.add_argument("--data", default="", help="data folder (default data/)")
    parser.add_argument("--inbox", default="", help="folder of exported files")
    return parser


def add_clock(parser: argparse.ArgumentParser) -> None:
    """Adds --clock, for commands that date what they do."""
    parser.add_argument("--clock", default="", help="the clock, ISO with offset")


def clock_of(given: argparse.Namespace) -> datetime:
    """Returns the clock that was given. Raises: SettingError.

    The only place of these commands that looks at one.
    """
    said = getattr(given, "clock", "")
    return parse_clock(said) if said else datetime.now(UTC)


def user() -> str:
    """Returns the name that the system knows the person by."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def exit_code(
    prog: str, work: Callable[[], int], refusals: tuple[type[Exception], ...] = ()
) -> int:
    """Works and returns the exit code; says in a sentence why it cannot.

    refusals: what the work raises, beside Refused, when it cannot be done.
    """
    refused: tuple[type[Exception], ...] = (Refused, *refusals)
    try:
        return work()
    except SettingError as error:
        return _told(prog, error, exit_codes.USAGE)
    except refused as error:
        return _told(prog, error, exit_codes.FAILED)
    except Busy as error:
        return _told(prog, error, exit_codes.BUSY)


def _told(prog: str, error: Exception, code: int) -> int:
    print(f"{prog}: {error}", file=sys.stderr)
    return code
