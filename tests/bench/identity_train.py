"""How the parameters that come with the project were found; writes them again.

    python -m tests.bench.identity_train [--date 2026-11-22] [--write]
    python -m tests.bench.identity_train --table    # of docs/identity.md

Learns from one real set (rust, its labels) and from an invented community of 10,000
accounts without its commits, starting from guesses (identity_train_start.json). No
other set takes part: what the rest of the bench says of them is of people never seen.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from pipelines.identity import evidence, measure, model
from pipelines.identity.comparisons import COMPARISONS, Level
from pipelines.identity.fitting import TrainingSet, fit, training_set
from pipelines.identity.model import Parameters
from pipelines.identity.train import SHOWN_FOR, bits, side_by_side, written
from tests.bench.identity_community import community
from tests.bench.identity_sets import DATA
from tests.bench.identity_write import DOCUMENT
from tests.bench.tables import table

START = Path(__file__).with_name("identity_train_start.json")
REAL, SIZE, SEED = "rust", 10_000, 17
BEGIN = "<!-- weights: written by `python -m tests.bench.identity_train --table` -->"
END = "<!-- end of the weights -->"


def main() -> int:
    """Prints the parameters beside those in the file; --write replaces them."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.identity_train")
    parser.add_argument("--date", default="2026-11-22", help="the day of the name")
    parser.add_argument("--write", action="store_true", help="replace model.json")
    parser.add_argument("--table", action="store_true", help="write the table only")
    given = parser.parse_args()
    if given.table:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(with_table(text, model.SHIPPED), encoding="utf-8")
        return 0
    if not (DATA / REAL).is_dir():
        print(f"no {DATA / REAL}: the shared data stands beside the project")
        return 2
    logging.disable(logging.WARNING)
    found = fit(
        [of_real(REAL), of_invented()],
        model.read_parameters(START),
        f"{REAL} + invented community, {given.date}",
    )
    print("\n".join(side_by_side(model.SHIPPED, found)))
    is_same = written(found) == model.SHIPPED_FILE.read_text(encoding="utf-8")
    print("the same as shipped" if is_same else "not the same as shipped")
    if given.write:
        model.SHIPPED_FILE.write_text(written(found), encoding="utf-8")
    return 0


def of_real(name: str) -> TrainingSet:
    """A labelled set."""
    data = measure.load(DATA / name)
    return labelled(data.accounts, data.links, data.truth)


def of_invented(size: int = SIZE, seed: int = SEED) -> TrainingSet:
    """An invented community without commits: those are what the real set has."""
    made = community(size, seed)
    accounts = made.accounts.to_pandas()
    return labelled(
        accounts[accounts["source"].ne("git")], made.links.to_pandas(), made.truth
    )


def labelled(
    accounts: pd.DataFrame, links: pd.DataFrame, truth: pd.DataFrame
) -> TrainingSet:
    """Accounts (ACCOUNTS), links (LINKS) and who they are (account_id, person_id)."""
    people = evidence.prepare(accounts)
    persons = people["account_id"].map(truth.set_index("account_id")["person_id"])
    unknown = training_set(people, links)
    return TrainingSet(
        unknown.features, unknown.labels, unknown.together, persons.astype("str")
    )


def start() -> Parameters:
    """The guesses from which training starts."""
    return model.read_parameters(START)


def with_table(text: str, weights: Parameters) -> str:
    """The page with the table of these weights. Raises: ValueError without markers."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no lines '{BEGIN}' and '{END}'")
    headers = ("question", "answer", "one person", "two people", "bits")
    told = table(headers, list(_rows(weights)))
    return f"{before}{BEGIN}\n\n{told.rstrip()}\n\n{END}{after}"


def _rows(weights: Parameters) -> Iterator[tuple[str, ...]]:
    for comparison in COMPARISONS:
        asked = comparison.name.replace("_", " ")
        for level in comparison.levels:
            if level.is_unknown:
                continue
            m, u = weights.weights[comparison.name][level.name]
            words = level.words or "none of these"
            worth = f"{bits(level, m, u):+.1f}"
            yield asked, words, f"{m:.1%}", _among_strangers(level, u), worth
            asked = ""


def _among_strangers(level: Level, u: float) -> str:
    """Of pairs of two people so many reach the level."""
    if level.frequency_of in ("name_key", "sound_key"):
        return "as rare as the name"
    if level.frequency_of:
        return f"as rare as the employer ({u:.1%})"
    if level.strangers == "per account":
        return f"{u:.2g} in {SHOWN_FOR:,}"
    return f"{u:.1%}" if u >= 0.001 else f"{u:.2g}"


if __name__ == "__main__":
    sys.exit(main())
