"""Is there anything to build: asked by `make refresh` and by the daemon alike."""

from __future__ import annotations

from pathlib import Path

from pipelines.fingerprint import fingerprint
from pipelines.gate import rollbacks
from pipelines.publish.publications import row_of
from pipelines.publish.release import current_release
from pipelines.run import Resolved
from pipelines.workspace import Workspace


def is_unchanged(current: Path | None, run: Resolved) -> bool:
    """Tells whether a release of the very same inputs, code and day is published.

    current: the release readers have. After a roll-back also one that was taken back:
    of the same inputs it is not published again. FULL=1 builds all the same.
    """
    if current is None or run.full:
        return False
    published = run.workspace.published
    seen = {row_of(current)["fingerprint"]}
    if rollbacks.in_force(published, current.name):
        taken_back = rollbacks.withdrawn(published).values()
        seen |= {row["fingerprint"] for row, _ in taken_back}
    return fingerprint(run) in seen


def rolled_back(workspace: Workspace) -> str:
    """Returns what was said of the roll-back that readers are on, "" without one."""
    current = current_release(workspace.published)
    found = rollbacks.in_force(workspace.published, current.name) if current else None
    return found.told if found else ""
