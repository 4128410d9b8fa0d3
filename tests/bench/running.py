"""Running benchmarks by name, the same for every page that shows them."""

import argparse
import logging
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.workspace import PROJECT
from tests.bench.benchmark import Bench, Benchmark, Failed
from tests.bench.results import Results, load_average


def arguments(command: str, *, has_tiny: bool = False) -> argparse.ArgumentParser:
    """What every bench takes; a bench of its own kind adds to it."""
    parser = argparse.ArgumentParser(prog=command)
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--list", action="store_true", help="name them and end")
    parser.add_argument("--again", action="store_true", help="finished ones too")
    parser.set_defaults(tiny=False)
    if has_tiny:
        parser.add_argument(
            "--tiny", action="store_true", help="try them, write nothing"
        )
    parser.add_argument("--write-only", action="store_true", help="measure nothing")
    today = datetime.now(UTC).date().isoformat()
    parser.add_argument("--date", default=today, help="the day the page names")
    return parser


def measure(
    benchmarks: Sequence[Benchmark],
    given: argparse.Namespace,
    folder: Path,
    *,
    document: Path,
    write: Callable[[Results], None],
    is_wrong: Callable[[Any], bool] = lambda _: False,
) -> int:
    """Runs what is not finished and writes the page; 1 when one failed or is wrong.

    given: of `arguments`. folder: figures are kept there one by one, so that a stopped
    bench goes on where it was. write: puts them into the document. is_wrong: whether a
    benchmark's figures show a fault.
    """
    if given.list:
        for benchmark in benchmarks:
            print(f"{benchmark.name:18} {benchmark.title}")
        return 0
    logging.disable(logging.WARNING)
    folder = folder / "tiny" if given.tiny else folder
    bench, results = Bench(folder, given.tiny), Results(folder / "results.json")
    failed = 0
    for benchmark in [] if given.write_only else wanted(benchmarks, given.names):
        failed += not run(
            benchmark,
            bench,
            results,
            again=given.again,
            told=lambda figures, _, report=benchmark.report: report(figures) + "\n",
        )
        found = results.get(benchmark.name)
        failed += found is not None and is_wrong(found.figures)
    if not given.tiny:
        write(results)
        print(f"written: {document.relative_to(PROJECT)}")
    return 1 if failed else 0


def wanted(benchmarks: Sequence[Benchmark], names: list[str]) -> list[Benchmark]:
    """Those of the names, all without one; ends the program at a name nobody has."""
    by_name = {benchmark.name: benchmark for benchmark in benchmarks}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are {', '.join(by_name)}")
    return [by_name[name] for name in names] if names else list(benchmarks)


def run(
    benchmark: Benchmark,
    bench: Bench,
    results: Results,
    *,
    again: bool,
    told: Callable[[Any, float], str],
) -> bool:
    """Whether it has figures now. told: what is printed of figures and seconds."""
    if results.get(benchmark.name) and not again:
        print(f"{benchmark.name}: finished before")
        return True
    print(f"{benchmark.name} ...", flush=True)
    load, began = load_average(), time.monotonic()
    try:
        figures = benchmark.run(bench)
    except Failed as error:
        print(f"{benchmark.name} failed: {error}", file=sys.stderr)
        return False
    seconds = time.monotonic() - began
    results.keep(benchmark.name, figures, seconds=seconds, load=load)
    print(told(figures, seconds), flush=True)
    return True
