"""One kill: readers meanwhile, the same work again, and the verdict."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.faults.killing import Moment, Span, killed, undisturbed
from tests.faults.reading import Reader, look
from tests.faults.victims import VICTIMS, Victim, copied, work

States = dict[str, set[tuple[str, str]]]


@dataclass(frozen=True)
class Prepared:
    """A victim's folder before its work, how long that is, and what readers may see.

    old, new: by way to read, before the work and after it.
    """

    victim: Victim
    folder: Path
    span: Span
    old: dict[str, tuple[str, str]]
    new: dict[str, tuple[str, str]]


def prepared(name: str, folder: Path) -> Prepared:
    """Makes the victim's folder and lets it work undisturbed, on copies."""
    victim = VICTIMS[name]
    shutil.rmtree(folder, ignore_errors=True)
    before, counted = folder / "before", folder / "counted"
    victim.make(before)
    copied(before, folder / "timed")
    copied(before, counted)
    span = undisturbed(
        partial(work, name), folder / "timed", counted, traces=victim.is_traced
    )
    return Prepared(
        victim,
        before,
        span,
        look(before / "published") if victim.is_published else {},
        look(counted / "published") if victim.is_published else {},
    )


def moments(name: str, span: Span, seeds: range) -> Iterator[tuple[str, Moment]]:
    """Yields a name and a moment for every seed: seconds, lines and operations in turn.

    Where there are fewer operations than seeds, each of them has its turn.
    """
    for seed in seeds:
        dice = random.Random(f"{name} {seed}")
        yield f"{seed} seconds", Moment("seconds", span.seconds * dice.random())
        if span.lines:
            yield f"{seed} lines", Moment("lines", dice.randint(1, span.lines))
        if span.operations:
            at = 1 + (seed * 7919) % span.operations  # a prime: all, none twice
            yield f"{seed} operations", Moment("operations", at)


def try_kill(one: Prepared, folder: Path, moment: Moment) -> dict[str, Any]:
    """Kills the victim at the moment in a copy of its folder and judges what is left.

    Returns: the moment, whether it was killed in time, before which line or operation,
    reads of the readers, which releases they saw, and problems, none if all is well.
    """
    shutil.rmtree(folder, ignore_errors=True)
    copied(one.folder, folder)
    published = folder / "published"
    victim = one.victim
    reader = Reader(published) if victim.is_published else None
    end = killed(partial(work, victim.name), folder, moment)
    problems = [f"it failed: {end.error}"] if end.error else []
    if victim.is_published:
        problems += _mixed(look(published), one, "after the kill")
    seen = reader.stop() if reader else None
    if seen:
        problems += [f"a reader: {text}" for text in seen.broken]
        for way, states in seen.states.items():
            for state in states:
                problems += _mixed({way: state}, one, "a reader")
    try:
        victim.again(folder)
        problems += victim.problems(folder)
    except Exception as error:
        problems.append(f"again: {error!r}")
    shutil.rmtree(folder)
    return {
        **asdict(moment),
        "was_killed": end.was_killed,
        "before": end.before,
        "reads": seen.reads if seen else 0,
        "saw": sorted({s[0] for states in seen.states.values() for s in states})
        if seen
        else [],
        "problems": problems[:5],
    }


def _mixed(states: dict[str, tuple[str, str]], one: Prepared, who: str) -> list[str]:
    """What is neither the old release nor the new one, whole."""
    return [
        f"{who}: {way} is of neither release ({release})"
        for way, (release, content) in states.items()
        if (release, content) not in (one.old[way], one.new[way])
    ]
