"""No room left: a sentence names the disk, readers keep what they have."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from pipelines import exit_codes, refresh
from pipelines.publish.release import current_release
from sources._base import disk
from sources._base.errors import SourceError
from sources._base.landing import land
from sources._base.raw import RawReader
from sources.files import SOURCE
from tests.faults.disks import KIB, CannotMount, resize, small_disk
from tests.faults.reading import look, release_ids
from tests.faults.victims import VICTIMS, copied, day_id
from tests.pipelines.published import publish_day, use_small_macro

ROOM = 64 * KIB * KIB
SEEDS = (1, 2, 3)  # each fills the disk at another moment


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    with ExitStack() as stack:

        def mount(size: int) -> Path:
            try:
                return stack.enter_context(small_disk(tmp_path / "disk", size))
            except CannotMount as error:
                pytest.skip(f"this user may not mount a small disk: {error}")

        yield mount


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "data"
    VICTIMS["roll-back"].make(folder)
    return folder


def size_of(folder: Path) -> int:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if not path.is_symlink())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_release_that_does_not_fit_leaves_the_old_one_and_fits_with_more_room(
    seed: int,
    published: Path,
    mounted: Callable[[int], Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    use_small_macro(monkeypatch, tmp_path)
    room = size_of(published)
    data = copied(published, mounted(ROOM) / "data")
    before = look(data / "published")
    # Between nothing and the whole of what a release needs, which is half of the two.
    resize(data.parent, room + 200 * KIB + seed * room // 18)
    with pytest.raises(Exception) as error:  # noqa: PT011 - whoever meets the end first
        publish_day(data, day=2, keep=2)
    assert disk.is_full(error.value)
    assert look(data / "published") == before
    resize(data.parent, ROOM)
    publish_day(data, day=2, keep=2)
    assert release_ids(data / "published") == [day_id(day) for day in range(3)]
    assert not list((data / "published" / "releases").glob(".*"))
    assert current_release(data / "published").name == day_id(2)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_load_that_does_not_fit_is_told_and_lands_whole_with_more_room(
    seed: int, mounted: Callable[[int], Path], run_clock: datetime, tmp_path: Path
):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    rows = "".join(f"portal,{n},somebody of number {n * 7919}\n" for n in range(50_000))
    (inbox / "accounts.csv").write_text(f"source,account_id,name\n{rows}")
    data = mounted((300 + 400 * seed) * KIB)

    def load() -> None:
        land(
            SOURCE,
            raw_url=(data / "raw").as_uri(),
            work_folder=data / "dlt",
            inbox=inbox,
            environment={},
            clock=run_clock,
        )

    with pytest.raises(SourceError, match="no room is left on the disk of") as error:
        load()
    assert str(data) in str(error.value)
    assert RawReader((data / "raw").as_uri()).complete_loads("files") == {}
    resize(data, ROOM)
    load()
    files = [*(data / "raw/raw_files/accounts").glob("*.parquet")]
    assert sum(pq.read_metadata(file).num_rows for file in files) == 50_000


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        duckdb.IOException('Could not write file "x": No space left on device'),
        RuntimeError("sqlite3.OperationalError: database or disk is full"),
    ],
    ids=("system", "duckdb", "sqlite"),
)
def test_whoever_meets_the_end_of_the_disk_a_refresh_says_so_in_a_sentence(
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
):
    def meets_it(*_: object) -> int:
        raise error

    monkeypatch.setattr(refresh, "_run", meets_it)
    code = refresh.main(["--data", str(tmp_path), "--inbox", str(tmp_path)])
    assert code == exit_codes.FAILED
    told = capsys.readouterr().err
    assert f"no room is left on the disk of {tmp_path}" in told
    assert len(told.splitlines()) == 1


def test_an_error_that_does_not_name_the_disk_is_told_by_what_is_left_on_it(
    mounted: Callable[[int], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    def meets_it(*_: object) -> int:
        raise sqlite3.OperationalError("disk I/O error")

    data = mounted(ROOM) / "data"
    data.mkdir()
    monkeypatch.setattr(refresh, "_run", meets_it)
    with pytest.raises(sqlite3.OperationalError):
        refresh.main(["--data", str(data), "--inbox", str(data)])
    resize(data.parent, 64 * KIB)
    code = refresh.main(["--data", str(data), "--inbox", str(data)])
    assert code == exit_codes.FAILED
    assert f"no room is left on the disk of {data}" in capsys.readouterr().err
