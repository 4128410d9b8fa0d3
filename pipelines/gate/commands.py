"""The commands that a report tells people, for the data folder it is about."""

from __future__ import annotations

import shlex
from pathlib import Path

from pipelines.gate.findings import Finding
from pipelines.run import Resolved
from pipelines.workspace import PROJECT

WHY = "why it is real"


def acknowledge(run: Resolved, finding: Finding) -> str:
    """Returns the command that lets a blocked finding through."""
    check = shlex.quote(finding.check)
    return f"make acknowledge CHECK={check} REASON='{WHY}'{folder(run)}"


def blocked(run: Resolved) -> str:
    """Returns the command that lists what is blocked."""
    return f"make acknowledge{folder(run)}"


def refresh(run: Resolved) -> str:
    """Returns the command that builds and publishes again."""
    return f"make refresh{folder(run)}"


def releases(run: Resolved) -> str:
    """Returns the command that lists the kept releases."""
    return f"make releases{folder(run)}"


def rollback(run: Resolved, release_id: str) -> str:
    """Returns the command that makes an earlier release current."""
    return f"make rollback RELEASE={release_id} REASON='what is wrong'{folder(run)}"


def sources(run: Resolved) -> str:
    """Returns the command that tells how every source is doing."""
    return f"make sources{folder(run)}"


def folder(run: Resolved) -> str:
    """Returns the arguments that name the run's data folder, " DATA=..." or nothing."""
    inbox = run.workspace.inbox_override
    root = Path(run.environment.get("TSUNAGARI_DATA") or PROJECT / "data").resolve()
    data = run.workspace.data
    if inbox is not None:
        is_default = data.is_relative_to(root / "inboxes")
        named = f" INBOX={shlex.quote(str(inbox))}"
    else:
        if run.is_synthetic and data.name == "sandbox":
            data = data.parent
        is_default, named = data == root, ""
    return named if is_default else f"{named} DATA={shlex.quote(str(data))}"
