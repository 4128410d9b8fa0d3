"""All five sources at 10,000 members: time and memory of each step."""

from __future__ import annotations

from tests.bench import measure
from tests.bench.benchmark import Bench, Benchmark, Figures
from tests.bench.platforms import platforms
from tests.bench.tables import steps_table
from tests.pipelines.harness import Project

NAME = "refresh_sandbox"
MEMBERS = 10_000


def run(bench: Bench) -> Figures:
    """Refreshes an empty data folder against platforms in another process."""
    folder = bench.fresh(NAME)
    project = Project(folder / "data")
    members = bench.size(MEMBERS, 200)
    with platforms(folder, members=members, inbox=project.data / "inbox") as served:
        project.environment = served.settings
        measured = measure.refresh(project)
    return {
        "members": members,
        "requests": len(served.asked()),
        "rows": rows_of(project),
        "refresh": measured.figures(),
    }


def rows_of(project: Project) -> Figures:
    """Returns what came in and what came out."""
    ((landed,),) = project.query(
        "SELECT sum(landed)::BIGINT FROM marts.source_reconciliation"
        " WHERE period = 'all'"
    )
    ((members,),) = project.query("SELECT count(*) FROM marts.dim_members")
    ((activities,),) = project.query("SELECT count(*) FROM marts.fct_activities")
    return {"landed": landed, "members": members, "activities": activities}


def report(figures: Figures) -> str:
    """Says how much came in, and time and memory by step."""
    rows = figures["rows"]
    return (
        f"A community of {figures['members']:,} members, empty data folder:"
        f" {figures['requests']:,} requests, {rows['landed']:,} rows landed,"
        f" {rows['members']:,} members and {rows['activities']:,} activities"
        " published. The platforms run in another process and without rate limits:"
        " against real ones extraction takes as long as their limits say (connpass:"
        " one request a second).\n\n" + steps_table(figures["refresh"])
    )


BENCHMARK = Benchmark(NAME, "A sandbox of 10,000 members", run, report)
