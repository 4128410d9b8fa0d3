"""What do our connectors read, and how fast, beside perceval on the same platforms?

perceval (GPL) is no part of the project: it is installed for the time of the benchmark,
into a virtual environment in a temporary folder.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import duckdb

from pipelines.workspace import PROJECT
from sources.slack.invented import CHANNELS
from tests.bench import measure
from tests.bench.benchmark import Bench, Benchmark, Failed, Figures
from tests.bench.platforms import Asked, Platforms, platforms
from tests.bench.tables import table
from tests.pipelines.harness import clean_environment

NAME = "perceval"
MEMBERS = 10_000
SCRIPT = Path(__file__).with_name("perceval_script.py")
BACKENDS = {"slack": "slack", "feeds": "rss"}  # ours, theirs


def run(bench: Bench) -> Figures:
    """Reads with both, each from platforms of its own that nobody else asks."""
    folder = bench.fresh(NAME)
    members = bench.size(MEMBERS, 200)
    figures: Figures = {"members": members}
    with tempfile.TemporaryDirectory() as place:
        try:
            python, figures["version"] = install(Path(place))
        except Failed as error:
            return {**figures, "not_installed": str(error).strip().splitlines()[-1]}
        with platforms(folder, members=members, inbox=folder / "unused") as served:
            theirs = {
                name: fetch(python, backend, served)
                for name, backend in BACKENDS.items()
            }
        counted = requests_by_platform(served.asked())
        for name, figure in theirs.items():
            figure["requests"] = counted[name]
    bench.say("perceval is done")
    with platforms(folder, members=members, inbox=folder / "unused") as served:
        ours = {name: extract(name, folder / name, served) for name in BACKENDS}
    counted = requests_by_platform(served.asked())
    for name, figure in ours.items():
        figure["requests"] = counted[name]
    ours["slack"]["replies"] = replies(folder / "slack")
    check_history(theirs["slack"], ours["slack"])
    return {**figures, "theirs": theirs, "ours": ours}


def install(folder: Path) -> tuple[str, str]:
    """Returns the Python that has perceval, and its version. Raises: Failed."""
    measure.checked([sys.executable, "-m", "venv", str(folder)])
    python = str(folder / "bin" / "python")
    measure.checked([python, "-m", "pip", "install", "--quiet", "perceval"])
    asks = "from importlib.metadata import version; print(version('perceval'))"
    return python, measure.checked([python, "-c", asks]).strip()


def fetch(python: str, backend: str, served: Platforms) -> Figures:
    """Reads everything of one platform with perceval. Raises: Failed."""
    settings = served.settings
    plan = {
        "base_url": settings["SLACK_BASE_URL"],
        "token": settings["SLACK_TOKEN"],
        "channels": [channel.id for channel in CHANNELS if channel.is_member],
        "urls": [
            settings["FEEDS_BASE_URL"] + path for path in settings["FEEDS_URLS"].split()
        ],
    }
    done = subprocess.run(
        [python, "-P", str(SCRIPT), backend],  # -P: not our modules beside the script
        input=json.dumps(plan),
        env={**clean_environment(), "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise Failed(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def extract(name: str, data: Path, served: Platforms) -> Figures:
    """Lands one platform with our connector. Raises: Failed."""
    said = measure.checked(
        measure.python("tests.bench.land_one", name, str(data)),
        cwd=PROJECT,
        env={**clean_environment(), **served.settings},
    )
    return dict(json.loads(said.splitlines()[-1]))


def replies(data: Path) -> int:
    """How many landed messages stand in a thread only, not in the channel's history."""
    counted = duckdb.execute(
        "select count(*) from read_parquet(?) where thread_ts <> ts"
        " and subtype is distinct from 'thread_broadcast'",
        [f"{data}/raw/raw_slack/messages/*.parquet"],
    ).fetchone()
    return int(counted[0]) if counted else 0


def check_history(theirs: Figures, ours: Figures) -> None:
    """Both must have found the same history. Raises: Failed."""
    history = ours["rows"]["messages"] - ours["replies"]
    if theirs["items"] != history and not theirs["failed"]:
        raise Failed(
            f"perceval read {theirs['items']} messages of history, we {history}"
        )


def requests_by_platform(asked: list[Asked]) -> Counter[str]:
    """How many requests each platform got."""
    return Counter(one.platform for one in asked)


def report(figures: Figures) -> str:
    """Says what each read, in which time, and what accounts for the difference."""
    if "not_installed" in figures:
        return f"perceval could not be installed: {figures['not_installed']}"
    rows = []
    for name, backend in BACKENDS.items():
        theirs, ours = figures["theirs"][name], figures["ours"][name]
        read = ", ".join(f"{n:,} {what}" for what, n in ours["rows"].items() if n)
        rows += [
            (
                f"perceval `{backend}`",
                f"{theirs['items']:,} items",
                theirs["requests"],
                theirs["seconds"],
                _rate(theirs["items"], theirs["seconds"]),
            ),
            (
                f"ours, `{name}`",
                read,
                ours["requests"],
                ours["seconds"],
                _rate(sum(ours["rows"].values()), ours["seconds"]),
            ),
        ]
    headers = ("reader", "read", "requests", "seconds", "rows a second")
    return (
        f"perceval {figures['version']} and our connectors read the sandbox of"
        f" {figures['members']:,} members to the end, no rate limits, one after the"
        " other. perceval yields dicts (its messages carry their author, asked for once"
        " each) and leaves out what stands in threads only:"
        f" {figures['ours']['slack']['replies']:,} replies; the history of channels is"
        " the same, message for message in number. Ours reads threads, people and"
        " channels as well, compares with what has landed and writes Parquet. Start of"
        " the processes is left out. Of the other platforms we read perceval knows X"
        " alone, by an API (1.1) that is closed."
        f"\n\n{table(headers, rows)}\n\n{_failures(figures)}"
    )


def _rate(rows: int, seconds: float) -> int:
    return round(rows / seconds)


def _failures(figures: Figures) -> str:
    failed = [one for figure in figures["theirs"].values() for one in figure["failed"]]
    if not failed:
        return "Nothing failed on either side."
    kinds = Counter(failed).most_common(3)
    told = "; ".join(f"{error} ({n})" for error, n in kinds)
    return f"perceval could not read {len(failed)} of its sources to the end: {told}."


BENCHMARK = Benchmark(NAME, "Beside perceval", run, report)
