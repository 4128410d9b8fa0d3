"""make score-diff: who moves under another formula, counted by hand; refusals."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from pipelines.scores import diff
from pipelines.scores.formula import SEEDS, Formula, FormulaError, Row
from pipelines.scores.rehearsal import Rehearsed, rehearse
from pipelines.workspace import Workspace
from tests.scoring.communities import AS_OF
from tests.scoring.conftest import Scores
from tests.scoring.reference import Activity, Community, Member

# Under v2 a visit is worth 6 instead of 3, a slide deck 5 instead of 10.
DONE = {
    "a": ["attend"],  # 3 light -> 6 active
    "b": ["attend", "attend"],  # 6 -> 12, active
    "c": ["speak", "speak", "slide", "slide"],  # 20 and 20 star -> 20 and 10 candidate
    "d": [],
}
NAMES = {"a": "架空 花子", "b": None, "c": "架空 太郎", "d": "架空 次郎"}
Edit = Callable[[Row], Row | None]


def edit(folder: Path, seed: str, change: Edit) -> None:
    """Rewrites a seed; a row becomes what `change` returns, or goes with None."""
    file = folder / f"{seed}.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(new for row in rows if (new := change(dict(row))))


def add_version(folder: Path, name: str, **points: str) -> None:
    """Adds a version like v1 with other points for some types."""
    for seed in ("formula_versions", "activity_points", "stage_rules"):
        file = folder / f"{seed}.csv"
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened))
        with file.open("a", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, fieldnames=list(rows[0]))
            for row in rows:
                if row["formula_version"] != "v1":
                    continue
                worth = points.get(row.get("activity_type", ""))
                if worth:
                    row |= {"base_points": worth, "online_base_points": worth}
                writer.writerow({**row, "formula_version": name})


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the seeds with a version v2."""
    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS, folder)
    add_version(folder, "v2", attend="6", slide="5")
    return folder


@pytest.fixture(scope="module")
def tried(
    scores: Scores, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Workspace, Rehearsed]:
    """The four members, refreshed under v1, and what v1 and v2 make of them."""
    folder = tmp_path_factory.mktemp("tried")
    scores.run(
        Community(
            members=tuple(Member(name, AS_OF) for name in DONE),
            activities=tuple(
                Activity(f"{name}/{number}", name, kind, AS_OF)
                for name, kinds in DONE.items()
                for number, kind in enumerate(kinds)
            ),
        ),
        AS_OF,
    )
    workspace = Workspace(folder / "data")
    workspace.data.mkdir()
    execute = scores.connection.execute
    execute(f"ATTACH '{workspace.warehouse}' AS kept")
    execute("COPY FROM DATABASE warehouse TO kept")
    execute("CREATE TABLE kept.marts.dim_members (member_id TEXT, display_name TEXT)")
    for name in NAMES.items():
        execute("INSERT INTO kept.marts.dim_members VALUES (?, ?)", list(name))
    execute("DETACH kept")
    copied = folder / "seeds"
    shutil.copytree(SEEDS, copied)
    add_version(copied, "v2", attend="6", slide="5")
    before = sha256(workspace.warehouse.read_bytes()).hexdigest()
    found = rehearse(workspace, [Formula("v1"), Formula("v2", copied)])
    assert sha256(workspace.warehouse.read_bytes()).hexdigest() == before
    assert {path.name for path in workspace.data.iterdir()} == {
        ".lock",
        "warehouse.duckdb",
    }
    return workspace, found


def test_the_version_in_use_gives_what_is_published(
    tried: tuple[Workspace, Rehearsed], scores: Scores
) -> None:
    _, found = tried
    rows = found.scores[0][["member_id", "event_score", "share_score", "stage"]]
    assert [tuple(row) for row in rows.itertuples(index=False)] == [
        ("a", 3.0, 0.0, "light"),
        ("b", 6.0, 0.0, "active"),
        ("c", 20.0, 20.0, "star"),
        ("d", 0.0, 0.0, "none"),
    ]


def test_it_says_who_moves(tried: tuple[Workspace, Rehearsed]) -> None:
    text = "\n".join(diff.report(tried[1], ("v1", "v2"), 10))
    assert (
        text
        == f"""\
ALL NUMBERS ARE SYNTHETIC: the sandbox community.
v1 -> v2, 4 members as of {AS_OF}
moves 2 members, 1 star fewer

stage                 v1          v2    change
star                   1           0        -1
candidate              0           1        +1
active                 1           2        +1
light                  1           0        -1
new                    0           0         =
none                   1           1         =
dormant                0           0         =
lapsed                 0           0         =

members whose stage changes
  light -> active: 1
  star -> candidate: 1

scores                p50      p75      p90      p99      max
event   v1            6.0     13.0     17.2     19.7     20.0
event   v2           12.0     16.0     18.4     19.8     20.0
share   v1           20.0     20.0     20.0     20.0     20.0
share   v2           10.0     10.0     10.0     10.0     10.0

largest moves (event + share)
    -10.0  架空 太郎 (c): event 20.0 -> 20.0, share 20.0 -> 10.0; star -> candidate
     +6.0  (no name) (b): event 6.0 -> 12.0, share 0.0 -> 0.0; active
     +3.0  架空 花子 (a): event 3.0 -> 6.0, share 0.0 -> 0.0; light -> active"""
    )


def test_the_same_formula_moves_nobody(tried: tuple[Workspace, Rehearsed]) -> None:
    _, found = tried
    same = Rehearsed(found.as_of, False, (found.scores[1], found.scores[1]))
    lines = list(diff.report(same, ("v2", "v3"), 10))
    assert lines[:2] == [
        f"v2 -> v3, 4 members as of {AS_OF}",
        "moves 0 members, as many stars",
    ]
    assert lines[-1] == "nobody's score changes"


def test_more_stars_are_told_and_the_list_is_as_long_as_asked(
    tried: tuple[Workspace, Rehearsed],
) -> None:
    _, found = tried
    back = Rehearsed(found.as_of, False, found.scores[::-1])
    lines = list(diff.report(back, ("v2", "v1"), 1))
    assert lines[1] == "moves 2 members, 1 star more"
    assert lines[-2:] == [
        "largest moves (event + share)",
        "    +10.0  架空 太郎 (c): event 20.0 -> 20.0, share 10.0 -> 20.0;"
        " candidate -> star",
    ]


def test_the_command_compares_an_edited_copy_of_the_same_version(
    tried: tuple[Workspace, Rehearsed],
    seeds: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def remembered(workspace: Workspace, formulas: list[Formula]) -> Rehearsed:
        asked.extend([workspace.data, *formulas])
        return tried[1]

    monkeypatch.setattr(diff, "rehearse", remembered)
    inbox = seeds.parent / "inbox"
    inbox.mkdir()
    arguments = ["v1", "v1", "--seeds", str(seeds), "--top", "2"]
    data = ["--data", str(seeds.parent), "--inbox", str(inbox)]
    assert diff.main([*arguments, *data]) == 0
    assert asked == [seeds.parent, Formula("v1"), Formula("v1", seeds)]
    out = capsys.readouterr().out
    assert "v1 -> v1 of seeds, 4 members" in out
    assert out.count("架空") == 1  # c and b


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["v1", "v9"], "no version 'v9' in"),
        (["v9", "v2"], "no version 'v9' in"),
        (["", "v2"], "make score-diff FROM=v1 TO=v2"),
    ],
)
def test_a_version_that_is_not_there_is_refused(
    arguments: list[str],
    told: str,
    seeds: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert diff.main([*arguments, "--seeds", str(seeds)]) == 2
    assert told in capsys.readouterr().err


def test_a_version_is_not_compared_with_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert diff.main(["v1", "v1"]) == 2
    assert "compared with itself" in capsys.readouterr().err


def test_without_a_refresh_there_is_nothing_to_compare(
    seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["v1", "v2", "--seeds", str(seeds), "--data", str(tmp_path)]
    assert diff.main(arguments) == 1
    assert "run `make refresh` first" in capsys.readouterr().err


def other(seed: str, column: str, text: str, **where: str) -> tuple[str, Edit]:
    """A change of one column in the rows of v2 that match."""

    def change(row: Row) -> Row:
        wanted = {"formula_version": "v2"} | where
        is_meant = all(row[key] == value for key, value in wanted.items())
        return row | {column: text} if is_meant else row

    return seed, change


def without(seed: str, **where: str) -> tuple[str, Edit]:
    """The rows of v2 that match, gone."""

    def change(row: Row) -> Row | None:
        wanted = {"formula_version": "v2"} | where
        return None if all(row[key] == wanted[key] for key in wanted) else row

    return seed, change


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (without("activity_points", activity_type="speak"), "no points for 'speak'"),
        (
            other("activity_points", "activity_type", "spook", activity_type="speak"),
            "'spook' is no type that scores",
        ),
        (
            other("activity_points", "activity_type", "speak", activity_type="attend"),
            "'speak' has 2 rows",
        ),
        (
            other("activity_points", "base_points", "viel", activity_type="speak"),
            "base_points of 'speak' is 'viel'",
        ),
        (other("formula_versions", "half_life_days", "29"), "half_life_days '29'"),
        (other("formula_versions", "engagement_cap", ""), "engagement_cap ''"),
        (without("stage_rules", stage="star"), "no rule for the stage 'star'"),
        (other("stage_rules", "stage", "sun", stage="star"), "'sun' is no stage"),
        (other("stage_rules", "priority", "31", stage="star"), "priority '31'"),
        (other("stage_rules", "priority", "8", stage="star"), "priority 8 has 2 rules"),
    ],
)
def test_a_version_that_is_not_whole_is_refused(
    fault: tuple[str, Edit], told: str, seeds: Path
) -> None:
    Formula("v2", seeds).check()
    edit(seeds, *fault)
    with pytest.raises(FormulaError, match="version 'v2' is not whole") as refused:
        Formula("v2", seeds).check()
    assert told in str(refused.value)


def test_a_folder_without_a_seed_is_refused(seeds: Path) -> None:
    (seeds / "stage_rules.csv").unlink()
    with pytest.raises(FormulaError, match="copy the whole folder"):
        Formula("v2", seeds).check()


def test_the_versions_of_the_project_are_whole() -> None:
    versions = [row["formula_version"] for row in Formula("").rows("formula_versions")]
    assert versions
    for version in versions:
        Formula(version).check()
