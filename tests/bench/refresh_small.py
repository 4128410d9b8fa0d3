"""How long does a newcomer wait? The sandbox of 200 members, from nothing."""

from __future__ import annotations

from statistics import median

from tests.bench import measure
from tests.bench.benchmark import Bench, Benchmark, Figures
from tests.bench.tables import steps_table
from tests.pipelines.harness import Project

RUNS = 5
AIM_SECONDS = 20


def run(bench: Bench) -> Figures:
    """Refreshes an empty data folder, five times."""
    measured = []
    for number in range(bench.size(RUNS, 1)):
        folder = bench.fresh("refresh_small")
        measured.append(measure.refresh(Project(folder / "data")))
        bench.say(f"run {number + 1}: {measured[-1].seconds:.1f} s")
    measured.sort(key=lambda one: one.seconds)
    return {
        "seconds": [round(one.seconds, 2) for one in measured],
        "median": round(median(one.seconds for one in measured), 2),
        "middle": measured[len(measured) // 2].figures(),
    }


def report(figures: Figures) -> str:
    """Says the median against the aim, and where the time goes."""
    runs = ", ".join(f"{seconds:.1f}" for seconds in figures["seconds"])
    cpu = figures["middle"]["cpu_seconds"]
    return (
        f"Median of {len(figures['seconds'])} first refreshes of an empty data folder:"
        f" **{figures['median']:.1f} s** (aim: {AIM_SECONDS} s; runs: {runs} s). The"
        " sandbox runs in the same process, and dbt's unit tests, which later runs"
        " skip while the code is the same, run too. The middle run, which used"
        f" {cpu:.1f} s of processor time:\n\n{steps_table(figures['middle'])}"
    )


BENCHMARK = Benchmark("refresh_small", "A sandbox of 200 members", run, report)
