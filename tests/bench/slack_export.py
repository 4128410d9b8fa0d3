"""Does the memory of loading an export of Slack grow with the export?"""

from __future__ import annotations

from pathlib import Path

from tests.bench import measure
from tests.bench.benchmark import Bench, Benchmark, Failed, Figures
from tests.bench.big_export import MEGABYTE, write_export
from tests.bench.tables import table
from tests.pipelines.harness import clean_environment

NAME = "slack_export"
MEGABYTES = (5, 500, 4_000)  # of JSON; zipped a seventh of it


def run(bench: Bench) -> Figures:
    """Writes exports of several sizes and lands each into an empty data folder."""
    folder = bench.fresh(NAME)
    sizes = []
    for megabytes in MEGABYTES:
        size = bench.size(megabytes, max(megabytes // 100, 1))
        data = folder / f"mb{megabytes}"
        (data / "inbox" / "slack").mkdir(parents=True)
        export = data / "inbox" / "slack" / "export.zip"
        written = write_export(export, megabytes=size)
        landed = land(data)
        if landed["rows"]["export_messages"] != written["messages"]:
            raise Failed(f"{written['messages']} written, landed: {landed['rows']}")
        sizes.append({**written, **landed})
        bench.say(f"{size} MB of JSON: {landed['seconds']:.1f} s")
        export.unlink()
    return {"sizes": sizes}


def land(data: Path) -> Figures:
    """Lands the export in a process of its own. Raises: Failed."""
    command = measure.python("tests.bench.land_one", "slack", str(data))
    landed = measure.ran("landing slack", command, clean_environment())
    return {**landed.said(), "peak_mib": landed.peak_mib}


def report(figures: Figures) -> str:
    """Says seconds, rows a second and memory by size."""
    rows = [
        (
            f"{size['json_bytes'] / MEGABYTE:,.0f} MB"
            f" ({size['zip_bytes'] / MEGABYTE:,.0f} MB zipped)",
            size["messages"],
            size["seconds"],
            round(size["messages"] / size["seconds"]),
            size["peak_mib"],
        )
        for size in figures["sizes"]
    ]
    headers = ("export", "messages", "seconds", "rows a second", "highest memory, MiB")
    return (
        "Invented exports, one folder a channel and one file a day, from zip to"
        " Parquet in an empty data folder; no message is missing. Start of the process"
        " is left out of the seconds; its libraries are in the memory, which the"
        f" smallest export shows.\n\n{table(headers, rows)}"
    )


BENCHMARK = Benchmark(NAME, "A large export of Slack", run, report)
