"""The gate's table in docs/reliability.md: what was caught, how little, by what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.workspace import PROJECT
from tests.bench.marked import put
from tests.bench.tables import table
from tests.gate.corruptions import CORRUPTIONS, SHARES
from tests.gate.kinds import AT_ANY_SIZE, FAMILIES, Corruption

DOCUMENT = PROJECT / "docs" / "reliability.md"
MARK = "<!-- gate -->"
STOPPED = ("caught", "absorbed")
Result = dict[str, Any]


def write(results: Sequence[Result]) -> int:
    """Writes the table; returns 1 when something is missed that may not be."""
    put(DOCUMENT, MARK, "\n\n".join(_page(results)))
    print(f"written: {DOCUMENT.relative_to(PROJECT)}")
    return 1 if any(_problems(results)) else 0


def _page(results: Sequence[Result]) -> Iterator[str]:
    clean = [row for row in results if row["share"] == 0]
    struck = [row for row in results if row["share"] > 0]
    seeds = sorted({row["seed"] for row in results})
    blocked = [row for row in clean if row["verdict"] == "blocked"]
    seconds = sorted(row["seconds"] for row in struck) or [0]
    yield (
        f"{len(CORRUPTIONS)} corruptions, {len(struck)} runs on the sandbox of 200 with"
        f" five weeks of daily loads (seed {', '.join(map(str, seeds))}), in the middle"
        f" {seconds[len(seconds) // 2]:.0f} s of processor time each."
        f" Clean runs: {len(clean)}, blocked: {len(blocked)}."
    )
    yield table(
        ["size", "runs", "caught", "absorbed", "missed", "not run"],
        [_of_size(share, struck) for share in SHARES],
    )
    yield (
        "*Absorbed*: published, and no mart differs from that of a clean run but those"
        " that tell how rows came in. *Smallest*: the smallest size from which on every"
        " size is caught or absorbed."
    )
    ordered = sorted(CORRUPTIONS, key=lambda c: FAMILIES.index(c.family))
    yield table(
        ["family", "level", "corruption", "smallest", "stopped by"],
        [_line(corruption, struck) for corruption in ordered],
    )
    problems = list(_problems(results))
    yield "Not as it should be:" if problems else "Everything is as it should be."
    if problems:
        yield "\n".join(f"- {problem}" for problem in problems)


def _of_size(share: float, struck: Sequence[Result]) -> list[str]:
    rows = [row["verdict"] for row in struck if row["share"] == share]
    verdicts = ("caught", "absorbed", "missed", "not run")
    return [f"{share:.0%}", str(len(rows)), *(str(rows.count(v)) for v in verdicts)]


def _line(corruption: Corruption, struck: Sequence[Result]) -> list[str]:
    rows = [row for row in struck if row["name"] == corruption.name]
    size = smallest(rows)
    named = [row for row in rows if row["verdict"] == "caught"]
    least = min(named, key=lambda row: row["share"], default=None)
    return [
        corruption.family,
        corruption.level,
        f"{corruption.name}: {corruption.story}",
        "not run" if not rows else f"{size:.0%}" if size else "missed",
        _by(corruption, least) if least else "absorbed" if size else "",
    ]


def smallest(rows: Sequence[Result]) -> float | None:
    """Returns the smallest size from which on every run of it was stopped."""
    found = None
    for share in sorted({row["share"] for row in rows}, reverse=True):
        if not all(r["verdict"] in STOPPED for r in rows if r["share"] == share):
            break
        found = share
    return found


def _by(corruption: Corruption, row: Result) -> str:
    """Returns the check that stopped it: the one that should have, if it is there."""
    from fnmatch import fnmatch

    checks = [" ".join(check.split())[:90] for check in row["checks"]]
    expected = [
        check
        for pattern in corruption.stopped_by
        for check in checks
        if fnmatch(check, pattern)
    ]
    first = [*expected, *checks][0]
    more = len(checks) - 1
    return f"`{first}`" + (f" and {more} more" if more else "")


def _problems(results: Sequence[Result]) -> Iterator[str]:
    for row in results:
        if row["share"] == 0 and row["verdict"] == "blocked":
            yield f"{row['name']}, seed {row['seed']}: {'; '.join(row['checks'])[:300]}"
    for corruption in CORRUPTIONS:
        rows = [row for row in results if row["name"] == corruption.name]
        least = min(SHARES) if corruption.family in AT_ANY_SIZE else 0.2
        passed = [
            row["share"]
            for row in rows
            if row["share"] >= least and row["verdict"] not in STOPPED
        ]
        if passed:
            sizes = ", ".join(f"{share:.0%}" for share in sorted(passed))
            why = f": {corruption.may_pass}" if corruption.may_pass else ""
            what = f"{corruption.name} ({corruption.family})"
            yield f"{what}: not stopped at {sizes}{why}"
