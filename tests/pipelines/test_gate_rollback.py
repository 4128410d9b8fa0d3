"""Roll-back: readers get an earlier release back, told, tried, and never lost again."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines import automation, unchanged
from pipelines.command import Refused
from pipelines.gate import releases, rollback, rollbacks
from pipelines.gate.rollback import roll_back
from pipelines.instance import open_instance
from pipelines.publish.publications import COLUMNS, row_of, rows_of
from pipelines.publish.release import current_release
from pipelines.run import Resolved, RunOptions, resolve
from pipelines.workspace import Workspace
from tests.pipelines.published import (
    CLOCK,
    ask,
    make_warehouse,
    publish_day,
    use_small_macro,
)

WHO, WHY = "hanako", "merged father and son"
NOW = CLOCK + timedelta(days=2, hours=3)
FIRST, SECOND, THIRD = (
    f"202611{20 + day}-202611{20 + day}T200000Z" for day in range(3)
)


@pytest.fixture(scope="module")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A sandbox's data folder with three releases, the last one without outputs."""
    folder = tmp_path_factory.mktemp("rollback") / "sandbox"
    folder.mkdir()
    warehouse = make_warehouse(folder / "warehouse.duckdb")
    with pytest.MonkeyPatch.context() as patched:
        use_small_macro(patched, folder.parent)
        publish_day(folder)
        publish_day(folder, day=1)
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("DELETE FROM marts.fct_outputs")
        publish_day(folder, day=2)
        yield folder


@pytest.fixture
def folder(three_days: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TSUNAGARI_ENV_FILE", "/dev/null")
    return shutil.copytree(three_days, tmp_path / "sandbox", symlinks=True)


def back(folder: Path, release_id: str = FIRST, why: str = WHY) -> None:
    roll_back(folder / "published", release_id, who=WHO, reason=why, clock=NOW)


def current(folder: Path) -> str:
    release = current_release(folder / "published")
    assert release is not None
    return release.name


def published(folder: Path, column: str) -> dict[str, object]:
    file = folder / "published" / "community.duckdb"
    return dict(ask(file, f"SELECT release_id, {column} FROM marts.publications"))


def outputs(folder: Path) -> int:
    file = folder / "published" / "community.duckdb"
    return ask(file, "SELECT count(*) FROM marts.fct_outputs")[0][0]


def test_readers_get_the_release_back_and_the_log_says_why(folder: Path):
    assert outputs(folder) == 0
    back(folder, SECOND)
    assert current(folder) == SECOND
    assert outputs(folder) > 0
    (told,) = rollbacks.read(folder / "published")
    assert (told.release_id, told.left, told.who) == (SECOND, THIRD, WHO)
    assert [row["release_id"] for row in told.withdrawn] == [THIRD]
    assert WHY in told.told


@pytest.mark.parametrize(
    ("release_id", "why", "sentence"),
    [
        ("20200101-20200101T000000Z", WHY, f"kept are {SECOND}, {FIRST}"),
        ("", WHY, "no published release is called ?"),
        ("../../raw", WHY, "no published release is called"),
        (THIRD, WHY, "readers have .* already"),
        (FIRST, "  ", "say why"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(
    folder: Path, release_id: str, why: str, sentence: str
):
    with pytest.raises(Refused, match=sentence):
        back(folder, release_id, why)
    assert current(folder) == THIRD
    assert rollbacks.read(folder / "published") == []


def test_a_release_that_no_reader_ever_had_is_refused(folder: Path):
    kept = folder / "published" / "releases"
    left_by_a_kill = "20261123-20261123T200000Z"
    shutil.copytree(kept / THIRD, kept / left_by_a_kill)
    with pytest.raises(Refused, match="no published release"):
        back(folder, left_by_a_kill)


def cut_short(release: Path) -> None:
    with (release / "community.duckdb").open("r+b") as file:
        file.truncate(4096)


def lose_the_shareable_file(release: Path) -> None:
    (release / "community_shareable.duckdb").unlink()


def lose_a_parquet_file(release: Path) -> None:
    (release / "parquet" / "dim_events.parquet").unlink()


def spoil_a_value(release: Path) -> None:
    with duckdb.connect(str(release / "community.duckdb")) as connection:
        connection.execute("UPDATE marts.dim_events SET title = 'x'")


@pytest.mark.parametrize(
    "damage", [cut_short, lose_the_shareable_file, lose_a_parquet_file, spoil_a_value]
)
def test_a_damaged_release_is_refused_and_readers_keep_theirs(folder: Path, damage):
    damage(folder / "published" / "releases" / FIRST)
    with pytest.raises(Refused, match=f"damaged.*keep {THIRD}"):
        back(folder)
    assert current(folder) == THIRD


def test_the_next_release_says_what_was_withdrawn_and_why(folder: Path):
    back(folder)
    made = publish_day(folder, day=3, keep=2)
    withdrawn = published(folder, "withdrawn_because")
    assert len(withdrawn) == 4
    for release_id in (SECOND, THIRD):
        assert WHY in str(withdrawn[release_id])
        assert WHO in str(withdrawn[release_id])
    assert withdrawn[FIRST] is None
    assert withdrawn[made.name] is None
    changes = published(folder, "changes")
    assert changes[THIRD] == "fct_outputs -1 rows"
    # Compared with what readers had, not with what they had no longer.
    assert changes[made.name] == "fct_outputs -1 rows"
    shared = folder / "published" / "community_shareable.duckdb"
    columns = ask(
        shared,
        "SELECT column_name FROM duckdb_columns() WHERE table_name = 'publications'",
    )
    assert {"acknowledged", "withdrawn_because"}.isdisjoint({row[0] for row in columns})
    assert ("allowed_because",) in columns
    # The way back is kept, however old the roll-back made it.
    kept = folder / "published" / "releases"
    assert {path.name for path in kept.iterdir()} == {FIRST, THIRD, made.name}


def test_going_forward_again_withdraws_nothing(folder: Path):
    back(folder)
    back(folder, THIRD, "it was right")
    assert current(folder) == THIRD
    publish_day(folder, day=3)
    assert set(published(folder, "withdrawn_because").values()) == {None}


def test_a_withdrawn_release_is_never_rewritten(folder: Path):
    back(folder)
    with pytest.raises(FileExistsError, match="later clock"):
        publish_day(folder, day=2)


def test_killed_before_the_swap_nothing_is_withdrawn_and_a_second_try_completes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):

        def dies(*_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(rollback, "point_to", dies)
        back(folder)
    assert current(folder) == THIRD
    assert rollbacks.in_force(folder / "published", THIRD) is None
    back(folder)
    assert current(folder) == FIRST


def test_the_same_inputs_do_not_publish_again_what_was_rolled_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def is_unchanged(inputs: str, *, full: bool = False) -> bool:
        monkeypatch.setattr(unchanged, "fingerprint", lambda _: inputs)
        release = current_release(folder / "published")
        return unchanged.is_unchanged(release, run_in(folder, full=full))

    assert is_unchanged("fingerprint 2")
    assert not is_unchanged("fingerprint 1")
    back(folder)
    # Both releases that were taken back, and the one that readers have.
    assert [is_unchanged(f"fingerprint {day}") for day in range(4)] == [True] * 3 + [
        False
    ]
    assert not is_unchanged("fingerprint 2", full=True)
    back(folder, SECOND)
    assert not is_unchanged("fingerprint 0"), "the first was never taken back"


@dg.job
def extract() -> None:
    """Stands in for the job of that name."""


@dg.job
def build() -> None:
    """Stands in for the job of that name."""


def test_the_daemon_does_not_publish_it_again_either(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    by_name = {sensor.name: sensor for sensor in automation.sensors(extract, build)}

    def asked(inputs: str) -> dg.RunRequest | dg.SkipReason:
        monkeypatch.setattr(unchanged, "fingerprint", lambda _: inputs)
        options = {"data": str(folder), "clock": NOW.isoformat()}
        with open_instance(Workspace(folder)) as instance:
            run = dg.DagsterRun(
                job_name=extract.name,
                run_config={"resources": {"options": {"config": options}}},
            )
            kind = dg.DagsterEventType.RUN_SUCCESS
            event = dg.DagsterEvent(kind.value, extract.name)
            name = "build_after_extract"
            context = dg.build_run_status_sensor_context(name, event, instance, run)
            return by_name[name](context)

    back(folder)
    taken_back = asked("fingerprint 2")
    assert isinstance(taken_back, dg.SkipReason)
    assert f"rolled back to {FIRST} by {WHO}" in taken_back.skip_message
    news = asked("fingerprint 3")
    assert isinstance(news, dg.RunRequest)
    assert news.run_config["resources"]["options"]["config"]["data"] == str(folder)


def run_in(folder: Path, *, full: bool) -> Resolved:
    return resolve(RunOptions(data=str(folder), full=full), clock=NOW)


def test_a_release_from_before_these_columns_can_be_read_and_built_upon(folder: Path):
    new = {"acknowledged", "allowed_because", "withdrawn_because"}
    release = folder / "published" / "releases" / THIRD
    file = release / "parquet" / "publications.parquet"
    old = ", ".join(name for name in COLUMNS if name not in new)
    with duckdb.connect() as connection:
        copy = str(folder / "old.parquet")
        connection.execute(f"COPY (SELECT {old} FROM '{file}') TO '{copy}'")
    shutil.move(copy, file)
    assert row_of(release)["allowed_because"] is None
    assert len(releases.kept(folder / "published")) == 3
    made = publish_day(folder, day=3)
    assert len(rows_of(made)) == 4
    assert set(rows_of(made)[THIRD]) == set(COLUMNS)


def command(main, folder: Path, *arguments: str) -> int:
    return main([*arguments, "--data", str(folder.parent)])


def test_the_commands_say_what_is_kept_and_what_was_done(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    when = ("--clock", NOW.isoformat(), "--who", WHO)
    assert command(rollback.main, folder, FIRST, *when) == 1
    assert "say why" in capsys.readouterr().err
    with Workspace(folder.resolve()).lock():
        pass  # free again: the command below holds it by itself
    assert command(rollback.main, folder, FIRST, "--reason", WHY, *when) == 0
    assert f"readers had {THIRD} and have {FIRST}" in capsys.readouterr().out
    assert command(releases.main, folder) == 0
    lines = capsys.readouterr().out.splitlines()
    (mark,) = [line for line in lines if line.startswith("->")]
    assert FIRST in mark
    assert "readers have it" in mark
    (newest,) = [line for line in lines if THIRD in line and not line.startswith("->")]
    assert WHY in newest


def test_nothing_published_is_said_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("TSUNAGARI_ENV_FILE", "/dev/null")
    assert command(releases.main, tmp_path / "sandbox") == 0
    assert "nothing is published yet" in capsys.readouterr().out
    assert command(rollback.main, tmp_path / "sandbox", FIRST, "--reason", WHY) == 1
    assert "nothing is published yet" in capsys.readouterr().err
