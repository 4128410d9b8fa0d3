"""The benchmarks: run all that are not finished yet, or one by its name.

    python -m tests.bench [NAME ...] [--list] [--again] [--tiny] [--write-only]

Figures go to data/bench/results.json, docs/benchmarks.md is written from them.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from pipelines.workspace import PROJECT
from tests.bench import (
    beside_perceval,
    build_by_hand,
    clients,
    extract_bare,
    kills,
    mapped_file,
    refresh_files,
    refresh_sandbox,
    refresh_small,
    score_days,
    score_scale,
    scored_scale,
    second_run,
    slack_export,
)
from tests.bench.benchmark import Bench
from tests.bench.results import Results
from tests.bench.running import run, wanted
from tests.bench.score_days_write import write_blocks
from tests.bench.write import DOCUMENT, page, write

BENCHMARKS = (
    refresh_small.BENCHMARK,
    second_run.BENCHMARK,
    refresh_sandbox.BENCHMARK,
    refresh_files.BENCHMARK,
    build_by_hand.BENCHMARK,
    extract_bare.BENCHMARK,
    scored_scale.BENCHMARK,
    score_scale.BENCHMARK,
    score_days.BENCHMARK,
    mapped_file.BENCHMARK,
    beside_perceval.BENCHMARK,
    slack_export.BENCHMARK,
    kills.BENCHMARK,
    clients.BENCHMARK,
)
COMMAND = "make bench"


def main() -> int:
    """Runs them; returns 1 when one failed."""
    given = _arguments()
    if given.list:
        for benchmark in BENCHMARKS:
            print(f"{benchmark.name:16} {benchmark.title}")
        return 0
    folder = PROJECT / "data" / "bench" / ("tiny" if given.tiny else "real")
    results = Results(folder / "results.json")
    failed = 0
    if not given.write_only:
        bench = Bench(folder, given.tiny)
        for benchmark in wanted(BENCHMARKS, given.names):
            failed += not run(
                benchmark,
                bench,
                results,
                again=given.again,
                told=lambda _, seconds, name=benchmark.name: f"{name}: {seconds:.0f} s",
            )
    facts = {"date": given.date, "command": COMMAND}
    if given.tiny:
        print(page(BENCHMARKS, results, **facts))
    else:
        write(BENCHMARKS, results, **facts)
        if lived := results.get(score_days.NAME):
            write_blocks(lived.figures)
        print(f"written: {DOCUMENT.relative_to(PROJECT)}")
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--list", action="store_true", help="name them and end")
    parser.add_argument("--again", action="store_true", help="finished ones too")
    parser.add_argument("--tiny", action="store_true", help="try the benchmarks out")
    parser.add_argument("--write-only", action="store_true", help="measure nothing")
    today = datetime.now(UTC).date().isoformat()
    parser.add_argument("--date", default=today, help="the day the page names")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
