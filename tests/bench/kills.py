"""Kill -9 at ten random moments of extract, build and publish."""

from __future__ import annotations

import random
import shutil
import subprocess
import time

from tests.bench import measure
from tests.bench.benchmark import Bench, Benchmark, Failed, Figures
from tests.bench.tables import table
from tests.pipelines.harness import NEXT_DAY, Project, Reader, kill

SEED = 1
# Where each kill falls; when within the step is drawn.
STEPS = ("extract",) * 3 + ("build",) * 4 + ("publish",) * 3
PRINTED = {"extract": "  extract ...", "build": "  build, audit, publish ..."}


def run(bench: Bench) -> Figures:
    """Kills the second day's refresh at each moment, then runs it again."""
    folder = bench.fresh("kills")
    first_day = Project(folder / "first")
    measure.refresh(first_day)
    next_day = first_day.copy(folder / "next")
    undisturbed = measure.refresh(next_day, clock=NEXT_DAY)
    wanted = next_day.mart_hashes()
    drawn = random.Random(SEED)
    moments = [
        (name, drawn.random() * undisturbed.step(name).seconds)
        for name in (STEPS if not bench.is_tiny else ("extract", "build", "publish"))
    ]
    kills = []
    for number, (name, after) in enumerate(moments):
        project = first_day.copy(folder / "killed")
        kills.append(_kill_once(project, name, after, wanted))
        bench.say(f"kill {number + 1}: {kills[-1]}")
        shutil.rmtree(project.data)
    return {"undisturbed": round(undisturbed.seconds, 2), "kills": kills}


def _kill_once(
    project: Project, step: str, after: float, wanted: dict[str, str]
) -> Figures:
    reader = Reader(project)
    reader.start()
    process = project.start(clock=NEXT_DAY)
    began = time.time()
    _wait_for(process, project, step)
    time.sleep(after)
    has_ended = process.poll() is not None
    kill(process) if not has_ended else process.communicate()
    running = [
        name
        for name, _, ended in measure.logged_steps(project.folder, began)
        if ended is None
    ]
    is_open = "nothing: it had ended" if has_ended else "between steps"
    again = measure.refresh(project, clock=NEXT_DAY)
    reader.stop()
    hashes = project.mart_hashes()
    return {
        "step": step,
        "after": round(after, 2),
        "running": running[-1] if running else is_open,
        "again": round(again.seconds, 2),
        "differing": sorted(k for k in wanted if wanted[k] != hashes.get(k)),
        "reads": reader.reads,
        "broken": reader.broken,
    }


def _wait_for(process: subprocess.Popen[str], project: Project, step: str) -> None:
    """Returns when the step begins: its line is printed, its folder is there."""
    assert process.stdout is not None
    line = PRINTED.get(step, PRINTED["build"])
    for printed in process.stdout:
        if printed.startswith(line):
            break
    else:
        raise Failed(f"the refresh ended before its step {step}")
    releases = project.folder / "published" / "releases"
    while step == "publish" and process.poll() is None:
        if any(releases.glob(".building-*")):
            return
        time.sleep(0.01)


def report(figures: Figures) -> str:
    """Says of each kill what it hit and what the next run made of it."""
    rows = [
        (
            f"{kill['step']} + {kill['after']:.1f} s",
            kill["running"],
            kill["again"],
            "differing: " + ", ".join(kill["differing"])
            if kill["differing"]
            else "as undisturbed",
            kill["reads"],
            len(kill["broken"]),
        )
        for kill in figures["kills"]
    ]
    headers = (
        "killed at",
        "step that ran",
        "next refresh, s",
        "its marts",
        "reads meanwhile",
        "broken reads",
    )
    return (
        "The next day's refresh of the 200-member sandbox is killed with its whole"
        f" process group; moments drawn with seed {SEED}. A refresh with the same clock"
        " follows at once. An undisturbed one took"
        f" {figures['undisturbed']:.1f} s. A reader opens the published file all the"
        " while, every 50 ms, and compares its tables with what their release says of"
        f" them.\n\n{table(headers, rows)}"
    )


BENCHMARK = Benchmark("kills", "Kill -9", run, report)
