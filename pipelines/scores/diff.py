"""`make score-diff`: who moves when the formula changes, before anything is published.

    python -m pipelines.scores.diff FROM TO [--seeds FOLDER] [--data D] [--top N]

FROM, TO: versions of the formula. TO may stand in a copy of dbt_project/seeds that was
edited (--seeds); then it may even bear the name of FROM. Scores of the facts last
refreshed are computed under both; the warehouse and the release stay as they are.
Exit codes: 0, 1 nothing to compare or a refresh is running, 2 wrong version or options.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from pipelines import exit_codes
from pipelines.dbt import DbtFailed
from pipelines.refresh import where
from pipelines.scores.formula import SEEDS, STAGES, Formula, FormulaError
from pipelines.scores.rehearsal import NoScores, Rehearsed, rehearse
from pipelines.settings import SettingError, read_environment
from pipelines.workspace import Busy

LARGEST = 10
KINDS = ("event", "share")
QUANTILES = (0.5, 0.75, 0.9, 0.99, 1.0)


def main(arguments: list[str] | None = None) -> int:
    """Prints the comparison and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="score-diff", description="Who moves when the score formula changes."
    )
    parser.add_argument("old", metavar="FROM", help="the version now, e.g. v1")
    parser.add_argument("new", metavar="TO", help="the version that is tried, e.g. v2")
    parser.add_argument("--seeds", default="", help="an edited copy of the seeds")
    parser.add_argument("--data", default="", help="data folder (default data/)")
    parser.add_argument("--inbox", default="", help="folder of exported files")
    parser.add_argument("--top", type=int, default=LARGEST, help="largest moves shown")
    given = parser.parse_args(arguments)
    try:
        old, new = _formulas(given)
        workspace, _ = where(given, read_environment(os.environ))
        found = rehearse(workspace, [old, new])
    except (FormulaError, SettingError) as error:
        print(f"score-diff: {error}", file=sys.stderr)
        return exit_codes.USAGE
    except (NoScores, Busy, DbtFailed) as error:
        print(f"score-diff: {error}", file=sys.stderr)
        return exit_codes.FAILED
    names = (
        (given.old, given.new)
        if given.old != given.new
        else (given.old, f"{given.new} of {new.folder.name}")
    )
    print("\n".join(report(found, names, given.top)))
    return exit_codes.OK


def _formulas(given: argparse.Namespace) -> tuple[Formula, Formula]:
    """Both versions, whole. Raises: FormulaError."""
    if not given.old or not given.new:
        raise FormulaError("say which versions: make score-diff FROM=v1 TO=v2")
    old = Formula(given.old)
    new = Formula(given.new, Path(given.seeds).resolve() if given.seeds else SEEDS)
    if old == new:
        raise FormulaError(
            f"'{given.old}' is compared with itself: add a version to {SEEDS}, or edit"
            " a copy of that folder and say SEEDS=<copy>"
        )
    old.check()
    new.check()
    return old, new


def report(found: Rehearsed, names: tuple[str, str], top: int) -> Iterator[str]:
    """The comparison in lines of text. names: of the two formulas."""
    both = compared(found)
    if found.is_synthetic:
        yield "ALL NUMBERS ARE SYNTHETIC: the sandbox community."
    yield f"{names[0]} -> {names[1]}, {len(both)} members as of {found.as_of}"
    yield headline(both)
    yield ""
    yield from _stages(both, names)
    yield ""
    yield from _moves(both)
    yield from _quantiles(both, names)
    yield ""
    yield from _largest(both, top)


def compared(found: Rehearsed) -> pd.DataFrame:
    """One row a member, columns of both formulas as `_old` and `_new`."""
    old, new = found.scores
    both = old.merge(
        new.drop(columns="display_name"), on="member_id", suffixes=("_old", "_new")
    )
    both["change"] = sum(
        both[f"{kind}_score_new"] - both[f"{kind}_score_old"] for kind in KINDS
    )
    both["is_moved"] = both["stage_old"] != both["stage_new"]
    return both


def headline(both: pd.DataFrame) -> str:
    """What changes, in one sentence."""
    moved = int(both["is_moved"].sum())
    stars = int(
        (both["stage_new"] == "star").sum() - (both["stage_old"] == "star").sum()
    )
    told = f"moves {moved:,} member{'' if moved == 1 else 's'}"
    if stars == 0:
        return f"{told}, as many stars"
    more = "more" if stars > 0 else "fewer"
    return f"{told}, {abs(stars):,} star{'' if abs(stars) == 1 else 's'} {more}"


def _stages(both: pd.DataFrame, names: tuple[str, str]) -> Iterator[str]:
    """Members per stage before and after."""
    wide = max(10, *(len(name) for name in names))
    yield (
        f"{'stage':<12}"
        + "".join(f"{name:>{wide + 2}}" for name in names)
        + (f"{'change':>10}")
    )
    for stage in STAGES:
        old, new = (
            int((both[f"stage_{side}"] == stage).sum()) for side in ("old", "new")
        )
        yield (
            f"{stage:<12}{old:>{wide + 2},}{new:>{wide + 2},}"
            f"{(f'{new - old:+,}' if new != old else '='):>10}"
        )


def _moves(both: pd.DataFrame) -> Iterator[str]:
    """From which stage to which, the most frequent first."""
    moved = both[both["is_moved"]]
    if moved.empty:
        return
    yield "members whose stage changes"
    counts = Counter(zip(moved["stage_old"], moved["stage_new"], strict=True))
    for (old, new), members in sorted(
        counts.items(), key=lambda item: (-item[1], item[0])
    ):
        yield f"  {old} -> {new}: {members:,}"
    yield ""


def _quantiles(both: pd.DataFrame, names: tuple[str, str]) -> Iterator[str]:
    """Where scores lie, of the members who have any under either formula."""
    shown = "".join(
        f"{'max' if share == 1 else f'p{share * 100:.0f}':>9}" for share in QUANTILES
    )
    wide = max(8, *(len(name) for name in names))
    yield f"{'scores':<8}{'':<{wide}}{shown}"
    for kind in KINDS:
        columns = [f"{kind}_score_{side}" for side in ("old", "new")]
        scored = both[(both[columns] != 0).any(axis=1)]
        for column, name in zip(columns, names, strict=True):
            values = scored[column].quantile(list(QUANTILES)).fillna(0)
            yield f"{kind:<8}{name:<{wide}}" + "".join(
                f"{value:>9.1f}" for value in values
            )


def _largest(both: pd.DataFrame, top: int) -> Iterator[str]:
    """Those whose scores change most, by name; equal ones in the order of ids."""
    changed = both[(both["change"].abs() >= 0.05) | both["is_moved"]]
    order = changed["change"].abs().sort_values(ascending=False, kind="stable").index
    if changed.empty:
        yield "nobody's score changes"
        return
    yield "largest moves (event + share)"
    for _, row in changed.loc[order].head(top).iterrows():
        name = row["display_name"] if pd.notna(row["display_name"]) else "(no name)"
        scores = ", ".join(
            f"{kind} {row[f'{kind}_score_old']:.1f} -> {row[f'{kind}_score_new']:.1f}"
            for kind in KINDS
        )
        stage = (
            f"{row['stage_old']} -> {row['stage_new']}"
            if row["is_moved"]
            else str(row["stage_old"])
        )
        yield f"  {row['change']:+7.1f}  {name} ({row['member_id']}): {scores}; {stage}"


if __name__ == "__main__":
    sys.exit(main())
