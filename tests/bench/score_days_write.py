"""What came of sixty days, as Markdown: the rows, and what the gate held back."""

from __future__ import annotations

from pipelines.workspace import PROJECT
from tests.bench.benchmark import Figures
from tests.bench.marked import put
from tests.bench.tables import table

COMMAND = "python -m tests.bench score_days"
RELIABILITY = PROJECT / "docs" / "reliability.md"
MARK = "<!-- sixty days -->"


def report(figures: Figures) -> str:
    """Says what was lived, and every mart's rows with how many differ."""
    marts = figures["marts"]
    wrong = sum(one + other for _, one, other in marts.values())
    rows = [
        (f"`{mart}`", count, one, other) for mart, (count, one, other) in marts.items()
    ]
    return (
        f"{figures['days']} days of a community of {figures['members']} members, one"
        f" refresh a day ({figures['seconds']:.0f} s, median; `{COMMAND}`):"
        f" {figures['files']} files, {figures['late']:,} rows that came late or again,"
        " every week an export in the place of the last, a conference, a holiday and a"
        " platform that joins. Then a rebuild of the last day from raw rows and"
        f" decisions alone: **{wrong:,} rows differ** in {len(marts)} marts"
        " (metric 56 tells of the run itself and is left out). What"
        " the gate said to these days stands in [reliability.md](reliability.md).\n\n"
        + table(("mart", "rows", "only daily", "only rebuilt"), rows)
    )


def blocks(figures: Figures) -> str:
    """Says which days were held back, by what, and what was let through."""
    held = figures["blocked"]
    let = sum(len(day["let_through"]) for day in held.values())
    false = false_blocks(figures)
    rows = [
        (
            day,
            f"`{finding['check']}`",
            finding["observed"],
            finding["bound"],
            "let through" if finding["check"] in came["let_through"] else "FALSE BLOCK",
        )
        for day, came in held.items()
        for finding in came["findings"]
    ]
    headers = ("day", "check", "seen", "allowed", "what was done")
    return (
        f"`{COMMAND}` lives {figures['days']} days of {figures['members']} invented"
        " members by the real job, three connectors, late rows and weekly exports"
        " among them. One platform joins, a conference more than doubles the"
        f" attendance of its month ({figures['conference'][0]} and the day after),"
        " ten days are a holiday. What the conference asks for is let through with"
        " `make acknowledge`; any other"
        f" day that is held back is a false block: **{len(false)} false blocks**,"
        f" {let} acknowledgements on {len(held) - len(false)} days."
        + (f"\n\n{table(headers, rows)}" if rows else "")
    )


def false_blocks(figures: Figures) -> list[str]:
    """The days that were held back although nothing was wrong."""
    return [
        day
        for day, came in figures["blocked"].items()
        if any(f["check"] not in came["let_through"] for f in came["findings"])
    ]


def write_blocks(figures: Figures) -> None:
    """Puts the blocks into docs/reliability.md."""
    put(RELIABILITY, MARK, blocks(figures))
