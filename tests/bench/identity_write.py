"""The tables of docs/identity.md: every figure in them comes from the file of results.

Only what stands between the two markers is written; the prose around it is people's.
What the terminal shows set by set stands here side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipelines.workspace import PROJECT
from tests.bench import identity_hard, identity_scale
from tests.bench.benchmark import Benchmark, Figures
from tests.bench.identity_quality import bands_told
from tests.bench.identity_sets import SETS
from tests.bench.machine import machine
from tests.bench.results import Result, Results
from tests.bench.tables import table

DOCUMENT = PROJECT / "docs" / "identity.md"
BEGIN = "<!-- measured: written by `make bench-identity` -->"
END = "<!-- end of what is measured -->"
PAIRWISE = ("precision", "recall", "f1")
BCUBED = ("bcubed_precision", "bcubed_recall", "bcubed_f1")
# What the rules do is shown where they have something to do.
LEFT_OUT_OF_RULES = ("febrl",)


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
    """Everything that is measured, and what is not."""
    found = {
        benchmark.name: result
        for benchmark in benchmarks
        if (result := results.get(benchmark.name)) is not None
    }
    figures = {name: result.figures for name, result in found.items()}
    sets = {name: figures[name] for name in SETS if name in figures}
    facts = [("measured on", date), ("command", f"`{command}`"), *machine()]
    parts = [table(("", ""), facts)]
    if sets:
        parts += [
            "### Sets\n",
            _sets(sets),
            "Figures are cut after the third digit and never rounded up.\n",
            "### Pairs: precision / recall / F1\n",
            _methods(sets, PAIRWISE),
            "### B-cubed: precision / recall / F1\n",
            _methods(sets, BCUBED),
            "### Wrong pairs, and the largest member\n",
            _errors(sets),
            "### Rules: precision of the pairs that they link themselves\n",
            _rules(sets, _precision),
            "### Rules: wrong pairs by them / right pairs only by them\n",
            _rules(sets, _weight),
            "### The queue: pairs that wait for a person\n",
            _queue(sets),
            "### Probabilities: what the model says, and what is so\n",
            bands_told(_bands(sets)),
        ]
    if hard := figures.get(identity_hard.BENCHMARK.name):
        parts += ["### Hard Japanese cases\n", identity_hard.report(hard)]
    scale = [
        figures[one.name] for one in identity_scale.BENCHMARKS if one.name in figures
    ]
    if scale:
        parts += ["### Time and memory\n", identity_scale.side_by_side(scale)]
    missing = [
        f"- {benchmark.title} (`{benchmark.name}`)"
        for benchmark in benchmarks
        if benchmark.name not in figures
    ]
    if missing:
        parts += ["### Not measured\n", "\n".join(missing)]
    if found:
        parts += ["### When what was measured\n", _commits(found)]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _commits(found: dict[str, Result]) -> str:
    """Benchmarks by the code that they measured: parts can be run again alone."""
    by_commit: dict[str, list[str]] = {}
    for name, result in found.items():
        commit = (result.commit or "unknown")[:9]
        by_commit.setdefault(commit, []).append(f"{name} (load {result.load})")
    rows = [(commit, ", ".join(names)) for commit, names in by_commit.items()]
    return table(("commit", "measured, and processes that wanted a core then"), rows)


def _sets(sets: dict[str, Figures]) -> str:
    headers = ("set", "what", "accounts", "labelled", "persons", "true pairs")
    rows = [
        (
            *(name, SETS[name].title, one["accounts"]),
            *(one["labelled"], one["persons"], one["true"]),
        )
        for name, one in sets.items()
    ]
    return table(headers, rows)


def _methods(sets: dict[str, Figures], rates: tuple[str, ...]) -> str:
    names = [row["method"] for row in next(iter(sets.values()))["methods"]]
    rows = [
        (name, *(_cell(row, rates) for row in one["methods"]))
        for name, one in sets.items()
    ]
    return table(("set", *names), rows)


def _cell(row: Figures, rates: tuple[str, ...]) -> str:
    if "failed" in row:
        return "failed"
    return " / ".join(_short(row[rate]) for rate in rates)


def _short(rate: float) -> str:
    """.994: never a better figure than it is."""
    cut = int(rate * 1000 + 1e-9) / 1000
    return f"{cut:.3f}".removeprefix("0")


def _errors(sets: dict[str, Figures]) -> str:
    names = [row["method"] for row in next(iter(sets.values()))["methods"]]
    rows = [
        (
            name,
            *(
                "failed" if "failed" in row else f"{row['wrong']:,}, {row['largest']}"
                for row in one["methods"]
            ),
        )
        for name, one in sets.items()
    ]
    return table(("set", *names), rows)


def _rules(sets: dict[str, Figures], told: Callable[[Figures], str]) -> str:
    shown = {
        name: {row["rule"]: row for row in one["rules"]}
        for name, one in sets.items()
        if not name.startswith(LEFT_OUT_OF_RULES)
    }
    order: list[str] = []
    for rules in sorted(shown.values(), key=len, reverse=True):
        order += [rule for rule in rules if rule not in order]
    rows = [
        (
            rule,
            *(told(rules[rule]) if rule in rules else "" for rules in shown.values()),
        )
        for rule in order
    ]
    return table(("rule", *shown), rows)


def _precision(row: Figures) -> str:
    if not row["judged"]:
        return "not judged"
    return f"{_short(row['precision'])} of {row['judged']:,}"


def _weight(row: Figures) -> str:
    return f"{row['blamed']:,.1f} / {row['only']:,}"


def _queue(sets: dict[str, Figures]) -> str:
    rows = [
        (name, one["rule"], one["pairs"], one["judged"], one["right"])
        for name, figures in sets.items()
        for one in figures["queue"]
    ]
    return table(("set", "by", "pairs", "judged", "one person indeed"), rows)


def _bands(sets: dict[str, Figures]) -> list[Figures]:
    """The bands of all sets together; the invented ones would outnumber the others."""
    total: dict[float, Figures] = {}
    for name, figures in sets.items():
        if name.startswith("invented"):
            continue
        for band in figures.get("probabilities", []):
            sums = total.setdefault(band["low"], {**band, "judged": 0, "right": 0})
            sums["judged"] += band["judged"]
            sums["right"] += band["right"]
    return [total[low] for low in sorted(total)]
