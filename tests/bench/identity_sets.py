"""The labelled sets by name: what they are, and where they come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.identity import measure
from pipelines.identity.measure import LabelledSet
from pipelines.workspace import PROJECT

DATA = PROJECT.parent / "shared" / "data"


@dataclass(frozen=True)
class Named:
    """A set that can be asked for. load: from the folder where sets are made."""

    name: str
    title: str
    load: Callable[[Path], LabelledSet]


def real(name: str, title: str) -> Named:
    """A set of real people, from beside the project."""
    return Named(name, title, lambda _: measure.load(DATA / name))


SETS = {
    one.name: one
    for one in (
        real("sympy", "one project, every contributor labelled"),
        real("rust", "21 repositories, 612 people labelled"),
        real("ruby", "events and repositories, 690 people labelled"),
    )
}
