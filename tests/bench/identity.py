"""Who is who, measured: `make bench-identity`, or one part by its name.

    python -m tests.bench.identity [NAME ...] [--list] [--again] [--write-only]
    python -m tests.bench.identity --errors 20 SET     # shows people: for the eye only
    python -m tests.bench.identity --missed 20 SET

Figures go to data/bench/identity/results.json part by part: a stopped bench goes on
where it was. The tables of docs/identity.md are written from them.
"""

from __future__ import annotations

import argparse
import logging
import sys
from datetime import UTC, datetime

from pipelines.identity import measure
from pipelines.workspace import PROJECT
from tests.bench import identity_hard, identity_scale
from tests.bench.benchmark import Bench, Benchmark
from tests.bench.identity_look import Looker, told
from tests.bench.identity_quality import quality, report
from tests.bench.identity_sets import SETS, Named
from tests.bench.identity_write import DOCUMENT, write
from tests.bench.results import Results
from tests.bench.running import run, wanted

FOLDER = PROJECT / "data" / "bench" / "identity"
COMMAND = "make bench-identity"


def _of_set(one: Named) -> Benchmark:
    """The benchmark that measures a labelled set."""
    return Benchmark(
        one.name,
        f"{one.name}: {one.title}",
        lambda bench: quality(one.load(bench.folder), bench.folder),
        report,
    )


BENCHMARKS = (
    *map(_of_set, SETS.values()),
    identity_hard.BENCHMARK,
    *identity_scale.BENCHMARKS,
)


def main() -> int:
    """Runs what is not finished, or shows what is wrong in a set; 1 when one failed."""
    given = _arguments()
    if given.list:
        for benchmark in BENCHMARKS:
            print(f"{benchmark.name:16} {benchmark.title}")
        return 0
    if given.errors or given.missed:
        return _look(given.names, given.errors, given.missed)
    logging.disable(logging.WARNING)
    results = Results(FOLDER / "results.json")
    failed = 0
    if not given.write_only:
        bench = Bench(FOLDER, False)
        for benchmark in wanted(BENCHMARKS, given.names):
            failed += not run(
                benchmark,
                bench,
                results,
                again=given.again,
                told=lambda figures, _, report=benchmark.report: report(figures) + "\n",
            )
    write(BENCHMARKS, results, date=given.date, command=COMMAND)
    print(f"written: {DOCUMENT.relative_to(PROJECT)}")
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.identity")
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--list", action="store_true", help="name them and end")
    parser.add_argument("--again", action="store_true", help="finished ones too")
    parser.add_argument("--write-only", action="store_true", help="measure nothing")
    parser.add_argument("--errors", type=int, metavar="N", help="show wrong pairs")
    parser.add_argument("--missed", type=int, metavar="N", help="show missed pairs")
    today = datetime.now(UTC).date().isoformat()
    parser.add_argument("--date", default=today, help="the day the page names")
    return parser.parse_args()


def _look(names: list[str], errors: int | None, missed: int | None) -> int:
    unknown = [name for name in names if name not in SETS]
    if unknown or not names:
        print(f"no set {', '.join(unknown) or 'named'}; there are {', '.join(SETS)}")
        return 2
    for name in names:
        data = SETS[name].load(FOLDER)
        looker = Looker(data, measure.resolve(data))
        for count, pairs in ((errors, looker.wrong), (missed, looker.missed)):
            if count:
                print(f"{name}: {pairs.__name__}", end="\n\n")
                print("\n".join(told(looker, pairs(), count)), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
