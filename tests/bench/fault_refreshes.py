"""Kill -9 of whole refreshes, by seed: in each step in turn, at a drawn moment."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path

from tests.bench import measure
from tests.bench.benchmark import Failed, Figures
from tests.bench.tables import table
from tests.bench.trials import Trials
from tests.pipelines.harness import NEXT_DAY, Project, Reader, kill

PART = "refresh"
SEEDS = 20
IN_TURN = ("extract", "build", "audit", "publish")
LOOK_SECONDS = 0.5


def run(trials: Trials, place: Path, seeds: int = SEEDS) -> None:
    """Kills the next day's refresh at each seed's moment, then runs it again."""
    folder = place / PART
    for seed in range(1, seeds + 1):
        if not trials.is_wanted(PART, str(seed)):
            continue
        first_day, undisturbed = _made(folder)
        step = IN_TURN[seed % len(IN_TURN)]
        after = random.Random(f"refresh {seed}").random() * undisturbed["steps"][step]
        project = first_day.copy(folder / "killed")
        try:
            figures = _kill_once(project, step, after, undisturbed)
        finally:
            shutil.rmtree(project.data)
        trials.add(PART, str(seed), figures)


def _made(folder: Path) -> tuple[Project, Figures]:
    """A published first day, and what the next day gives when nobody disturbs it."""
    file = folder / "undisturbed.json"
    first_day = Project(folder / "first", runs_unit_tests=False)
    shutil.rmtree(folder / "killed", ignore_errors=True)
    if not file.exists():
        shutil.rmtree(folder, ignore_errors=True)
        _checked(first_day)
        next_day = first_day.copy(folder / "next")
        began = time.time()
        _checked(next_day, clock=NEXT_DAY)
        steps = measure.logged_steps(next_day.folder, began)
        figures = {
            "began": {name: start - began for name, start, _ in reversed(steps)},
            "steps": {name: end - start for name, start, end in steps if end},
            "seconds": time.time() - began,
            "hashes": next_day.mart_hashes(),
        }
        shutil.rmtree(next_day.data)
        file.write_text(json.dumps(figures))
    return first_day, json.loads(file.read_text())


def _checked(project: Project, **options: str) -> None:
    done = project.refresh(**options)
    if done.returncode:
        raise Failed(done.stdout)


def _kill_once(
    project: Project, step: str, after: float, undisturbed: Figures
) -> Figures:
    reader = Reader(project)
    reader.start()
    process = project.start(clock=NEXT_DAY)
    began = time.time()
    _wait_for(step, process, project, began)
    # Seconds of the undisturbed run, of which this one's may differ: what step it hit
    # is looked up.
    time.sleep(after)
    was_killed = process.poll() is None
    kill(process) if was_killed else process.communicate()
    steps = measure.logged_steps(project.folder, began)
    running = [name for name, _, ended in steps if ended is None]
    again = project.refresh(clock=NEXT_DAY)
    reader.stop()
    problems = [f"a reader: {text}" for text in reader.broken[:3]]
    if again.returncode:
        problems.append(f"again: {again.stdout[-500:]}")
    hashes = project.mart_hashes()
    problems += [
        f"{mart} differs from an undisturbed run"
        for mart, wanted in undisturbed["hashes"].items()
        if hashes.get(mart) != wanted
    ]
    return {
        "share": round(
            (undisturbed["began"][step] + after) / undisturbed["seconds"], 3
        ),
        "was_killed": was_killed,
        "step": _step(running, bool(steps), was_killed=was_killed),
        "reads": reader.reads,
        "problems": problems,
    }


def _wait_for(
    step: str, process: subprocess.Popen[str], project: Project, began: float
) -> None:
    """Returns when the step has begun, or the refresh has ended."""
    while process.poll() is None:
        steps = measure.logged_steps(project.folder, began)
        if any(name == step for name, _, _ in steps):
            return
        time.sleep(LOOK_SECONDS)


def _step(running: list[str], has_begun: bool, *, was_killed: bool) -> str:
    if not was_killed:
        return "it had ended"
    if running:
        return running[-1]
    return "between steps" if has_begun else "before the first step"


def problems(trials: Trials) -> list[str]:
    """Returns what went wrong, by trial."""
    return [
        f"refresh killed at {trial['share']:.0%} ({trial['step']}): {text}"
        for trial in trials.of(PART)
        for text in trial["problems"]
    ]


def count(trials: Trials) -> int:
    """Returns how many were killed in time."""
    return sum(trial["was_killed"] for trial in trials.of(PART))


def report(trials: Trials) -> str:
    """Returns the section of the page."""
    done = trials.of(PART)
    runs = Counter(trial["step"] for trial in done)
    rows = [
        (
            step,
            number,
            ", ".join(
                f"{share:.0%}"
                for share in sorted(t["share"] for t in done if t["step"] == step)
            ),
            sum(t["reads"] for t in done if t["step"] == step),
            sum(len(t["problems"]) for t in done if t["step"] == step),
        )
        for step, number in sorted(runs.items())
    ]
    headers = (
        "step that ran",
        "runs",
        "killed at",
        "whole reads meanwhile",
        "problems",
    )
    return (
        "The next day's `make refresh` of the 200-member sandbox is killed with all it"
        " started, in each of its steps in turn, at a moment drawn by seed; the same"
        " refresh follows at once and has to publish what the undisturbed one"
        " published, mart by mart by content hash. A reader opens the published file"
        " every 50 ms. *Killed at*: share of the undisturbed refresh.\n"
        f"\n{table(headers, rows)}"
    )
