"""The log of roll-backs: `published/rollbacks.jsonl`, one line each, appended only.

Releases are never rewritten, so what was taken back stands beside them. The next
release's `publications` carries it on.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.gate import lines
from pipelines.workspace import Workspace

FILE = "rollbacks.jsonl"


@dataclass(frozen=True)
class Position:
    """Where publication stands: the current release and the roll-backs before it.

    Both, because a roll-back makes an earlier release current again: what was allowed
    on top of it then is not allowed now.
    """

    release_id: str | None
    rollbacks: int


@dataclass(frozen=True)
class Rollback:
    """One roll-back.

    withdrawn: the rows of `publications` that readers no longer see, in JSON's types.
    """

    release_id: str
    left: str
    rolled_back_at: datetime
    who: str
    reason: str
    withdrawn: tuple[dict[str, Any], ...]

    @property
    def told(self) -> str:
        """The roll-back in one sentence."""
        return (
            f"rolled back to {self.release_id} by {self.who},"
            f" {self.rolled_back_at:%Y-%m-%d %H:%M} UTC: {self.reason}"
        )


def read(published: Path) -> list[Rollback]:
    """Returns the roll-backs, oldest first."""
    return [_of(line) for line in lines.read(published / FILE)]


def add(published: Path, rollback: Rollback) -> None:
    """Appends a roll-back and waits for the disk: it is told before it is done."""
    at = rollback.rolled_back_at.isoformat()
    lines.append(published / FILE, [{**asdict(rollback), "rolled_back_at": at}])


def position(workspace: Workspace) -> Position:
    """Returns where publication stands."""
    link = workspace.published / "current"
    release_id = link.resolve().name if link.exists() else None
    return Position(release_id, len(read(workspace.published)))


def withdrawn(published: Path) -> dict[str, tuple[dict[str, Any], str]]:
    """Returns the releases ever rolled back: their row and what was said, by id."""
    return {
        str(row["release_id"]): (row, rollback.told)
        for rollback in read(published)
        for row in rollback.withdrawn
    }


def in_force(published: Path, current: str) -> Rollback | None:
    """Returns the roll-back that made the current release current, None if none did."""
    log = read(published)
    return log[-1] if log and log[-1].release_id == current else None


def _of(line: dict[str, Any]) -> Rollback:
    return Rollback(
        **{
            **line,
            "rolled_back_at": datetime.fromisoformat(line["rolled_back_at"]),
            "withdrawn": tuple(line["withdrawn"]),
        }
    )
