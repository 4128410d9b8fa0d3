"""A refresh that is killed: readers notice nothing, and the next one ends the same."""

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.workspace import Workspace
from tests.pipelines.harness import NEXT_DAY, Project, Reader, kill
from tests.pipelines.parsed import plant


@dataclass
class Undisturbed:
    """A published first day, and what the next day gives when nobody disturbs it."""

    first_day: Project
    seconds: float
    next_day_hashes: dict[str, str]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")
    first_day = Project(folder / "first", runs_unit_tests=False, is_forked=True)
    plant(Workspace(first_day.data / "sandbox"))
    assert first_day.refresh().returncode == 0
    next_day = copied(first_day, folder / "next")
    started = time.monotonic()
    done = next_day.refresh(clock=NEXT_DAY)
    seconds = time.monotonic() - started
    assert done.returncode == 0, done.stdout
    return Undisturbed(first_day, seconds, next_day.mart_hashes())


def copied(project: Project, data: Path) -> Project:
    copy = project.copy(data)
    plant(Workspace(copy.folder))
    return copy


# Shares of an undisturbed run: in build, in audit and publish. The bench has ten.
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_killed_run_leaves_a_whole_release_and_the_next_ends_like_an_undisturbed_one(
    share, undisturbed, tmp_path_factory
):
    data = tmp_path_factory.mktemp("killed") / "data"
    project = copied(undisturbed.first_day, data)
    reader = Reader(project)
    reader.start()
    process = project.start(clock=NEXT_DAY)
    time.sleep(undisturbed.seconds * share)
    kill(process)
    project.is_forked = False  # another process: sets have another order in it
    again = project.refresh(clock=NEXT_DAY)
    reader.stop()
    assert again.returncode == 0, again.stdout
    assert reader.broken == []
    assert reader.reads > 0
    assert project.mart_hashes() == undisturbed.next_day_hashes
