"""The next run: nothing new, and the same day built once more."""

from __future__ import annotations

from tests.bench import measure
from tests.bench.benchmark import Bench, Benchmark, Failed, Figures
from tests.bench.tables import table
from tests.pipelines.harness import Project

NOTHING_NEW_SECONDS = 30
FULL_SECONDS = 90
AN_HOUR_LATER = "2026-11-21T06:00:00+09:00"
TWO_HOURS_LATER = "2026-11-21T07:00:00+09:00"


def run(bench: Bench) -> Figures:
    """Refreshes three times: the first, one with nothing new, one in full."""
    project = Project(bench.fresh("second_run") / "data")
    first = measure.refresh(project)
    before = project.mart_hashes()
    second = measure.refresh(project, clock=AN_HOUR_LATER)
    if "nothing new" not in second.output:
        raise Failed(
            f"the second run did not say that nothing is new:\n{second.output}"
        )
    full = measure.refresh(project, "--full", clock=TWO_HOURS_LATER)
    after = project.mart_hashes()
    return {
        "first": round(first.seconds, 2),
        "nothing_new": round(second.seconds, 2),
        "full": round(full.seconds, 2),
        "marts": len(before),
        "differing": sorted(k for k in before if before[k] != after.get(k)),
    }


def report(figures: Figures) -> str:
    """Says the three times against their limits, and whether the rows are the same."""
    rows = [
        ("first, from an empty folder", figures["first"], "-"),
        ("nothing new", figures["nothing_new"], f"< {NOTHING_NEW_SECONDS} s"),
        ("`FULL=1`", figures["full"], f"< {FULL_SECONDS} s"),
    ]
    differing = ", ".join(figures["differing"])
    same = f"differing: {differing}" if differing else "all of them identical"
    return (
        table(("refresh of the 200-member sandbox", "seconds", "wanted"), rows)
        + f"\n\nContent hashes of {figures['marts']} marts after `FULL=1`: {same}"
        " (`publications` and metric 56 tell of the run itself and are left out)."
    )


BENCHMARK = Benchmark("second_run", "A second run", run, report)
