"""Who is who, measured: `make bench-identity`, or one part by its name.

python -m tests.bench.identity [NAME ...] [--list] [--again]
python -m tests.bench.identity --errors 20 SET     # shows people: for the eye only
python -m tests.bench.identity --missed 20 SET
"""

from __future__ import annotations

import argparse
import sys

from pipelines.identity import measure
from pipelines.workspace import PROJECT
from tests.bench.identity_look import Looker, told
from tests.bench.identity_sets import SETS

FOLDER = PROJECT / "data" / "bench" / "identity"


def main() -> int:
    """Runs what is not finished, or shows what is wrong in a set."""
    given = _arguments()
    if given.errors or given.missed:
        return _look(given.names, given.errors, given.missed)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.identity")
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--list", action="store_true", help="name them and end")
    parser.add_argument("--again", action="store_true", help="finished ones too")
    parser.add_argument("--errors", type=int, metavar="N", help="show wrong pairs")
    parser.add_argument("--missed", type=int, metavar="N", help="show missed pairs")
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
