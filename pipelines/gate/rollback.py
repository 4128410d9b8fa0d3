"""`make rollback`: readers get an earlier release back, in one step.

    python -m pipelines.gate.rollback RELEASE --reason R [--who W] [--clock T]
                                      [--data D] [--inbox I]

The release is tried first. The next refresh stays there while inputs, code and day are
those of the release that was left; when one changes, or with FULL=1, it publishes.
Exit codes: 0 rolled back, 1 not, 2 wrong options, 3 busy.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipelines import exit_codes
from pipelines.command import Refused
from pipelines.gate import desk, rollbacks
from pipelines.gate.desk import Desk
from pipelines.gate.releases import Kept, kept
from pipelines.gate.rollbacks import Rollback
from pipelines.publish.publications import rows_of
from pipelines.publish.release import (
    SmokeTestFailed,
    current_release,
    point_to,
    verify,
)


def main(arguments: list[str] | None = None) -> int:
    """Swaps the current release and returns the exit code."""
    parser = desk.options("rollback", "Goes back to a kept release.", writes=True)
    parser.add_argument("release", help="the release's id; make releases lists them")
    given = parser.parse_args(arguments)
    return desk.run(given, _rollback, prog="rollback", holds=True)


def _rollback(at: Desk, given: argparse.Namespace) -> int:
    told = roll_back(
        at.workspace.published,
        given.release,
        who=at.who,
        reason=given.reason,
        clock=at.clock,
    )
    print(f"{told.told}")
    print(
        f"readers had {told.left} and have {told.release_id} from now on.\n"
        "The next refresh stays there while inputs, code and day are the same. Repair"
        f" the cause before that, then: make refresh{at.arguments}"
    )
    return exit_codes.OK


def roll_back(
    published: Path, release_id: str, *, who: str, reason: str, clock: datetime
) -> Rollback:
    """Makes a kept release current and returns what was written of it.

    Told in the log first, then done: killed between the two, the log says of a
    roll-back what a second try completes.
    Raises: Refused.
    """
    left = current_release(published)
    if left is None:
        raise Refused("nothing is published yet")
    found = {one.folder.name: one for one in kept(published)}
    target = found.get(release_id)
    if target is None or not target.was_published:
        others = [one.folder.name for one in found.values() if _can_be(one)]
        there = f"kept are {', '.join(others)}" if others else "no other one is kept"
        raise Refused(f"no published release is called {release_id or '?'}; {there}")
    if target.is_current:
        raise Refused(f"readers have {release_id} already")
    if not reason.strip():
        raise Refused('say why: REASON="...", it is kept with the releases')
    try:
        verify(target.folder)
    except SmokeTestFailed as error:
        raise Refused(
            f"{release_id} is damaged ({error}); readers keep {left.name}"
        ) from error
    stays = rows_of(target.folder)
    rollback = Rollback(
        release_id=release_id,
        left=left.name,
        rolled_back_at=clock,
        who=who,
        reason=" ".join(reason.split()),
        withdrawn=tuple(
            _in_json(row) for name, row in rows_of(left).items() if name not in stays
        ),
    )
    rollbacks.add(published, rollback)
    point_to(published, target.folder)
    return rollback


def _can_be(release: Kept) -> bool:
    return release.was_published and not release.is_current and release.row is not None


def _in_json(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in row.items()
    }


if __name__ == "__main__":
    sys.exit(main())
