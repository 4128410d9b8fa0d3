"""The tables of docs/identity.md: every figure in them comes from the file of results.

Only what stands between the two markers is written; the prose around it is people's.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.workspace import PROJECT
from tests.bench.benchmark import Benchmark
from tests.bench.machine import machine
from tests.bench.results import Results
from tests.bench.tables import table

DOCUMENT = PROJECT / "docs" / "identity.md"
BEGIN = "<!-- measured: written by `make bench-identity` -->"
END = "<!-- end of what is measured -->"


def write(
    benchmarks: Sequence[Benchmark], results: Results, *, date: str, command: str
) -> None:
    """Replaces what is between the markers; raises ValueError when they are absent."""
    text = DOCUMENT.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(
            f"{DOCUMENT.name} has no lines '{BEGIN}' and '{END}': put them where the"
            " tables belong"
        )
    measured = tables(benchmarks, results, date=date, command=command)
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{measured}\n{END}{after}")


def tables(
    benchmarks: Sequence[Benchmark], results: Results, *, date: str, command: str
) -> str:
    """The machine, each benchmark, and what was not measured."""
    facts = [("measured on", date), ("command", f"`{command}`"), *machine()]
    parts = [table(("", ""), facts) + "\n"]
    missing = []
    for benchmark in benchmarks:
        result = results.get(benchmark.name)
        if result is None:
            missing.append(f"- {benchmark.title} (`{benchmark.name}`)")
            continue
        parts.append(f"### {benchmark.title}\n")
        parts.append(benchmark.report(result.figures) + "\n")
    if missing:
        parts.append("### Not measured\n")
        parts.append("\n".join(missing) + "\n")
    return "\n".join(parts)
