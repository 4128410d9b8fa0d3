"""`make train-identity`: what each agreement is worth, learnt from a data folder.

    python -m pipelines.identity.train [--data D] [--inbox I] [--clock T] [--dry-run]

Reads int_accounts, int_account_links and the decisions file, prints the parameters in
use and the new ones side by side with what they would link, and writes
<DATA>/identity/model.json, which every later run uses; deleting that file goes back to
the parameters that come with the project. A run never trains.

Exit codes: 0 done, 1 there is nothing to learn from, 2 wrong options or settings.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pipelines import exit_codes
from pipelines.command import Refused
from pipelines.identity import cli, evidence, model, policy, statements
from pipelines.identity.cli import Desk
from pipelines.identity.comparisons import COMPARISONS, Level
from pipelines.identity.decide import flagged
from pipelines.identity.fitting import Answers, TrainingSet, fit, training_set
from pipelines.identity.manual import ManualDecisions
from pipelines.identity.model import Parameters
from pipelines.identity.statements import Sense

# Of fewer accounts too few are found to be one person: chance would set the worths.
LEAST_ACCOUNTS = 500
DIGITS = 3
# Whose worth depends on how many there are is shown for a community of this size.
SHOWN_FOR = 10_000


def main(arguments: list[str] | None = None) -> int:
    """Trains once and returns the exit code."""
    parser = cli.options(
        "train-identity", "Learn what agreements are worth.", writes=False
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    return cli.run("train-identity", parser.parse_args(arguments), _train)


def _train(desk: Desk, given: argparse.Namespace) -> int:
    if not desk.people.is_whole:
        raise Refused(
            f"training reads {desk.workspace.warehouse}, which a refresh holds or"
            " nobody has made yet: wait for its end, or run `make refresh` first"
        )
    accounts, links = desk.people.everything()
    if len(accounts) < LEAST_ACCOUNTS:
        raise Refused(
            f"{len(accounts)} accounts are too few to learn from (at least"
            f" {LEAST_ACCOUNTS}): one wrong pair would weigh more than all others."
            " The parameters in use stay"
        )
    people = flagged(evidence.prepare(accounts), desk.by_hand())
    unknown = training_set(people, links)
    answers = answered(unknown, people, desk.by_hand())
    before = model.parameters(desk.workspace.data)
    after = rounded(
        fit(
            [replace(unknown, answers=answers)],
            before,
            f"trained on {len(accounts)} accounts, {desk.today.isoformat()}",
        )
    )
    print(f"{len(accounts)} accounts, {len(answers)} pairs answered by hand\n")
    print("\n".join(side_by_side(before, after)))
    print("\n".join(_effect(people, links, before, after)))
    if given.dry_run:
        print("Nothing was written.")
        return exit_codes.OK
    file = desk.workspace.data / model.TRAINED
    keep(after, file)
    print(f"Written: {file}. Delete it to go back to the shipped parameters.")
    return exit_codes.OK


def answered(
    unknown: TrainingSet, people: pd.DataFrame, by_hand: ManualDecisions
) -> Answers:
    """What the lines of the decisions file say about people as the rules know them.

    Lines about accounts that the rules join anyway, or no longer there, say nothing.
    """
    position = {account: at for at, account in enumerate(people["account_id"])}
    found: Answers = {}
    for decision in by_hand.decisions:
        for said in statements.of(decision):
            if said.sense is Sense.FREED:
                continue
            for one in said.one:
                for other in said.other:
                    if one not in position or other not in position:
                        continue
                    labels = unknown.labels[[position[one], position[other]]]
                    low, high = sorted(int(label) for label in labels)
                    if low != high:
                        found[low, high] = said.sense is Sense.TOGETHER
    return found


def rounded(parameters: Parameters) -> Parameters:
    """To the digits that the file has."""
    return Parameters(
        parameters.name,
        _short(parameters.others),
        {
            comparison: {level: (_short(m), _short(u)) for level, (m, u) in row.items()}
            for comparison, row in parameters.weights.items()
        },
    )


def _short(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def written(parameters: Parameters) -> str:
    """The text of a file of parameters, a level a line."""
    short = rounded(parameters)
    comparisons = []
    for name, levels in short.weights.items():
        rows = [
            f"      {json.dumps(level)}: {json.dumps(pair)}"
            for level, pair in levels.items()
        ]
        inner = ",\n".join(rows)
        comparisons.append(f"    {json.dumps(name)}: {{\n{inner}\n    }}")
    weights = ",\n".join(comparisons)
    return (
        f'{{\n  "name": {json.dumps(short.name, ensure_ascii=False)},\n'
        f'  "others": {json.dumps(short.others)},\n'
        f'  "weights": {{\n{weights}\n  }}\n}}\n'
    )


def keep(parameters: Parameters, file: Path) -> None:
    """Writes the file in one step: a run that reads it has the old or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(written(parameters), encoding="utf-8")
    part.replace(file)


def bits(level: Level, m: float, u: float, people: int = SHOWN_FOR) -> float:
    """How many times the odds double where a pair reaches the level.

    A name counts as borne by as few as it may be; see `policy.RAREST_NAME`.
    """
    if level.frequency_of in ("name_key", "sound_key"):
        u = policy.RAREST_NAME / people
    elif level.strangers == "per account":
        u = u / people
    return math.log2(max(m, 1e-9) / u)


def side_by_side(before: Parameters, after: Parameters) -> Iterator[str]:
    """A line a level: share of pairs of one person, of two, and the worth in bits."""
    yield f"before: {before.name}"
    yield f"after:  {after.name}"
    yield f"other accounts of a person: {before.others:.3g} -> {after.others:.3g}"
    yield f"{'':26} {'one person':>20} {'two people':>22} {'bits':>15}"
    for comparison in COMPARISONS:
        yield comparison.name
        for level in comparison.levels:
            if level.is_unknown:
                continue
            (m, u), (new_m, new_u) = (
                one.weights[comparison.name][level.name] for one in (before, after)
            )
            yield (
                f"  {level.name:24} {m:8.3g} -> {new_m:8.3g} {u:9.3g} -> {new_u:9.3g}"
                f" {bits(level, m, u):5.1f} -> {bits(level, new_m, new_u):5.1f}"
            )


@dataclass(frozen=True)
class _Found:
    """Pairs that the model links, and that it puts to a person, by position."""

    linked: set[tuple[int, int]]
    queued: set[tuple[int, int]]


def _effect(
    people: pd.DataFrame, links: pd.DataFrame, before: Parameters, after: Parameters
) -> Iterator[str]:
    """What the model makes of the accounts, before and after."""
    old, new = (_found(people, links, one) for one in (before, after))
    for what, then, now in (
        ("linked", old.linked, new.linked),
        ("to review", old.queued, new.queued),
    ):
        yield (
            f"pairs {what}: {len(then)} -> {len(now)}"
            f" ({len(now - then)} new, {len(then - now)} no more)"
        )


def _found(people: pd.DataFrame, links: pd.DataFrame, weights: Parameters) -> _Found:
    result = evidence.collect(people, links, weights)
    sets = []
    for pairs in (result.pairs, result.doubts):
        by_model = pairs[pairs["rule"].eq(policy.PROBABLE.name)]
        sets.append(
            {
                (int(a), int(b))
                for a, b in zip(by_model["a"], by_model["b"], strict=True)
            }
        )
    return _Found(*sets)


if __name__ == "__main__":
    sys.exit(main())
