"""Who is who, measured: `make bench-identity`, or one part by its name.

    python -m tests.bench.identity [NAME ...] [--list] [--again] [--write-only]
    python -m tests.bench.identity --errors 20 SET     # shows people: for the eye only
    python -m tests.bench.identity --missed 20 SET

Figures go to data/bench/identity/results.json part by part: a stopped bench goes on
where it was. The tables of docs/identity.md are written from them.
"""

from __future__ import annotations

import sys

from pipelines.identity import measure
from pipelines.workspace import PROJECT
from tests.bench import identity_hard, identity_scale, running
from tests.bench.benchmark import Benchmark
from tests.bench.identity_look import Looker, told
from tests.bench.identity_quality import quality, report
from tests.bench.identity_sets import SETS, Named
from tests.bench.identity_write import DOCUMENT, write

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
    parser = running.arguments("python -m tests.bench.identity")
    parser.add_argument("--errors", type=int, metavar="N", help="show wrong pairs")
    parser.add_argument("--missed", type=int, metavar="N", help="show missed pairs")
    given = parser.parse_args()
    if given.errors or given.missed:
        return _look(given.names, given.errors, given.missed)
    return running.measure(
        BENCHMARKS,
        given,
        FOLDER,
        document=DOCUMENT,
        write=lambda results: write(
            BENCHMARKS, results, date=given.date, command=COMMAND
        ),
    )


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
