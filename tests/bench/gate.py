"""Everything the gate is tried against: corruptions of every kind, size and level.

    python -m tests.bench.gate [--again] [--only NAME ...] [--jobs 2] [--seeds 101 ...]
                               [--shares 0.2 ...] [--list] [--table]

One JSON line per corruption, size and seed goes to results.jsonl in the seed's folder
under data/bench/gate: a stopped bench goes on where it was. The table goes to
docs/reliability.md.
"""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipelines.assets.publish import git_commit
from pipelines.workspace import PROJECT
from tests.bench.gate_table import write
from tests.gate.corruptions import CORRUPTIONS, SHARES, named
from tests.gate.kinds import FILE, MART, RAW, SOURCE, STAGING, Corruption

FOLDER = PROJECT / "data" / "bench" / "gate"
ORDER = (0.2, 0.01, 0.05, 1.0)
SEEDS = (101,)  # bounds are tuned on seed 1 and those of the tests
Result = dict[str, Any]


def main() -> int:
    """Runs what is not finished and writes the table; returns 1 when one is missed."""
    given = _arguments()
    wanted = named(given.only) if given.only else list(CORRUPTIONS)
    if given.list:
        for corruption in wanted:
            print(f"{corruption.family:13} {corruption.level:14} {corruption.name}")
        return 0
    if not given.table:
        for seed in given.seeds:
            _run(seed, wanted, given)
    results = [row for seed in given.seeds for row in read(seed)]
    return write(results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.gate")
    parser.add_argument("--only", nargs="*", default=[], help="only these, by name")
    parser.add_argument("--again", action="store_true", help="finished ones too")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--seeds", type=int, nargs="*", default=list(SEEDS))
    parser.add_argument(
        "--shares",
        type=float,
        nargs="*",
        default=list(SHARES),
        choices=SHARES,
        help="only these sizes",
    )
    parser.add_argument("--list", action="store_true", help="the list alone")
    parser.add_argument("--table", action="store_true", help="the table alone")
    # of a worker: which part of the list is its
    parser.add_argument("--part", type=int, default=-1, help=argparse.SUPPRESS)
    return parser.parse_args()


def results_file(seed: int) -> Path:
    return FOLDER / f"seed-{seed}" / "results.jsonl"


def read(seed: int) -> list[Result]:
    """Returns the results of a seed, the newest of each corruption and size."""
    file = results_file(seed)
    lines = file.read_text().splitlines() if file.exists() else []
    found = {}
    for line in lines:
        row = json.loads(line)
        found[row["name"], row["share"]] = row
    return list(found.values())


def _run(seed: int, wanted: Sequence[Corruption], given: argparse.Namespace) -> None:
    from tests.gate.base import Base

    base = Base(FOLDER / f"seed-{seed}", seed)
    if given.part < 0:
        logging.disable(logging.WARNING)
        base.make()
        if given.jobs > 1:
            _in_parts(seed, given)
            return
    parts = max(1, given.jobs)
    part = max(0, given.part)
    done = {
        (row["name"], row["share"])
        for row in read(seed)
        if row["verdict"] != "not run" and not given.again
    }
    _work(base, part, list(_todo(list(wanted)[part::parts], given.shares, done)), done)


def _in_parts(seed: int, given: argparse.Namespace) -> None:
    """Runs a process for each part of the list; each has a folder of its own."""
    arguments = ["--seeds", str(seed), "--jobs", str(given.jobs)]
    arguments += ["--again"] * given.again
    arguments += ["--shares", *map(str, given.shares)]
    arguments += ["--only", *given.only] if given.only else []
    workers = [
        subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "tests.bench.gate", "--part", str(part), *arguments],
            cwd=PROJECT,
        )
        for part in range(given.jobs)
    ]
    for worker in workers:
        worker.wait()


def _work(
    base: Any,
    part: int,
    todo: Sequence[tuple[Corruption, float]],
    done: set[tuple[str, float]],
) -> None:
    from tests.gate.trial import CLEAN, Stage

    logging.disable(logging.WARNING)
    if not todo:
        return
    stage = Stage(base, part)
    if not stage.knows_clean:
        _keep(base.seed, stage.clean().line())
    loaded = {name.removeprefix(f"{CLEAN}: ") for name, share in done if not share}
    for corruption, share in todo:
        if corruption.level == SOURCE and corruption.source not in loaded:
            loaded.add(corruption.source)
            _keep(base.seed, stage.clean(corruption.source).line())
        try:
            line = stage.run(corruption, share).line()
        except Exception as error:  # noqa: BLE001 - the next one may do
            told = " ".join(str(error).split())
            problem = f"{type(error).__name__}: {told[:300]}"
            line = json.dumps(
                {
                    "name": corruption.name,
                    "share": share,
                    "seed": base.seed,
                    "verdict": "not run",
                    "checks": [problem],
                    "is_named": False,
                    "seconds": 0,
                },
                ensure_ascii=False,
            )
        _keep(base.seed, line)


def _todo(
    wanted: Sequence[Corruption],
    shares: Sequence[float],
    done: set[tuple[str, float]],
) -> Iterator[tuple[Corruption, float]]:
    # The size by which the gate is judged first, then how little is enough; the levels
    # whose runs are quick before the others.
    for share in sorted(shares, key=ORDER.index):
        for level in (FILE, MART, STAGING, RAW, SOURCE):
            for corruption in wanted:
                is_done = (corruption.name, share) in done
                if corruption.level == level and not is_done:
                    yield corruption, share


def _keep(seed: int, line: str) -> None:
    row = {**json.loads(line), "commit": (git_commit() or "")[:7]}
    told = f"{row['name']} {row['share']:.0%}: {row['verdict']}, {row['seconds']} s"
    print(f"{told}; {', '.join(row['checks'])[:160]}", flush=True)
    with results_file(seed).open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
