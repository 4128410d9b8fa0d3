"""Who fell silent, told beforehand: the rule of at_risk_members against baselines.

    python -m tests.bench.drift [SET ...] [--list] [--again]

Lands and builds each real set, then judges every predictor at the month ends of five
years by what followed, as int_risk_backtest does for two. The table of docs/scoring.md
is written from data/bench/drift/results.json.

Not measured: `coderdojo` names the day on which clubs were marked inactive, but only 53
of its 339 clubs have events, 23 of these are marked, on few days for many clubs at
once, and half of them more than 1,000 days after their last event: those days tell when
the list was tidied up, not when a club fell silent.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from datetime import date, datetime
from functools import partial
from pathlib import Path
from statistics import mean

import duckdb

from pipelines.stars import risk
from pipelines.stars.drift import Drift
from pipelines.workspace import PROJECT, Parameters, Workspace
from tests.bench import marked
from tests.bench.benchmark import Bench, Benchmark, Failed, Figures
from tests.bench.identity_sets import DATA
from tests.bench.results import Results
from tests.bench.running import arguments, measure
from tests.bench.tables import table
from tests.pipelines.harness import CLOCK
from tests.pipelines.landed_build import land_and_build

FOLDER = PROJECT / "data" / "bench" / "drift"
DOCUMENT = PROJECT / "docs" / "scoring.md"
MARKER = "<!-- drift -->"
SETS = {
    "ruby": "events and repositories",
    "rust": "21 repositories",
    "sympy": "one project",
}

# The sets were read in late August 2026: nothing is known of what came later.
UNTIL = date(2026, 8, 20)
MONTHS = 60
# Seen on so many days, a member has a habit that can be lost.
REGULAR_DAYS = 5
BASELINES = ("recency", "rfm", "activity_count", "score")
OURS = ("at_risk", "survival")
GROUPS = {"everybody": 1, "regulars": REGULAR_DAYS}


def _measured(name: str, bench: Bench) -> Figures:
    """Builds a set and judges its past."""
    inbox = DATA / name / "inbox"
    if not inbox.is_dir():
        raise Failed(f"no {inbox}: the shared data stands beside the project")
    workspace = Workspace(bench.fresh(name), inbox)
    moment = datetime.fromisoformat(CLOCK)
    land_and_build(
        workspace,
        Parameters(moment, UNTIL, "Asia/Tokyo", 4, "v1", False),
        ["+int_rhythm_days", "+int_rhythm_stages", "risk_rules"],
    )
    bench.say("built")
    return judged(workspace.warehouse, bench.size(MONTHS, 3))


def judged(warehouse: Path, months: int) -> Figures:
    """Mean AUC, lift and calibration of every predictor, by group and horizon."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = risk.run(
            parameters=connection.sql("from staging.stg_run__parameters"),
            versions=connection.sql("from seeds.formula_versions"),
            rules=connection.sql("from seeds.risk_rules"),
            members=connection.sql("from intermediate.int_rhythm_members"),
            days=connection.sql("from intermediate.int_rhythm_days"),
            stages=connection.sql("from intermediate.int_rhythm_stages"),
        )
    drift = Drift(found.history, found.rules)
    figures: Figures = {}
    for group, least_days in GROUPS.items():
        rows = defaultdict(list)
        for month in risk.month_ends(UNTIL, months):
            for row in risk.judged_month(drift, month, UNTIL, least_days=least_days):
                if row["auc"] is not None:
                    rows[f"{row['horizon_days']} {row['baseline']}"].append(row)
        figures[group] = {
            key: {
                "months": len(of_key),
                "people": mean(row["n"] for row in of_key),
                "share": mean(row["positives"] / row["n"] for row in of_key),
                "auc": mean(row["auc"] for row in of_key),
                "lift": mean(row["lift_at_top_decile"] for row in of_key),
                "calibration": mean(row["calibration_error"] or 0 for row in of_key),
            }
            for key, of_key in rows.items()
        }
    return figures


BENCHMARKS = tuple(
    Benchmark(name, f"{name}: {title}", partial(_measured, name), lambda _: "")
    for name, title in SETS.items()
)


def tabled(results: Results) -> str:
    """The AUC of every predictor by set and horizon, for everybody and regulars."""
    known = {
        name: found.figures for name in SETS if (found := results.get(name)) is not None
    }
    parts = [_of_group(known, group) for group in GROUPS]
    commits = sorted(
        {found.commit or "" for name in known if (found := results.get(name))}
    )
    return "\n\n".join(
        [
            *parts,
            _said(known),
            f"Mean of {MONTHS} month ends up to {UNTIL}, less those whose horizon is"
            " not over. `python -m tests.bench.drift`, commit"
            f" {', '.join(commit[:9] for commit in commits)}.",
        ]
    )


def _said(known: dict[str, Figures]) -> str:
    """What the tables say of the rule and of the survival estimate, good or bad."""
    figures = [
        {b: one[group][f"{days} {b}"]["auc"] for b in (*BASELINES, *OURS)}
        for one in known.values()
        for group in GROUPS
        for days in risk.HORIZONS
    ]
    leads = [one["survival"] - max(one[b] for b in BASELINES) for one in figures]
    rules = [one["at_risk"] for one in figures]
    by_recency = sum(one["at_risk"] < one["recency"] for one in figures)
    return (
        "**The rule tells who will fall silent worse than plain recency in"
        f" {by_recency} of {len(figures)} columns** (AUC {min(rules):.2f} to"
        f" {max(rules):.2f}; .50 is a coin): it names people who had a habit and are"
        " losing it, and most who fall silent never had one. It says whom you would"
        " miss and why; the order of the list is not the rule's but that of"
        " `survival`, the chance to stay away by the member's own gaps, or of a"
        " baseline that beat it by more than .02 in your own past (`ranked_by`)."
        f" Against the best baseline of each column `survival` is ahead in"
        f" {sum(lead > 0 for lead in leads)} of {len(leads)}, by {max(leads):.3f} at"
        f" most, and behind by {-min(leads):.3f} at most."
    )


def _of_group(known: dict[str, Figures], group: str) -> str:
    columns = [(name, days) for name in known for days in risk.HORIZONS]
    baselines = [
        key.split()[1]
        for key in next(iter(known.values()))[group]
        if key.startswith(f"{risk.HORIZONS[0]} ")
    ]

    def cell(name: str, days: int, baseline: str, figure: str) -> str:
        found = known[name][group].get(f"{days} {baseline}")
        return f"{found[figure]:.3f}".lstrip("0") if found else "-"

    def auc(name: str, days: int, baseline: str) -> float:
        return float(known[name][group][f"{days} {baseline}"]["auc"])

    best = {
        (name, days): max(baselines, key=partial(auc, name, days))
        for name, days in columns
    }
    rows = [
        (
            f"`{baseline}`",
            *(
                f"**{cell(*column, baseline, 'auc')}**"
                if best[column] == baseline
                else cell(*column, baseline, "auc")
                for column in columns
            ),
        )
        for baseline in baselines
    ]
    rows += [
        ("share who fell silent", *(cell(*c, "survival", "share") for c in columns)),
        (
            "calibration error of `survival`",
            *(cell(*c, "survival", "calibration") for c in columns),
        ),
    ]
    people = ", ".join(
        f"{name} {known[name][group]['30 survival']['people']:,.0f}" for name in known
    )
    who = (
        "Everybody active in the 90 days before"
        if group == "everybody"
        else f"Of these, who had been seen on {REGULAR_DAYS} days or more"
    )
    return f"{who} (mean of {people} people a month end), AUC:\n\n" + table(
        ("predictor", *(f"{name} {days} d" for name, days in columns)), rows
    )


def main() -> int:
    """Runs what is not finished and writes the page; 1 when a set failed."""
    return measure(
        BENCHMARKS,
        arguments("python -m tests.bench.drift", has_tiny=True).parse_args(),
        FOLDER,
        document=DOCUMENT,
        write=lambda results: marked.put(DOCUMENT, MARKER, tabled(results)),
    )


if __name__ == "__main__":
    sys.exit(main())
