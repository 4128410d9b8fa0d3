"""What does extraction cost over reading the same answers by bare requests?"""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import requests

from pipelines.workspace import PROJECT
from tests.bench import measure
from tests.bench.benchmark import Bench, Benchmark, Figures
from tests.bench.platforms import Asked, Platforms, platforms
from tests.bench.tables import table
from tests.pipelines.harness import clean_environment

NAME = "extract_bare"
MEMBERS = 10_000
RUNS = 3


def run(bench: Bench) -> Figures:
    """Extracts and replays in turn, against platforms that are warm."""
    folder = bench.fresh(NAME)
    members = bench.size(MEMBERS, 200)
    with platforms(folder, members=members, inbox=folder / "unused") as served:
        extract(folder / "recorded", served)
    asked = served.asked()
    extracted, bare = [], []
    with platforms(folder, members=members, inbox=folder / "unused") as served:
        replay(asked, served)
        for number in range(bench.size(RUNS, 1)):
            extracted.append(extract(folder / f"extracted{number}", served))
            began = time.perf_counter()
            answered = replay(asked, served)
            bare.append(time.perf_counter() - began)
            bench.say(
                f"extracted {extracted[-1]['seconds']:.1f} s, bare {bare[-1]:.1f} s"
            )
    return {
        "members": members,
        "requests": len(asked),
        "answer_mib": round(answered / measure.MIB, 1),
        "rows": extracted[-1]["rows"],
        "extract": round(median(one["seconds"] for one in extracted), 2),
        "bare": round(median(bare), 2),
    }


def extract(data: Path, served: Platforms) -> Figures:
    """Extracts into an empty data folder in a process of its own."""
    said = measure.checked(
        measure.python("tests.bench.extract_alone", str(data)),
        cwd=PROJECT,
        env={**clean_environment(), **served.settings},
    )
    return dict(json.loads(said.splitlines()[-1]))


def replay(asked: list[Asked], served: Platforms) -> int:
    """Sends the same requests, platforms side by side; returns bytes of answers."""
    base = served.settings["CONNPASS_BASE_URL"].split("/connpass/")[0]
    by_platform: dict[str, list[Asked]] = {}
    for one in asked:
        by_platform.setdefault(one.platform, []).append(one)
    with ThreadPoolExecutor(max_workers=len(by_platform)) as pool:
        sizes = pool.map(lambda part: _send(base, part), by_platform.values())
        return sum(sizes)


def _send(base: str, asked: list[Asked]) -> int:
    size = 0
    with requests.Session() as session:
        session.trust_env = False
        for one in asked:
            answer = session.request(
                one.method,
                base + one.target,
                headers=one.headers,
                data=base64.b64decode(one.body),
                timeout=60,
            )
            size += len(answer.content)
            if "json" in answer.headers.get("Content-Type", ""):
                answer.json()
    return size


def report(figures: Figures) -> str:
    """Says both times and their ratio."""
    rows = [
        ("extraction", figures["extract"]),
        ("bare requests", figures["bare"]),
        ("**ratio**", figures["extract"] / figures["bare"]),
    ]
    return (
        f"The four API sources against the sandbox of {figures['members']:,} members,"
        f" {figures['requests']:,} requests, {figures['answer_mib']} MiB of answers,"
        f" {figures['rows']:,} rows landed, no rate limits. Extraction pages, checks,"
        " maps, hashes, compares with what has landed and writes Parquet; the bare"
        " replay of its requests reads the bodies and parses the JSON. Both ask the"
        " platforms side by side; start of the process and imports are left out of"
        f" both.\n\n{table(('', 'seconds'), rows)}"
    )


BENCHMARK = Benchmark(NAME, "Extraction against bare requests", run, report)
