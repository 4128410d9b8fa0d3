"""Running benchmarks by name, the same for every page that shows them."""

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from tests.bench.benchmark import Bench, Benchmark, Failed
from tests.bench.results import Results, load_average


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
