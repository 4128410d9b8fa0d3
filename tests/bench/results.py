"""What was measured so far, in one JSON file: a stopped bench goes on where it was."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.assets.publish import git_commit
from tests.bench.benchmark import Figures


@dataclass(frozen=True)
class Result:
    """One finished benchmark. load: processes that wanted a core when it began."""

    figures: Figures
    seconds: float
    load: float
    commit: str | None


class Results:
    """The file of results; every change is written at once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        known = json.loads(file.read_text()) if file.exists() else {}
        self._results = {name: Result(**result) for name, result in known.items()}

    def get(self, name: str) -> Result | None:
        return self._results.get(name)

    def keep(self, name: str, figures: Figures, *, seconds: float, load: float) -> None:
        result = Result(figures, round(seconds, 1), round(load, 1), git_commit())
        self._results[name] = result
        self._file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(
            {name: asdict(result) for name, result in self._results.items()}, indent=1
        )
        temporary = self._file.with_suffix(".new")
        temporary.write_text(text)
        temporary.replace(self._file)


def load_average() -> float:
    """Returns the mean number of processes that wanted a core in the last minute."""
    return os.getloadavg()[0]
