"""The gate's table in docs/reliability.md: what was stopped, how little, by what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from typing import Any

from pipelines.workspace import PROJECT
from tests.bench.marked import put
from tests.bench.tables import table
from tests.gate.corruptions import CORRUPTIONS, SHARES
from tests.gate.kinds import AT_ANY_SIZE, FAMILIES, Corruption

DOCUMENT = PROJECT / "docs" / "reliability.md"
MARK = "<!-- gate -->"
CAUGHT, ABSORBED, MISSED, NOT_RUN = VERDICTS = (
    *("caught", "absorbed", "missed", "not run"),
)
STOPPED = (CAUGHT, ABSORBED)
JUDGED_FROM = 0.2  # families that need not be stopped at any size, from here on
Result = dict[str, Any]


def write(results: Sequence[Result]) -> int:
    """Writes the table; returns 1 when something is missed that may not be."""
    put(DOCUMENT, MARK, "\n\n".join(_page(results)))
    print(f"written: {DOCUMENT.relative_to(PROJECT)}")
    return 1 if any(_problems(results)) else 0


def _page(results: Sequence[Result]) -> Iterator[str]:
    clean = [row for row in results if row["share"] == 0]
    struck = [row for row in results if row["share"] > 0]
    yield _told(clean, struck)
    yield table(
        ["size", "runs", *VERDICTS, "of the caught, by the check named beforehand"],
        [_of_size(share, struck) for share in SHARES],
    )
    yield (
        "*Caught*: nothing was published, and a check, or the source's own load, says"
        " why. *Absorbed*: published, and readers see what a clean run shows them (no"
        " mart differs, but for those that tell how rows came in): wrong rows were set"
        " aside, doubled ones counted once. *Missed*: published, and some mart differs."
        " *Not run*: it found no row to hit, or broke the harness."
    )
    yield (
        "By family, how many were stopped (caught or absorbed) of those run. Bold: may"
        " not be missed at that size."
    )
    yield table(
        ["family", "corruptions", *(f"{share:.0%}" for share in SHARES)],
        [_of_family(family, struck) for family in FAMILIES],
    )
    problems = list(_problems(results))
    yield "Not as it should be:" if problems else "Everything is as it should be."
    if problems:
        yield "\n".join(f"- {problem}" for problem in problems)
    missed = [line for c in CORRUPTIONS for line in _missed(c, struck)]
    if missed:
        yield "What was missed, and why so little of it passes:"
        yield table(["family", "corruption", "missed at", "why"], missed)
    yield (
        "Every corruption. *Smallest*: the smallest size from which on it was stopped;"
        " ≤ where less was not tried."
    )
    ordered = sorted(CORRUPTIONS, key=lambda c: FAMILIES.index(c.family))
    yield table(
        ["family", "level", "corruption", "smallest", "stopped by, when least"],
        [_line(corruption, struck) for corruption in ordered],
    )


def _told(clean: Sequence[Result], struck: Sequence[Result]) -> str:
    seeds = sorted({row["seed"] for row in struck})
    commits = sorted({row.get("commit", "") for row in struck} - {""})
    seconds = sorted(row["seconds"] for row in struck) or [0]
    loads = [row for row in clean if ": " in row["name"]]
    blocked = [row for row in clean if row["verdict"] == "blocked"]
    return (
        f"{len(CORRUPTIONS)} corruptions at {len(SHARES)} sizes; {len(struck)} of these"
        f" {len(CORRUPTIONS) * len(SHARES)} runs are done, on the sandbox of 200 with"
        f" five weeks of daily loads (seed {', '.join(map(str, seeds))}; code of"
        f" {', '.join(commits) or 'today'}), in the middle"
        f" {seconds[len(seconds) // 2]:.0f} s of processor time each. False alarms:"
        f" {len(blocked)} of {len(clean)} clean runs (the whole job with nothing wrong,"
        f" and {len(loads)} sources loaded once more) were held back."
    )


def _of_size(share: float, struck: Sequence[Result]) -> list[str]:
    rows = [row for row in struck if row["share"] == share]
    verdicts = [row["verdict"] for row in rows]
    caught = [row for row in rows if row["verdict"] == CAUGHT]
    return [
        f"{share:.0%}",
        str(len(rows)),
        *(str(verdicts.count(verdict)) for verdict in VERDICTS),
        str(sum(row["is_named"] for row in caught)),
    ]


def _of_family(family: str, struck: Sequence[Result]) -> list[str]:
    names = {c.name for c in CORRUPTIONS if c.family == family}
    cells = []
    for share in SHARES:
        rows = [r for r in struck if r["name"] in names and r["share"] == share]
        stopped = sum(row["verdict"] in STOPPED for row in rows)
        text = f"{stopped} of {len(rows)}" if rows else ""
        cells.append(f"**{text}**" if text and share >= _least(family) else text)
    return [family, str(len(names)), *cells]


def _least(family: str) -> float:
    return min(SHARES) if family in AT_ANY_SIZE else JUDGED_FROM


def _missed(corruption: Corruption, struck: Sequence[Result]) -> Iterator[list[str]]:
    sizes = _passed(corruption, struck, above=0)
    if sizes:
        what = f"{corruption.name}: {corruption.story}"
        yield [corruption.family, what, sizes, corruption.may_pass]


def _passed(corruption: Corruption, results: Sequence[Result], above: float) -> str:
    """Returns the sizes at which it was not stopped, in words."""
    shares = {
        row["share"]
        for row in results
        if row["name"] == corruption.name
        and row["share"] >= max(above, min(SHARES))
        and row["verdict"] not in STOPPED
    }
    return ", ".join(f"{share:.0%}" for share in sorted(shares))


def _line(corruption: Corruption, struck: Sequence[Result]) -> list[str]:
    rows = [row for row in struck if row["name"] == corruption.name]
    caught = [row for row in rows if row["verdict"] == CAUGHT]
    least = min(caught, key=lambda row: row["share"], default=None)
    return [
        corruption.family,
        corruption.level,
        f"{corruption.name}: {corruption.story}",
        _smallest_told(rows),
        _by(corruption, least) if least else "absorbed" if smallest(rows) else "",
    ]


def _smallest_told(rows: Sequence[Result]) -> str:
    size = smallest(rows)
    if size is None:
        return "missed" if rows else "not run"
    tried = min(row["share"] for row in rows)
    is_least = size > tried or tried == min(SHARES)
    return f"{size:.0%}" if is_least else f"≤ {size:.0%}"


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
        sizes = _passed(corruption, results, above=_least(corruption.family))
        if sizes:
            yield f"{corruption.name} ({corruption.family}): not stopped at {sizes}"
