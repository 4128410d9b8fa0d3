"""The generator of scored communities at its full size: time, memory and files."""

from __future__ import annotations

import shutil

import pyarrow.parquet as pq

from tests.bench import measure
from tests.bench.benchmark import Bench, Benchmark, Figures
from tests.bench.tables import table

NAME = "scored_community"
MEMBERS, ACTIVITIES = 1_000_000, 10_000_000
AS_OF = "2026-11-20"


def run(bench: Bench) -> Figures:
    """Writes the files in a process of its own, counts their rows, deletes them."""
    folder = bench.fresh(NAME)
    members, activities = bench.size(MEMBERS, 500), bench.size(ACTIVITIES, 10_000)
    command = measure.python(
        *("tests.bench.scored_community", "--as-of", AS_OF, "--out", str(folder)),
        *("--members", str(members), "--activities", str(activities)),
    )
    written = measure.ran("writing the community", command)
    files = sorted(folder.glob("*.parquet"))
    figures = {
        "members": members,
        "activities": activities,
        "seconds": round(written.seconds, 1),
        "cpu_seconds": round(written.cpu_seconds, 1),
        "peak_mib": written.peak_mib,
        "files": [
            (
                file.stem,
                pq.read_metadata(file).num_rows,
                round(file.stat().st_size / measure.MIB, 1),
            )
            for file in files
        ],
    }
    shutil.rmtree(folder)
    return figures


def report(figures: Figures) -> str:
    """Says time and memory, and what stands in the files."""
    rows = [(f"`{name}`", rows, mib) for name, rows, mib in figures["files"]]
    size = sum(mib for _, _, mib in figures["files"])
    return (
        f"`python -m tests.bench.scored_community` for {figures['members']:,} members"
        f" and {figures['activities']:,} activities, what registrations tell included:"
        f" {figures['seconds']} s ({figures['cpu_seconds']} s of processor time,"
        f" {figures['peak_mib']:,} MiB at most), {size:,.0f} MiB of Parquet.\n\n"
        + table(("file", "rows", "MiB"), rows)
    )


BENCHMARK = Benchmark(NAME, "A scored community of 1,000,000 members", run, report)
