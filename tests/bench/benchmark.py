"""What a benchmark is, where it works, and what it is asked to print."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Figures = dict[str, Any]  # JSON: what was measured


@dataclass(frozen=True)
class Bench:
    """Where benchmarks work, and whether in earnest or tiny, to try them out."""

    folder: Path
    is_tiny: bool

    def size(self, real: int, tiny: int) -> int:
        """The size asked for."""
        return tiny if self.is_tiny else real

    def fresh(self, name: str) -> Path:
        """An empty folder of that name."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def say(self, text: str) -> None:
        """Tells how far it is."""
        print(f"    {text}", flush=True)


@dataclass(frozen=True)
class Benchmark:
    """One benchmark. report: its figures as Markdown, for docs/benchmarks.md."""

    name: str
    title: str
    run: Callable[[Bench], Figures]
    report: Callable[[Figures], str]


class Failed(Exception):
    """What was measured did not do its work; the message says what it said."""
