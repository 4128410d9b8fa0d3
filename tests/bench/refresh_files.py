"""The universal import at 100,000 members: time and memory of each step."""

from __future__ import annotations

from datetime import date

from tests.bench import measure
from tests.bench.benchmark import Bench, Benchmark, Figures
from tests.bench.refresh_sandbox import rows_of
from tests.bench.scored_community import scored_community
from tests.bench.tables import steps_table
from tests.pipelines.harness import Project

NAME = "refresh_files"
MEMBERS = 100_000
ACTIVITIES = 1_000_000
AS_OF = date(2026, 11, 20)  # the last day of the harness's clock


def run(bench: Bench) -> Figures:
    """Writes the files, then refreshes an empty data folder from them."""
    folder = bench.fresh(NAME)
    project = Project(folder / "data")
    community = scored_community(
        bench.size(MEMBERS, 200), bench.size(ACTIVITIES, 5_000), AS_OF
    )
    written = community.write(project.data / "inbox" / "files", AS_OF)
    bench.say("files are written")
    measured = measure.refresh(project)
    return {
        "written": written,
        "rows": rows_of(project),
        "refresh": measured.figures(),
    }


def report(figures: Figures) -> str:
    """Says what the files held, and time and memory by step."""
    written = ", ".join(f"{n:,} {name}" for name, n in figures["written"].items())
    rows = figures["rows"]
    return (
        f"Parquet files in the inbox ({written}), empty data folder:"
        f" {rows['members']:,} members and {rows['activities']:,} activities"
        " published; what registrations imply (attendance, talks) is among"
        f" them.\n\n{steps_table(figures['refresh'])}"
    )


BENCHMARK = Benchmark(
    NAME, "Files of 100,000 members and 1,000,000 activities", run, report
)
