"""A published formula keeps its numbers: what a release fixes, and who says so."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines.publish import formulas


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    for seed in (*formulas.KEYS, formulas.TYPES):
        shutil.copy(formulas.SEEDS / f"{seed}.csv", folder)
    return folder


@pytest.fixture
def release(tmp_path: Path, seeds: Path) -> Path:
    """The first release: it fixes v1."""
    folder = tmp_path / "release"
    folder.mkdir()
    formulas.write(folder, None, seeds)
    return folder


def replace(seeds: Path, seed: str, old: str, new: str) -> None:
    file = seeds / f"{seed}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_before_the_first_release_everything_may_change(seeds: Path):
    replace(seeds, "activity_points", "v1,speak,10,10", "v1,speak,12,12")
    assert formulas.edited(None, seeds) is None


@pytest.mark.parametrize(
    ("seed", "old", "new", "named"),
    [
        ("activity_points", "v1,speak,10,10", "v1,speak,12,10",
         "v1 activity_points speak: base_points is 12, was 10"),
        ("activity_points", "v1,blog,8,8\n", "", "v1 activity_points blog is missing"),
        ("activity_points", "v1,blog,8,8\n", "v1,blog,8,8\nv1,zine,8,8\n",
         "v1 activity_points zine is new"),
        ("formula_versions", "v1,90,", "v1,60,",
         "v1 formula_versions: half_life_days is 60, was 90"),
        ("stage_rules", "total_3,3,", "total_3,,",
         "v1 stage_rules 2: min_total_points is empty, was 3"),
    ],
)  # fmt: skip
def test_a_changed_number_is_named(
    seeds: Path, release: Path, seed: str, old: str, new: str, named: str
):
    replace(seeds, seed, old, new)
    sentence = formulas.edited(release, seeds)
    assert sentence is not None
    assert named in sentence
    assert "add a new version" in sentence


def test_words_and_spellings_are_no_numbers(seeds: Path, release: Path):
    replace(seeds, "stage_rules", "ライト,light", "ライト会員,lighter")
    replace(seeds, "activity_points", "v1,speak,10,10", "v1,speak,10.0,1e1")
    replace(seeds, "formula_versions", "First version", "The first version")
    assert formulas.edited(release, seeds) is None


def test_a_new_version_beside_is_free_until_it_is_published(
    seeds: Path, release: Path, tmp_path: Path
):
    for seed in formulas.KEYS:
        file = seeds / f"{seed}.csv"
        rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text(
            "".join(rows) + "".join(r.replace("v1,", "v2,", 1) for r in rows[1:]),
            encoding="utf-8",
        )
    replace(seeds, "activity_points", "v2,speak,10,10", "v2,speak,12,12")
    assert formulas.edited(release, seeds) is None
    later = tmp_path / "later"
    later.mkdir()
    formulas.write(later, release, seeds)
    replace(seeds, "activity_points", "v2,speak,12,12", "v2,speak,13,12")
    assert "v2 activity_points speak: base_points is 13, was 12" in str(
        formulas.edited(later, seeds)
    )


def test_a_release_keeps_what_an_earlier_one_fixed(
    seeds: Path, release: Path, tmp_path: Path
):
    """Whatever the seeds say meanwhile: the first release's numbers stand."""
    replace(seeds, "activity_points", "v1,speak,10,10", "v1,speak,12,12")
    later = tmp_path / "later"
    later.mkdir()
    formulas.write(later, release, seeds)
    assert formulas.published(later) == formulas.published(release)


SPEAK = "speak,event,presence,false,true,true,"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (SPEAK, "speak,share,presence,false,true,true,",
         "activity_types speak: category is share, was event"),
        (SPEAK, "speak,event,,false,true,true,",
         "activity_types speak: family is empty, was presence"),
        (SPEAK, "speak,event,presence,false,false,true,",
         "activity_types speak: is_proof is false, was true"),
        ("post,share,,true,", "post,share,,false,",
         "activity_types post: is_daily_capped is false, was true"),
        ("sign_in,other,,false,false,false,ログイン,,sign-in,\n", "",
         "activity_types sign_in is missing"),
    ],
)  # fmt: skip
def test_a_published_type_stays_the_kind_of_thing_it_was(
    seeds: Path, release: Path, old: str, new: str, named: str
):
    replace(seeds, "activity_types", old, new)
    sentence = formulas.edited(release, seeds)
    assert sentence is not None
    assert named in sentence
    assert "add a type of another name" in sentence
    assert formulas.edited(None, seeds) is None


def test_a_type_may_join_and_is_fixed_from_then_on(
    seeds: Path, release: Path, tmp_path: Path
):
    replace(
        seeds, "activity_types", SPEAK, f"zine,share,,false,false,false,,,,\n{SPEAK}"
    )
    replace(seeds, "activity_types", "登壇,回,talk,", "講演,回,lecture,")
    assert formulas.edited(release, seeds) is None
    later = tmp_path / "later"
    later.mkdir()
    formulas.write(later, release, seeds)
    replace(seeds, "activity_types", "zine,share,", "zine,other,")
    assert formulas.edited(release, seeds) is None
    assert "zine: category is other, was share" in str(formulas.edited(later, seeds))


def test_a_release_from_before_types_were_kept_fixes_none(seeds: Path, release: Path):
    file = release / formulas.FILE
    kept = json.loads(file.read_text(encoding="utf-8"))
    del kept[formulas.TYPES]
    file.write_text(json.dumps(kept), encoding="utf-8")
    replace(seeds, "activity_types", SPEAK, "speak,share,presence,false,true,true,")
    assert formulas.edited(release, seeds) is None
