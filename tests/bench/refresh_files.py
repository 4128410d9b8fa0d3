"""The universal import at 100,000 members: time and memory of each step."""

from __future__ import annotations

from tests.bench import measure
from tests.bench.benchmark import Bench, Benchmark, Figures
from tests.bench.big_files import write_files
from tests.bench.refresh_sandbox import rows_of
from tests.bench.tables import steps_table
from tests.pipelines.harness import Project

NAME = "refresh_files"
MEMBERS = 100_000
ACTIVITIES = 1_000_000


def run(bench: Bench) -> Figures:
    """Writes the files, then refreshes an empty data folder from them."""
    folder = bench.fresh(NAME)
    project = Project(folder / "data")
    written = write_files(
        project.data / "inbox" / "files",
        members=bench.size(MEMBERS, 200),
        activities=bench.size(ACTIVITIES, 5_000),
    )
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
