"""The hard Japanese cases; see tests/identity/hard_pairs.yaml.

As a labelled set: who must be one person (`same`, and what follows from it within a
case) is a person, everybody else is somebody else. What a careful person would ask
about (`review`) counts as wrong when it is linked, and is no miss. The ordinary people
among whom the cases are resolved are not judged. And by category, as they are written.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from pipelines.identity import measure
from pipelines.identity.measure import LabelledSet
from tests.bench.benchmark import Bench, Benchmark, Figures
from tests.bench.tables import table
from tests.identity import hard_pairs
from tests.identity.hard_pairs import World


def load(_: Path) -> LabelledSet:
    """All cases among the ordinary people."""
    world = _world()
    cases = hard_pairs.cases()
    own = pd.DataFrame(
        {"account_id": row["account_id"]} for case in cases for row in case.accounts
    )
    same = pd.DataFrame(
        {"account_id_a": one, "account_id_b": other}
        for case in cases
        for (one, other), expected in case.expected.items()
        if expected == "same"
    )
    bots = world.accounts.loc[world.accounts["is_bot"].eq(True), "account_id"]
    truth = measure.joined(own, same).rename(columns={"member_id": "person_id"})
    truth = truth[~truth["account_id"].isin(bots)]
    return LabelledSet("hard", world.accounts, world.links, truth)


def _world() -> World:
    with tempfile.TemporaryDirectory() as folder:
        return hard_pairs.resolved(Path(folder))


def run(_: Bench) -> Figures:
    """Every category: what was found, what was linked wrongly."""
    world = _world()
    rows = hard_pairs.scores(world.verdicts()).to_dict("records")
    return {"categories": rows, "strangers": len(world.strangers())}


def report(figures: Figures) -> str:
    """One line a category."""
    columns = ("category", "cases", "same", "found", "review", "different", "wrong")
    rows = [tuple(row[name] for name in columns) for row in figures["categories"]]
    headers = ("category", "cases", "one person", "found", "to ask", "two people")
    return (
        "Pairs of accounts by what is expected of them; wrong: linked although they are"
        " two people, or to be asked about.\n\n"
        + table((*headers, "wrong"), rows)
        + f"\n\nMembers with accounts of two cases: {figures['strangers']}."
    )


BENCHMARK = Benchmark("hard-cases", "hard: by category", run, report)
