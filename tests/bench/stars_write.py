"""The back-test tables of docs/scoring.md; the prose around them is people's."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.stars.backtest import LEAST_STARS
from pipelines.workspace import PROJECT
from tests.bench import marked
from tests.bench.benchmark import Benchmark, Figures
from tests.bench.results import Results
from tests.bench.tables import table

DOCUMENT = PROJECT / "docs" / "scoring.md"
MARK = "<!-- backtest -->"  # before the tables and after them
HEADERS = (
    *("predictor", "AUC", "lowest to highest", "precision at 50", "lift, top tenth"),
    *("calibration error", "model ahead by (95 %)"),
)


def write(
    benchmarks: Sequence[Benchmark], results: Results, *, date: str, command: str
) -> None:
    """Replaces what is between the markers; raises ValueError when they are absent."""
    parts = [f"Measured on {date} by `{command}`."]
    for benchmark in benchmarks:
        result = results.get(benchmark.name)
        told = "Not measured." if result is None else report(result.figures)
        parts += [f"#### {_capital(benchmark.title)}", told]
    marked.put(DOCUMENT, MARK, "\n\n".join(parts))


def report(figures: Figures) -> str:
    """One trial as a sentence and a table."""
    rows = [
        (
            name,
            f"{one['auc']:.3f}",
            f"{one['lowest']:.2f} to {one['highest']:.2f}",
            f"{one['precision']:.3f}",
            f"{one['lift']:.1f}",
            f"{one['calibration']:.4f}",
            _ahead(figures["ahead_of"].get(name)),
        )
        for name, one in figures["predictors"].items()
    ]
    parts = [_said(figures), table(HEADERS, rows).rstrip("\n"), _verdict(figures)]
    if "lead_time" in figures:
        parts.append(_lead_time(figures["lead_time"]))
    return "\n\n".join(parts)


def _said(figures: Figures) -> str:
    return (
        f"{figures['snapshots']} half-year ends with {figures['people']:,} active"
        f" members who are no stars, on average; {figures['positives']} named within"
        f" {figures['horizon']} days (a member can count at several); learned from"
        f" {figures['learned_from']} stars"
        + (
            "."
            if figures["learned_from"] >= LEAST_STARS
            else f" (below {LEAST_STARS} the product would use the rule)."
        )
    )


def _verdict(figures: Figures) -> str:
    model = figures["predictors"]["model"]["auc"]
    rest = {name: figures["predictors"][name]["auc"] for name in figures["ahead_of"]}
    best = max(rest, key=lambda name: rest[name])
    lower, upper = figures["ahead_of"][best]
    if lower > 0:
        word = "beats"
    elif model > rest[best]:
        word = "is above, but not clearly,"
    elif upper < 0:
        word = "is worse than"
    else:
        word = "does not beat"
    return f"The model {word} the best baseline by AUC, {best} ({rest[best]:.3f})."


def _ahead(lead: Sequence[float] | None) -> str:
    return "" if lead is None else f"{lead[0]:+.3f} to {lead[1]:+.3f}"


def _lead_time(figures: Figures) -> str:
    rows = [
        (name, f"{listed} of {figures['named']}", _days(figures["median_days"][name]))
        for name, listed in figures["listed"].items()
    ]
    headers = ("predictor", "stars who stood among the first 50", "median days before")
    return table(headers, rows).rstrip("\n")


def _days(median: float | None) -> str:
    return "-" if median is None else f"{median:.0f}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
