"""Trials done so far, one JSON line each: a stopped bench goes on where it was."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench.benchmark import Figures


class Trials:
    """The file of trials; each has a part and a name of its own in it.

    most: how many may still be added in this run; None: no limit.
    """

    def __init__(self, file: Path, *, most: int | None = None) -> None:
        self._file = file
        self._left = most
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        # A kill may leave half a line; that trial is done again.
        self._done = [json.loads(line) for line in lines if line.endswith("}")]

    def of(self, part: str) -> list[Figures]:
        """Returns the trials of a part, in the order they were done."""
        return [trial for trial in self._done if trial["part"] == part]

    def is_wanted(self, part: str, name: str) -> bool:
        """Whether it is to be done in this run."""
        known = any(trial["name"] == name for trial in self.of(part))
        return not known and self._left != 0

    def add(self, part: str, name: str, figures: Figures) -> None:
        trial = {"part": part, "name": name, **figures}
        self._done.append(trial)
        if self._left is not None:
            self._left -= 1
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(trial, ensure_ascii=False) + "\n")
        print(f"{part} {name}: {figures.get('problems') or 'well'}", flush=True)
