"""What must always hold of scores, held to real communities and a large invented one.

    python -m tests.bench.score_invariants [SET ...] [--list] [--again]

Builds each set's score models by the real landing and dbt, then: points, stage and
contributions of a few hundred members (the busiest among them) on 24 random past days
against the slow reference (tests/scoring/reference.py), and of everybody what can be
said of everybody. Figures are kept in data/bench/score_invariants/results.json; the
table of docs/scoring.md is written from them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path

from pipelines.workspace import PROJECT, Parameters, Workspace
from tests.bench import marked, score_checks, score_facts, score_warehouse
from tests.bench.benchmark import Bench, Benchmark, Failed, Figures
from tests.bench.identity_sets import DATA
from tests.bench.results import Results
from tests.bench.running import arguments, measure
from tests.bench.tables import table
from tests.pipelines.harness import CLOCK
from tests.pipelines.landed_build import land_and_build
from tests.pipelines.sandbox_build import built

FOLDER = PROJECT / "data" / "bench" / "score_invariants"
DOCUMENT = PROJECT / "docs" / "scoring.md"
MARKER = "<!-- invariants -->"
AS_OF = date(2026, 11, 20)
MEMBERS, DAYS = 300, 24
WANTED = (
    "+path:models/intermediate/scores",
    *(f"+{name}" for name in ("fct_activities", *score_warehouse.MARTS)),
)


def real(name: str) -> Callable[[Path], Workspace]:
    """A real set from beside the project, landed and built as a refresh does."""

    def build(data: Path) -> Workspace:
        inbox = DATA / name / "inbox"
        if not inbox.is_dir():
            raise Failed(f"no {inbox}: the shared data stands beside the project")
        workspace = Workspace(data, inbox)
        moment = datetime.fromisoformat(CLOCK)
        parameters = Parameters(moment, AS_OF, "Asia/Tokyo", 4, "v1", False)
        land_and_build(workspace, parameters, WANTED)
        return workspace

    return build


def sandbox(members: int) -> Callable[[Path], Workspace]:
    """The sandbox of that size through all its platforms."""
    return lambda data: built(data, *WANTED, members=members).workspace


SETS = {
    "sandbox-10000": ("all platforms of a community of 10,000", sandbox(10_000)),
    "ruby": ("events and repositories", real("ruby")),
    "rust": ("21 repositories", real("rust")),
    "sympy": ("one project", real("sympy")),
}


def _measured(build: Callable[[Path], Workspace], name: str, bench: Bench) -> Figures:
    """Builds a set and holds everything to it."""
    workspace = build(bench.fresh(name))
    bench.say("built")
    warehouse = score_checks.opened(workspace)
    chosen = score_facts.sample(
        warehouse.connection, bench.size(MEMBERS, 10), bench.size(DAYS, 3)
    )
    figures: Figures = {
        "members": warehouse.one("select count(*) from marts.member_scores"),
        "activities": warehouse.one("select count(*) from marts.fct_activities"),
        "sampled": len(chosen.members),
        "days": len(chosen.days),
        **score_checks.against_reference(warehouse, chosen),
    }
    bench.say("held to the reference")
    figures["sums"] = score_checks.sums_are_points(warehouse)
    figures["one_stage"] = score_checks.one_stage_a_day(warehouse)
    figures["history"] = score_checks.history_is_as_of(warehouse)
    figures["percentiles"] = score_checks.percentiles_in_range(warehouse, chosen.days)
    bench.say("held to themselves")
    figures["newcomers"] = score_checks.newcomers_move_nobody(warehouse, bench)
    return figures


CHECKS = {
    "points": "points of a member on a day, as the reference has them",
    "stages": "stage of a member on a day, as the reference has it",
    "contributions": "contributions today, as the reference has them",
    "sums": "everybody's points are the sum of the contributions",
    "one_stage": "everybody has one stage on each day since known",
    "history": "score history as `member_scores_as_of` says",
    "percentiles": "percentiles within 0 and 1, in the order of the points",
    "newcomers": "rows of others when three very active people join",
}


def _told(figures: Figures) -> str:
    return "\n".join(
        f"    {title}: {_shown(*figures[name])}" for name, title in CHECKS.items()
    )


BENCHMARKS = tuple(
    Benchmark(name, f"{name}: {title}", partial(_measured, build, name), _told)
    for name, (title, build) in SETS.items()
)


def tabled(results: Results) -> str:
    """What was looked at and what was wrong, by check and set."""
    known = {
        name: found.figures for name in SETS if (found := results.get(name)) is not None
    }
    facts = [
        (f"{word}", *(f"{one[word]:,}" for one in known.values()))
        for word in ("members", "activities")
    ]
    checks = [
        (title, *(_shown(*one[check]) for one in known.values()))
        for check, title in CHECKS.items()
    ]
    sampled = ", ".join(
        f"{name} {one['sampled']} members on {one['days']} days"
        for name, one in known.items()
    )
    commits = sorted(
        {found.commit or "" for name in known if (found := results.get(name))}
    )
    return (
        table(("looked at (wrong)", *known), [*facts, *checks])
        + f"\n\nAgainst the reference: {sampled}, the {score_facts.BUSIEST} busiest"
        " among them. `python -m tests.bench.score_invariants`, commit"
        f" {', '.join(commit[:9] for commit in commits)}."
    )


def _shown(looked: int, wrong: int) -> str:
    return f"{looked:,} ({wrong:,})"


def main() -> int:
    """Runs what is not finished; 1 when one failed or anything was wrong."""
    return measure(
        BENCHMARKS,
        arguments("python -m tests.bench.score_invariants", has_tiny=True).parse_args(),
        FOLDER,
        document=DOCUMENT,
        write=lambda results: marked.put(DOCUMENT, MARKER, tabled(results)),
        is_wrong=lambda figures: any(figures[name][1] for name in CHECKS),
    )


if __name__ == "__main__":
    sys.exit(main())
