"""The labelled sets by name: what they are, and where they come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.identity import measure
from pipelines.identity.measure import LabelledSet
from pipelines.workspace import PROJECT
from tests.bench import identity_febrl, identity_hard, identity_sandbox
from tests.bench.benchmark import Failed
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

    def load(_: Path) -> LabelledSet:
        if not (DATA / name).is_dir():
            raise Failed(f"no {DATA / name}: the shared data stands beside the project")
        return measure.load(DATA / name)

    return Named(name, title, load)


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


def sandbox(members: int, seed: int) -> Named:
    """The sandbox of that size, through the whole pipeline."""
    return Named(
        f"sandbox-{members}",
        f"all platforms of a community of {members:,}, seed {seed}",
        lambda folder: identity_sandbox.load(folder, members, seed),
    )


def febrl(number: str, *, with_mail: bool) -> Named:
    """A set of febrl; with_mail: the social security number as the mailbox."""
    told = "the number as the mailbox" if with_mail else "names and suburbs only"
    return Named(
        identity_febrl.name_of(number, with_mail=with_mail),
        told,
        lambda folder: identity_febrl.load(folder, number, with_mail=with_mail),
    )


SETS = {
    one.name: one
    for one in (
        real("sympy", "one project, every contributor labelled"),
        real("rust", "21 repositories, 612 people labelled"),
        real("ruby", "events and repositories, 690 people labelled"),
        sandbox(200, 1),
        sandbox(2_000, 2),
        sandbox(10_000, 3),
        *(febrl(number, with_mail=False) for number in identity_febrl.FILES),
        *(febrl(number, with_mail=True) for number in identity_febrl.FILES),
        Named("hard", "hard Japanese pairs among ordinary people", identity_hard.load),
        invented(10_000),
        invented(100_000),
        invented(1_000_000),
    )
}
