"""No room left while dbt builds the warehouse: told in a sentence, nothing published.

dbt, DuckDB and the job's own words on a project of one model: the warehouse of three
people is on a disk that ends half-way through it.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines import dbt, problems
from pipelines.assets import build
from pipelines.publish.release import current_release
from pipelines.run import RunOptions, resolve
from pipelines.workspace import DBT_PROJECT, Workspace
from tests.faults.disks import KIB, CannotMount, resize, small_disk
from tests.faults.reading import look
from tests.faults.victims import VICTIMS, copied, day_id
from tests.pipelines.published import publish_day, use_small_macro

ROOM = 256 * KIB * KIB
MIB = KIB * KIB
LEFT = (MIB, 3 * MIB)  # each disk ends at another moment of the model
# Text that does not compress, some 15 MB of it.
MODEL = "select md5(cast(n as varchar)) as text from range(400000) as rows (n)"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    shutil.copy(DBT_PROJECT / "profiles.yml", folder)
    (folder / "dbt_project.yml").write_text(
        "{name: small, config-version: 2, profile: tsunagari,"
        " models: {+materialized: table}}"
    )
    (folder / "models" / "padding.sql").write_text(MODEL)
    monkeypatch.setattr(dbt, "DBT_PROJECT", folder)
    monkeypatch.setenv("TSUNAGARI_ENV_FILE", "/dev/null")
    return folder


@pytest.mark.usefixtures("project")
def test_a_build_that_does_not_fit_is_told_and_the_same_run_publishes_with_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    use_small_macro(monkeypatch, tmp_path)
    VICTIMS["roll-back"].make(tmp_path / "made")
    try:
        with small_disk(tmp_path / "disk", ROOM) as disk:
            data = copied(tmp_path / "made", disk / "data")
            for left in LEFT:
                _try_on(disk, data, left)
            publish_day(data, day=2, keep=2)
            assert current_release(data / "published").name == day_id(2)
    except CannotMount as error:
        pytest.skip(f"this user may not mount a small disk: {error}")


def _built(workspace: Workspace) -> list[str]:
    """Builds; returns what stops it, in the words that a failed step passes on."""
    try:
        (result,) = dbt.build(workspace, [])
    except dbt.DbtFailed as error:  # dbt's own files had no room
        return [str(error)]
    return build._broken(result)


def _try_on(disk: Path, data: Path, left: int) -> None:
    workspace = Workspace(data)
    workspace.prepare()
    before = look(data / "published")
    resize(disk, shutil.disk_usage(disk).used + left)
    broken = _built(workspace)
    assert broken, "the disk was large enough"
    run = resolve(RunOptions(data=str(data)), clock=datetime(2026, 11, 22, tzinfo=UTC))
    event = problems.failed_run("build", "; ".join(broken), run)
    assert event.text.startswith(
        f"build failed: no room is left on the disk of {data};"
    )
    assert "readers keep the last good release" in event.text
    assert look(data / "published") == before
    resize(disk, ROOM)
    assert _built(workspace) == []
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        ((rows,),) = connection.execute("SELECT count(*) FROM padding").fetchall()
    assert rows == 400_000
    with duckdb.connect(str(workspace.warehouse)) as connection:
        connection.execute("DROP TABLE padding")
