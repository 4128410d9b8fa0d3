"""Kill -9 of publications, roll-backs, acknowledgements and erasures, by seed."""

from __future__ import annotations

from pathlib import Path

from tests.bench.tables import table
from tests.bench.trials import Trials
from tests.faults.kills import moments, prepared, try_kill
from tests.faults.victims import VICTIMS

# Three kills a seed: after seconds, before a line of ours, before a file operation.
SEEDS = {
    "publication": 25,
    "first publication": 10,
    "roll-back": 6,
    "acknowledgement": 4,
    "erasure": 8,
}


def run(trials: Trials, folder: Path) -> None:
    """Does what is missing."""
    for victim, seeds in SEEDS.items():
        names = [
            f"{seed} {how}"
            for seed in range(1, seeds + 1)
            for how in ("seconds", "lines", "operations")
            if how != "lines" or VICTIMS[victim].is_traced
        ]
        if not any(trials.is_wanted(victim, name) for name in names):
            continue
        one = prepared(victim, folder / victim)
        for name, moment in moments(victim, one.span, range(1, seeds + 1)):
            if trials.is_wanted(victim, name):
                trials.add(victim, name, try_kill(one, folder / "killed", moment))


def count(trials: Trials) -> int:
    """Returns how many were killed in time."""
    return sum(trial["was_killed"] for name in VICTIMS for trial in trials.of(name))


def problems(trials: Trials) -> list[str]:
    """Returns what went wrong, by trial."""
    return [
        f"{name} {trial['name']} (before {trial['before'] or 'a moment'}): {text}"
        for name in VICTIMS
        for trial in trials.of(name)
        for text in trial["problems"]
    ]


def report(trials: Trials) -> str:
    """Returns the section of the page."""
    rows = [
        (
            name,
            len(done),
            sum(trial["was_killed"] for trial in done),
            *(
                sum(t["was_killed"] for t in done if t["how"] == how)
                for how in ("seconds", "lines", "operations")
            ),
            sum(trial["reads"] for trial in done)
            if VICTIMS[name].is_published
            else None,
            sum(len(trial["problems"]) for trial in done),
        )
        for name in VICTIMS
        if (done := trials.of(name))
    ]
    headers = (
        *("victim", "runs", "killed in time", "after seconds", "before a line"),
        *("before a file operation", "whole reads meanwhile", "problems"),
    )
    return (
        "`kill -9` of the process that publishes the small warehouse of three people,"
        " rolls back, acknowledges or erases. The moment is drawn by seed over the"
        " whole of it: after so many seconds, before the n-th line of `pipelines/`, or"
        " before the n-th file opened, renamed, linked or removed. A reader in another"
        " process opens the published file, the shareable one and the Parquet folder"
        " all the while and compares all their rows with the release before and the"
        " one after: anything else is a problem. Then the same again, and a"
        " publication more: no hidden file left, every kept release whole,"
        " `publications` tells each release once; of the erased person no value is"
        f" left.\n\n{table(headers, rows)}"
    )
