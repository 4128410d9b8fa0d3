"""Every fault of a platform, and kill -9 of a load: what is lost, doubled, told.

    python -m tests.bench.faults [SOURCE ...] [--seeds 20] [--kills 5] [--again]
                                 [--refreshes 20] [--most N] [--page]

Results go to data/bench/faults.json by source and to faults.jsonl kill by kill: a
stopped bench goes on where it was. --most does so many kills more and stops, --page
none. Its part of docs/reliability.md is written from them.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipelines.workspace import PROJECT
from sources._base.landing import PACE
from sources._base.raw import RawReader
from sources._base.source import Source
from sources._sandbox.faults import KINDS
from sources._sandbox.server import SandboxServer
from tests.bench import fault_kills, fault_refreshes
from tests.bench.machine import machine
from tests.bench.marked import put
from tests.bench.tables import table
from tests.bench.trials import Trials
from tests.sources.every_source import (
    CLOCK,
    PLAYED,
    SOURCES,
    TODAY,
    Stage,
    community,
    try_fault,
)

DOCUMENT = PROJECT / "docs" / "reliability.md"
MARK = "<!-- measured by make bench-faults -->"
RESULTS = PROJECT / "data" / "bench" / "faults.json"
TRIALS = PROJECT / "data" / "bench" / "faults.jsonl"
KILLED = (fault_kills, fault_refreshes)
FATES = ("no row less", "mended by the next run", "refused, then whole")
Figures = dict[str, Any]


def main() -> int:
    """Runs what is not finished, writes the page; returns 1 when a row was lost."""
    given = _arguments()
    logging.disable(logging.WARNING)  # every fault is tried again with a warning
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in given.sources or sorted(PLAYED):
        if given.page or (name in results and not given.again):
            continue
        print(f"{name} ...", flush=True)
        with SandboxServer(community(), requests_per_second=1e6) as server:
            folder = PROJECT / "data" / "bench" / "faults" / name
            server.write_inbox(folder / "inbox")
            stage = Stage(server, folder)
            results[name] = {
                "faults": _faults(stage, SOURCES[name], given.seeds),
                "kills": _kills(stage, SOURCES[name], given.kills),
            }
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False))
    trials = Trials(TRIALS, most=0 if given.page else given.most)
    killed = PROJECT / "data" / "bench" / "killed"
    fault_kills.run(trials, killed)
    fault_refreshes.run(trials, killed, given.refreshes)
    put(DOCUMENT, MARK, _page(results, trials, given.date).strip())
    print(f"written: {DOCUMENT.relative_to(PROJECT)}")
    is_bad = any(_problems(figures) for figures in results.values())
    return 1 if is_bad or any(part.problems(trials) for part in KILLED) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.faults")
    parser.add_argument("sources", nargs="*", help="only these")
    parser.add_argument("--seeds", type=int, default=20, help="runs per fault")
    parser.add_argument("--kills", type=int, default=5, help="loads killed per source")
    parser.add_argument(
        "--refreshes", type=int, default=fault_refreshes.SEEDS, help="of them killed"
    )
    parser.add_argument("--again", action="store_true", help="finished ones too")
    parser.add_argument("--most", type=int, help="kills of this run, beside loads")
    parser.add_argument("--page", action="store_true", help="only write the page")
    today = datetime.now(UTC).date().isoformat()
    parser.add_argument("--date", default=today, help="the day the page names")
    return parser.parse_args()


def _faults(stage: Stage, source: Source, seeds: int) -> Figures:
    stage.play()
    expected = stage.run(source).extract()
    asked = stage.requests_of(source.name)
    found: Figures = {}
    for kind in KINDS:
        stage.server.move_to(TODAY)  # what a platform counted of our requests is reset
        tried = [
            try_fault(stage, source, kind, seed, expected, asked)
            for seed in range(1, seeds + 1)
        ]
        found[kind] = {
            "fates": Counter(one.fate for one in tried),
            "problems": [text for one in tried for text in one.problems][:20],
        }
    return found


def _kills(stage: Stage, source: Source, kills: int) -> Figures:
    """Kills a load's whole process at a drawn moment, then lands again and compares."""
    stage.play()
    undisturbed = _land(stage, source, stage.folder / "whole")
    seconds = undisturbed["seconds"]
    expected = _rows(stage.folder / "whole", source)
    found = []
    for number in range(kills):
        dice = random.Random(f"{source.name} {number}")
        folder = stage.folder / f"killed{number}"
        # The first half is Python starting: a kill there is no test of anything.
        after = seconds * dice.uniform(0.5, 1.0)
        was_killed = _land(stage, source, folder, kill_after=after)["was_killed"]
        _land(stage, source, folder)
        rows = _rows(folder, source)
        found.append(
            {
                "after": round(after, 2),
                "was_killed": was_killed,
                "lost": sum((expected - rows).values()),
                "double": sum((rows - expected).values()),
            }
        )
    return {"seconds": seconds, "kills": found}


def _land(
    stage: Stage, source: Source, folder: Path, *, kill_after: float | None = None
) -> Figures:
    environment = {**os.environ, **stage.server.settings(), PACE: "1000"}
    began = time.monotonic()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "sources._base.landing", source.name),
            *("--raw", str(folder / "raw"), "--inbox", str(stage.folder / "inbox")),
            *("--clock", CLOCK.isoformat()),
        ],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _, told = process.communicate(timeout=kill_after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return {"was_killed": True}
    if process.returncode:
        raise RuntimeError(told.decode()[-2_000:])
    return {"was_killed": False, "seconds": round(time.monotonic() - began, 2)}


def _rows(folder: Path, source: Source) -> Counter[str]:
    """Rows of complete loads, by table and content."""
    complete = RawReader((folder / "raw").as_uri()).complete_loads(source.name)
    found: Counter[str] = Counter()
    for one in source.tables:
        for file in (folder / f"raw/raw_{source.name}/{one.name}").glob("*.parquet"):
            for row in pq.read_table(file).to_pylist():
                if row["_dlt_load_id"] in complete:
                    key = [row.get(column) for column in one.key]
                    found[f"{one.name} {key} {row['_row_hash']}"] += 1
    return found


def _problems(figures: Figures) -> list[str]:
    told = [
        f"{kind}: {text}"
        for kind, result in figures["faults"].items()
        for text in result["problems"]
    ]
    return told + [
        f"kill after {kill['after']} s: {kill['lost']} lost, {kill['double']} double"
        for kill in figures["kills"]["kills"]
        if kill["lost"] or kill["double"]
    ]


def _page(results: dict[str, Figures], trials: Trials, date: str) -> str:
    faults = [
        (
            kind,
            sum(sum(r["faults"][kind]["fates"].values()) for r in results.values()),
            *(
                sum(r["faults"][kind]["fates"].get(fate, 0) for r in results.values())
                for fate in FATES
            ),
            sum(len(r["faults"][kind]["problems"]) for r in results.values()),
        )
        for kind in KINDS
    ]
    kills = [
        (
            name,
            len(r["kills"]["kills"]),
            sum(kill["was_killed"] for kill in r["kills"]["kills"]),
            f"{r['kills']['seconds']:.1f}",
            sum(kill["lost"] for kill in r["kills"]["kills"]),
            sum(kill["double"] for kill in r["kills"]["kills"]),
        )
        for name, r in sorted(results.items())
    ]
    problems = [
        f"- {name}: {text}"
        for name, figures in sorted(results.items())
        for text in _problems(figures)
    ]
    problems += [f"- {text}" for part in KILLED for text in part.problems(trials)]
    killed = sum(row[2] for row in kills) + sum(part.count(trials) for part in KILLED)
    facts = [("measured on", date), ("command", "`make bench-faults`"), *machine()]
    parts = [
        table(("", ""), facts) + "\n",
        "## Faults of a platform\n",
        f"Every fault at {len(results)} platforms ({', '.join(sorted(results))}), on a"
        " request that the seed chooses, against the sandbox of 60 members. After it"
        " one calm run, a day later. *No row less*: the run with the fault landed all"
        " that an undisturbed one lands. *Refused*: the load was rejected whole with"
        " one sentence, and the next run landed everything. *Problems*: rows lost,"
        " landed twice or changed, a secret told, a message of more than a sentence.\n",
        table(("fault", "runs", *FATES, "problems"), faults) + "\n",
        "## Loads killed\n",
        "`kill -9` of the process that lands one source, at a moment drawn from the"
        " second half of an undisturbed load (the first is Python starting), then the"
        " same load again: rows compared with the undisturbed one.\n",
        table(
            ("source", "loads", "killed in time", "whole load, s", "lost", "double"),
            kills,
        )
        + "\n",
        "## Publications and commands killed\n",
        fault_kills.report(trials) + "\n",
        "## Refreshes killed\n",
        fault_refreshes.report(trials) + "\n",
        f"Killed in time in all: {killed}.\n",
        "## Problems\n",
        ("\n".join(problems) if problems else "None.") + "\n",
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
