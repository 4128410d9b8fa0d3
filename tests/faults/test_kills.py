"""Killed at any moment: readers notice nothing, and the same again ends whole.

The bench (`make bench-faults`) kills some hundred times; here each victim dies a few
times, at moments drawn by seed.
"""

from pathlib import Path

import pytest

from tests.faults.killing import Moment
from tests.faults.kills import Prepared, prepared, try_kill

HOWS = ("seconds", "lines", "operations")


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Prepared]:
    folder = tmp_path_factory.mktemp("victims")
    names = ("publication", "roll-back", "acknowledgement", "erasure")
    return {name: prepared(name, folder / name) for name in names}


@pytest.mark.parametrize(
    ("name", "share", "how"),
    [
        ("publication", 0.35, "seconds"),
        ("publication", 0.7, "lines"),
        ("publication", 0.9, "operations"),
        ("roll-back", 0.8, "seconds"),
        ("roll-back", 0.99, "lines"),
        ("roll-back", 0.6, "operations"),
        ("acknowledgement", 0.9, "lines"),
        ("acknowledgement", 1.0, "operations"),
        ("erasure", 0.4, "seconds"),
        ("erasure", 0.7, "operations"),
    ],
)
def test_a_kill_leaves_the_old_or_the_new_and_the_same_again_ends_whole(
    name: str, share: float, how: str, victims: dict[str, Prepared], tmp_path: Path
):
    one = victims[name]
    whole = getattr(one.span, how)
    at = whole * share if how == "seconds" else max(1, round(whole * share))
    done = try_kill(one, tmp_path / "killed", Moment(how, at))
    assert done["problems"] == []
    assert done["was_killed"] or how == "seconds"
    assert done["reads"] > 0 or not one.victim.is_published
