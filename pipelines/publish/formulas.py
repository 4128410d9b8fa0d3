"""Published formulas stay what they were: their numbers, kept with every release.

A series of scores means something only as long as its formula does. The first release
that shows a version fixes its rows of activity_points, formula_versions and stage_rules
(texts apart); a later build with other numbers stops and names the rows. A version that
was never published may change freely. What kind of thing a type of activity is
(activity_types) all versions share: a new type may join, one that was published stays.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pipelines.workspace import DBT_PROJECT

FILE = "formulas.json"
SEEDS = DBT_PROJECT / "seeds"
# Seed: what names a row of a version. Descriptions and labels are no numbers.
KEYS = {
    "formula_versions": (),
    "activity_points": ("activity_type",),
    "stage_rules": ("priority",),
}
TEXTS = {"formula_version", "description", "label_ja", "label_en"}
# Stands beside the versions. What is suggested and how it is called moves no score.
TYPES = "activity_types"
TYPE_COLUMNS = ("category", "family", "is_daily_capped", "is_proof")

Rows = dict[str, dict[str, str]]  # "activity_points speak" -> column -> value
Formulas = dict[str, Rows]


def read(seeds: Path = SEEDS) -> Formulas:
    """Returns every version's rows in the seeds, and under TYPES the types."""
    formulas: Formulas = {TYPES: {}}
    with (seeds / f"{TYPES}.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            formulas[TYPES][row["activity_type"]] = {
                column: _plain(row[column]) for column in TYPE_COLUMNS
            }
    for seed, key in KEYS.items():
        with (seeds / f"{seed}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                name = " ".join((seed, *(row[column] for column in key)))
                formulas.setdefault(row["formula_version"], {})[name] = {
                    column: _plain(value)
                    for column, value in row.items()
                    if column not in TEXTS
                }
    return formulas


def published(release: Path | None) -> Formulas:
    """Returns the versions that releases have fixed; none before the first one."""
    file = release / FILE if release else None
    if file is None or not file.exists():
        return {}
    fixed: Formulas = json.loads(file.read_text(encoding="utf-8"))
    return fixed


def write(folder: Path, previous: Path | None, seeds: Path = SEEDS) -> None:
    """Keeps with a new release what is fixed, and fixes what is new in the seeds."""
    now, before = read(seeds), published(previous)
    fixed = {**now, **before, TYPES: {**now[TYPES], **before.get(TYPES, {})}}
    text = json.dumps(fixed, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def edited(release: Path | None, seeds: Path = SEEDS) -> str | None:
    """Returns a sentence when a published version or type is another, None when not.

    A version that is gone from the seeds is no longer shown: nothing is wrong with it.
    """
    now, before = read(seeds), published(release)
    types = before.get(TYPES, {})
    kept = {name: row for name, row in now[TYPES].items() if name in types}
    other_types = list(_differences(types, kept))
    if other_types:
        return (
            "a published type of activity never becomes another kind of thing, or past"
            f" scores change their meaning: {TYPES} "
            + f"; {TYPES} ".join(other_types)
            + ". Take the change back; add a type of another name instead and let the"
            " source's map write that one"
        )
    differences = [
        f"{version} {difference}"
        for version, rows in sorted(before.items())
        if version in now and version != TYPES
        for difference in _differences(rows, now[version])
    ]
    if not differences:
        return None
    return (
        "a published version of the formula never changes its numbers: "
        + "; ".join(differences)
        + ". Take the change back and add a new version (rows of its own in"
        " formula_versions, activity_points and stage_rules)"
    )


def _differences(before: Rows, now: Rows) -> Iterator[str]:
    for name in sorted(before.keys() | now.keys()):
        if name not in now:
            yield f"{name} is missing"
        elif name not in before:
            yield f"{name} is new"
        else:
            columns = sorted(before[name].keys() | now[name].keys())
            for column in columns:
                was, has = before[name].get(column, ""), now[name].get(column, "")
                if was != has:
                    yield f"{name}: {column} is {has or 'empty'}, was {was or 'empty'}"


def _plain(value: str | None) -> str:
    """One spelling of a value: 10, 10.0 and 1e1 are the same number."""
    text = (value or "").strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text.lower()
    return f"{number.normalize():f}"
