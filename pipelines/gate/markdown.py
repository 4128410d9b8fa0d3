"""A blocked check on the Dagster page: what failed, the command that lets it pass."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.gate import commands
from pipelines.gate.findings import Finding
from pipelines.run import Resolved


def table(run: Resolved, failed: Sequence[Finding]) -> str:
    """Returns failed checks as a Markdown table, and what to do about them."""
    rows = [
        "| check | seen | allowed | why it is looked at | for example (keys) |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in failed:
        cells = (one.check, one.observed, one.bound, one.reason, ", ".join(one.sample))
        rows.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join([*rows, "", *_what_to_do(run, failed)])


def _what_to_do(run: Resolved, failed: Sequence[Finding]) -> list[str]:
    told = [
        f"- `{one.check}` let through: {one.acknowledged}"
        for one in failed
        if one.acknowledged
    ]
    blocking = [one for one in failed if one.blocks]
    real = [one for one in blocking if one.acknowledgeable]
    if len(real) < len(blocking):
        told.append("- Has to be repaired; then run again.")
    if real:
        told.append("- If the change is real, let it through once, then run again:")
        told += ["", "```", *(commands.acknowledge(run, one) for one in real), "```"]
    return told


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
