"""docs/benchmarks.md: every figure in it comes from the file of results."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.workspace import PROJECT
from tests.bench.benchmark import Benchmark
from tests.bench.machine import machine
from tests.bench.results import Results
from tests.bench.tables import table

DOCUMENT = PROJECT / "docs" / "benchmarks.md"
INTRODUCTION = """\
# Benchmarks

How long a refresh takes, how much memory it needs, and what we pay for over the bare
minimum. `make bench` measures all of it on your machine and writes this page; a stopped
bench goes on where it was. `python -m tests.bench --list` names the benchmarks, and
`python -m tests.bench NAME --again` measures one anew.

How to read it: wall seconds, of processes started as a user starts them. Memory is the
resident set of the whole process tree, looked at every 50 ms. Communities are invented
and the same on every machine. "Load" is the mean number of processes that wanted a core
in the minute before a benchmark began: above 0.5 something else was running, and
the seconds are too high.
"""


def write(
    benchmarks: Sequence[Benchmark], results: Results, *, date: str, command: str
) -> None:
    """Writes the page."""
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(page(benchmarks, results, date=date, command=command))


def page(
    benchmarks: Sequence[Benchmark], results: Results, *, date: str, command: str
) -> str:
    """Returns the page: the machine, each benchmark, and what was not measured."""
    facts = [("measured on", date), ("command", f"`{command}`"), *machine()]
    parts = [INTRODUCTION, "## Machine\n", table(("", ""), facts) + "\n"]
    missing = []
    for benchmark in benchmarks:
        result = results.get(benchmark.name)
        if result is None:
            missing.append(f"- {benchmark.title} (`{benchmark.name}`)")
            continue
        parts.append(f"## {benchmark.title}\n")
        parts.append(benchmark.report(result.figures) + "\n")
        commit = f", commit {result.commit[:9]}" if result.commit else ""
        parts.append(f"`{benchmark.name}`: load {result.load:.1f}{commit}.\n")
    parts.append("## Not measured\n")
    parts.append("\n".join(missing) + "\n" if missing else "Nothing is missing.\n")
    return "\n".join(parts)
