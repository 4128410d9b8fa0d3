"""Scores of ten million activities: from nothing, the next day, and as of a day."""

from __future__ import annotations

import json
import shutil
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb

from pipelines.workspace import PROJECT, Workspace
from tests.bench import score_warehouse
from tests.bench.benchmark import Bench, Benchmark, Figures
from tests.bench.measure import python, ran
from tests.bench.scored_community import scored_community
from tests.bench.tables import table

NAME = "score_scale"
MEMBERS, ACTIVITIES = 500_000, 10_000_000
LAST_DAY = date(2026, 11, 20)
EVE = LAST_DAY - timedelta(days=1)
AS_OF_DAYS = (date(2026, 3, 31), date(2024, 12, 31))
REBUILD_SECONDS, DAY_SECONDS, PEAK_GIB = 120, 20, 8
SHOWN_MODELS = 12
# DuckDB takes as much as there is, up to 80 %: here as much as on a machine of 8 GB.
MEMORY = ("--memory", "6.4GB")


def run(bench: Bench) -> Figures:
    """Builds the eve from nothing, the day upon it, the day from nothing."""
    folder = bench.fresh(NAME)
    community = scored_community(
        bench.size(MEMBERS, 500), bench.size(ACTIVITIES, 10_000), LAST_DAY
    )
    files, day = folder / "files", folder / "day"
    community.write(files, EVE)
    told = community.write_new(day, LAST_DAY)
    del community
    workspace = score_warehouse.prepare(folder / "data", EVE)
    rows = score_warehouse.load(workspace, [files], EVE)
    bench.say("the files are loaded")
    rebuild = _build(workspace)
    bench.say(f"built from nothing: {rebuild['seconds']:.0f} s")
    score_warehouse.prepare(workspace.data, LAST_DAY)
    score_warehouse.load(workspace, [files, day], LAST_DAY)
    whole = Workspace(folder / "again")
    shutil.copytree(workspace.data / "run", whole.data / "run")
    shutil.copy2(workspace.warehouse, whole.warehouse)
    daily = _build(workspace)
    bench.say(f"the next day: {daily['seconds']:.0f} s")
    again = _build(whole, "--full")
    bench.say(f"the next day from nothing: {again['seconds']:.0f} s")
    differing = _differing(workspace, whole)
    shutil.rmtree(whole.data)
    return {
        "members": bench.size(MEMBERS, 500),
        "activities": rows,
        "told": told,
        "rebuild": rebuild,
        "daily": daily,
        "again": again,
        "differing": differing,
        "marts": len(score_warehouse.MARTS),
        "as_of": [_as_of(workspace, day) for day in (LAST_DAY, *AS_OF_DAYS)],
    }


def _build(workspace: Workspace, *arguments: str) -> Figures:
    """Builds the score models in a process of its own."""
    module = "tests.bench.score_warehouse"
    built = ran(
        "building the score models",
        python(module, str(workspace.data), *MEMORY, *arguments),
    )
    said = built.said()
    return {
        "seconds": said["seconds"],
        "process": round(built.seconds, 1),
        "cpu_seconds": round(built.cpu_seconds, 1),
        "peak_mib": built.peak_mib,
        "models": said["models"],
    }


def _as_of(workspace: Workspace, day: date) -> Figures:
    """Asks the published macro for everybody on a day, in a process of its own."""
    command = python(
        *("tests.bench.score_scale", str(workspace.warehouse)),
        *("--as-of", day.isoformat()),
    )
    asked = ran(f"asking the macro for {day}", command)
    return {**asked.said(), "day": day.isoformat(), "peak_mib": asked.peak_mib}


def ask(warehouse: Path, day: date) -> Figures:
    """Everybody's score on a day: how many, and how long it took."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.execute(f"attach '{warehouse}' as warehouse")
        connection.execute("use warehouse")
        macros = PROJECT / "pipelines" / "publish" / "as_of.sql"
        connection.execute(macros.read_text())
        began = time.monotonic()
        ((members, _),) = connection.execute(
            "select count(*), max(hash(told))"
            " from marts.member_scores_as_of(?) as told",
            [day],
        ).fetchall()
        seconds = time.monotonic() - began
    return {"members": members, "seconds": round(seconds, 2)}


def _differing(one: Workspace, other: Workspace) -> list[str]:
    """The marts whose rows are not the same in both, in any order."""
    hashes: list[dict[str, tuple[int, int]]] = []
    for workspace in (one, other):
        with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
            hashes.append(
                {
                    mart: connection.execute(
                        f"select count(*), sum(hash(told)) from marts.{mart} as told"
                    ).fetchall()[0]
                    for mart in score_warehouse.MARTS
                }
            )
    return [mart for mart in hashes[0] if hashes[0][mart] != hashes[1][mart]]


def report(figures: Figures) -> str:
    """Says the times against their limits, the dearest models, and the macro's."""
    told = figures["told"]
    builds: list[tuple[str, str, str]] = [
        ("all of it from nothing", "rebuild", f"< {REBUILD_SECONDS} s"),
        ("the next day", "daily", f"< {DAY_SECONDS} s"),
        ("the next day from nothing", "again", "-"),
    ]
    rows = [
        (
            title,
            figures[name]["seconds"],
            wanted,
            figures[name]["process"],
            figures[name]["cpu_seconds"],
            figures[name]["peak_mib"],
        )
        for title, name, wanted in builds
    ]
    differing = ", ".join(figures["differing"])
    same = f"**differing: {differing}**" if differing else "the same rows"
    as_of = [
        (one["day"], one["members"], f"{one['seconds']:.1f}", one["peak_mib"])
        for one in figures["as_of"]
    ]
    headers = (
        "score models",
        "seconds",
        "wanted",
        "whole process",
        "processor",
        "highest MiB",
    )
    return (
        f"{figures['activities']:,} activities of {figures['members']:,} members, made"
        " by `python -m tests.bench.scored_community`; only the score models are built"
        f" (points, stages, history: {figures['marts']} marts and what they are made"
        f" of), two threads; memory wanted below {PEAK_GIB} GiB, DuckDB's own limit as"
        f" on a machine of that size ({MEMORY[1]}). Beside a load wall"
        " seconds say little; the processor seconds of the whole process stand beside"
        " them. The next day tells"
        f" {told['activities']:,} activities, {told['registrations']:,} registrations,"
        " late and changed ones among them.\n\n"
        + table(headers, rows)
        + f"\n\nThe next day and the same from nothing: {same}. Seconds of the dearest"
        " models:\n\n"
        + _models(figures)
        + "\n\n`marts.member_scores_as_of(day)`, everybody, from the marts of that"
        " warehouse:\n\n" + table(("day", "members", "seconds", "highest MiB"), as_of)
    )


def _models(figures: Figures) -> str:
    builds = {name: dict(figures[name]["models"]) for name in ("rebuild", "daily")}
    dearest = sorted(builds["rebuild"].items(), key=lambda one: -one[1])
    rows = [
        (f"`{name}`", seconds, builds["daily"].get(name))
        for name, seconds in dearest[:SHOWN_MODELS]
    ]
    return table(("model", "from nothing", "the next day"), rows)


BENCHMARK = Benchmark(
    NAME, "Scores of 500,000 members and 10,000,000 activities", run, report
)

if __name__ == "__main__":
    json.dump(ask(Path(sys.argv[1]), date.fromisoformat(sys.argv[3])), sys.stdout)
