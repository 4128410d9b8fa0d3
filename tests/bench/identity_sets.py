"""The labelled sets by name: what they are, and where they come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.identity import measure
from pipelines.identity.measure import LabelledSet
from pipelines.workspace import PROJECT
from tests.bench.identity_community import community

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


def invented(size: int) -> Named:
    """An invented community of that many accounts."""

    def load(_: Path) -> LabelledSet:
        made = community(size)
        return LabelledSet(
            f"invented-{size}",
            made.accounts.to_pandas(),
            made.links.to_pandas(),
            made.truth,
        )

    return Named(f"invented-{size}", f"{size:,} accounts with Japanese names", load)


SETS = {
    one.name: one
    for one in (
        real("sympy", "one project, every contributor labelled"),
        real("rust", "21 repositories, 612 people labelled"),
        real("ruby", "events and repositories, 690 people labelled"),
        invented(10_000),
        invented(100_000),
        invented(1_000_000),
    )
}
