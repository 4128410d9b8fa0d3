"""Figures as Markdown: tables, and words for sizes."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.benchmark import Figures


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Returns a Markdown table; numbers are aligned to the right, None is a dash."""
    numeric = [
        all(isinstance(row[at], int | float | None) for row in rows)
        for at in range(len(headers))
    ]
    lines = [
        _line(headers),
        _line(["---:" if right else "---" for right in numeric]),
        *(_line([_cell(value) for value in row]) for row in rows),
    ]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def steps_table(figures: Figures) -> str:
    """Returns a refresh's wall seconds and highest memory, by step and in all."""
    steps = figures["steps"]
    other = figures["seconds"] - sum(step["seconds"] for step in steps)
    return table(
        ("step", "seconds", "highest memory, MiB"),
        [
            *((step["name"], step["seconds"], step["peak_mib"]) for step in steps),
            ("other (starting, reading the project, summary)", other, None),
            ("**whole refresh**", figures["seconds"], figures["peak_mib"]),
        ],
    )
