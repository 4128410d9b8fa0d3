"""`make acknowledge`: lets a change that is real through the gate, once.

    python -m pipelines.gate.acknowledge [CHECK] --reason R [--who W] [--clock T]
                                         [--data D] [--inbox I]

Without CHECK it lists what is blocked. The next refresh publishes, if nothing else is.
Exit codes: 0 written or listed, 1 nothing to let through, 2 wrong options, 3 busy.
"""

from __future__ import annotations

import argparse
import sys

from pipelines import exit_codes
from pipelines.gate import acknowledgements, desk, record
from pipelines.gate.block import report_of
from pipelines.gate.desk import Desk
from pipelines.gate.rollbacks import position


def main(arguments: list[str] | None = None) -> int:
    """Lists what is blocked, or writes an acknowledgement; returns the exit code."""
    parser = desk.options("acknowledge", "Lets a real change through.", writes=True)
    parser.add_argument("check", nargs="?", default="", help="the blocked check's id")
    given = parser.parse_args(arguments)
    return desk.run(given, _acknowledge, prog="acknowledge", holds=bool(given.check))


def _acknowledge(at: Desk, given: argparse.Namespace) -> int:
    stands = position(at.workspace)
    found = record.read(at.workspace)
    if not given.check:
        return _list(at)
    made = acknowledgements.of(
        found, stands, given.check, who=at.who, reason=given.reason, clock=at.clock
    )
    file = acknowledgements.add(at.workspace, made)
    for one in made:
        print(f"let through once: {one.check}, seen {one.observed}: {one.told}")
    left = _left(at)
    if left:
        print(f"still blocked: {', '.join(left)}")
    print(f"written to {file}; publish with: make refresh{at.arguments}")
    return exit_codes.OK


def _list(at: Desk) -> int:
    stands = position(at.workspace)
    found = record.read(at.workspace)
    blocked = acknowledgements.blocked_now(found, stands)
    if found is None or not blocked:
        print("Nothing is blocked.")
        return exit_codes.OK
    left = set(_left(at))
    print(f"The run of {found.clock:%Y-%m-%d %H:%M} UTC published nothing.")
    print(acknowledgements.listed([one for one in blocked if one.check in left]))
    for one in blocked:
        if one.check not in left:
            print(f"  {one.check}: let through, counts from the next refresh on")
    print(f"report: {report_of(at.workspace, found.clock)}")
    return exit_codes.OK


def _left(at: Desk) -> list[str]:
    """Returns the checks that are blocked and not let through."""
    stands = position(at.workspace)
    blocked = acknowledgements.blocked_now(record.read(at.workspace), stands)
    given = acknowledgements.pending(at.workspace, stands)
    judged = acknowledgements.applied(blocked, given)
    return [finding.check for finding in judged if finding.blocks]


if __name__ == "__main__":
    sys.exit(main())
