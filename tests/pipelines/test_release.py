"""The release folder: described, readable by old clients, whole at any moment."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.publish import release as releasing
from pipelines.publish.release import SmokeTestFailed, current_release
from tests.pipelines.published import (
    MARTS,
    ask,
    make_release,
    make_warehouse,
    publish_day,
    report,
    use_small_macro,
)

# The version in a DuckDB file's header that clients 1.2 and later read: bytes 12-19.
READABLE_SINCE_1_2 = 65


class Killed(BaseException):
    """What a kill looks like from inside: nothing after it runs."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "it's a folder"
    place.mkdir()
    make_warehouse(place / "warehouse.duckdb")
    use_small_macro(monkeypatch, tmp_path)
    return place


def community(folder: Path) -> Path:
    return folder / "published" / "community.duckdb"


def test_comments_survive(folder: Path):
    publish_day(folder)
    tables = dict(
        ask(community(folder), "SELECT table_name, comment FROM duckdb_tables()")
    )
    assert tables["dim_events"] == "It's an event"
    assert tables["publications"]
    columns = ask(
        community(folder),
        "SELECT table_name, column_name, comment FROM duckdb_columns()"
        " WHERE comment IS NOT NULL AND table_name <> 'publications'",
    )
    assert ("dim_events", "title", "題名") in columns
    undescribed = ask(
        community(folder),
        "SELECT column_name FROM duckdb_columns()"
        " WHERE table_name = 'publications' AND comment IS NULL",
    )
    assert undescribed == []


def test_old_clients_can_read_the_files(folder: Path):
    release = publish_day(folder)
    for file in release.glob("*.duckdb"):
        header = file.read_bytes()[:20]
        assert header[8:12] == b"DUCK"
        assert int.from_bytes(header[12:20], "little") <= READABLE_SINCE_1_2


def test_nobody_outside_the_group_reads_a_release(folder: Path):
    release = publish_day(folder)
    modes = {
        path.name: path.stat().st_mode & 0o777
        for path in (release, *release.rglob("*"))
    }
    assert modes.pop(release.name) == 0o750
    assert modes.pop("parquet") == 0o750
    assert set(modes.values()) == {0o640}


def test_the_parquet_files_hold_the_tables_in_the_order_of_their_key(folder: Path):
    release = publish_day(folder)
    for mart in MARTS:
        in_table = ask(release / "community.duckdb", f"FROM marts.{mart.name}")
        with duckdb.connect() as connection:
            file = str(release / "parquet" / f"{mart.name}.parquet")
            in_file = connection.read_parquet(file).fetchall()
        assert in_table == in_file
        assert len(in_table) > 0
    ids = [row[0] for row in ask(release / "community.duckdb", "FROM marts.dim_events")]
    assert ids == sorted(ids)


def test_the_macro_works_in_the_reopened_file(folder: Path):
    publish_day(folder)
    assert ask(
        community(folder),
        "SELECT count(*) FROM marts.member_scores_as_of('2026-11-20')",
    ) == [(3,)]


def test_publications_keep_every_release_and_say_what_changed(folder: Path):
    publish_day(folder)
    publish_day(folder, day=1)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("DELETE FROM marts.fct_outputs")
        connection.execute("UPDATE marts.dim_events SET title = 'x'")
    publish_day(folder, day=2)
    rows = ask(
        community(folder),
        "SELECT data_through::VARCHAR, changes FROM marts.publications"
        " ORDER BY published_at",
    )
    assert rows == [
        ("2026-11-20", "first release"),
        ("2026-11-21", "no change"),
        ("2026-11-22", "dim_events changed, fct_outputs -1 rows"),
    ]


def test_equal_rows_hash_equal_in_any_order(folder: Path):
    publish_day(folder)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(
            "CREATE OR REPLACE TABLE marts.metrics AS"
            " FROM marts.metrics ORDER BY n DESC, dimension_value DESC"
        )
    publish_day(folder, day=1)
    hashes = ask(community(folder), "SELECT mart_hashes FROM marts.publications")
    assert hashes[0] == hashes[1]


def test_the_last_releases_are_kept_by_their_clock(folder: Path):
    made = [publish_day(folder, day=day) for day in range(5)]
    kept = {path.name for path in (folder / "published" / "releases").iterdir()}
    assert kept == {path.name for path in made[2:]}


def test_a_backfill_of_an_old_day_drops_the_oldest_release_not_the_latest(folder: Path):
    made = [publish_day(folder, day=day) for day in range(3)]
    backfill = publish_day(folder, day=3, release_id="20200101-20261123T200000Z")
    kept = {path.name for path in (folder / "published" / "releases").iterdir()}
    assert kept == {made[1].name, made[2].name, backfill.name}


def test_a_published_release_is_never_rewritten(folder: Path):
    first = publish_day(folder)
    publish_day(folder, day=1)
    before = (first / "community.duckdb").stat()
    for day in (0, 1):
        with pytest.raises(FileExistsError, match="later clock"):
            publish_day(folder, day=day)
    assert (first / "community.duckdb").stat() == before
    assert not list((folder / "published" / "releases").glob(".building-*"))


def test_files_that_do_not_answer_are_not_published(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    first = publish_day(folder)

    def truncate(target: Path) -> None:
        report(target)
        with (target / "community.duckdb").open("r+b") as file:
            file.truncate(4096)

    with pytest.raises(SmokeTestFailed):
        releasing.publish(make_release(folder, day=1), truncate)
    assert current_release(folder / "published") == first


def test_parquet_short_of_rows_is_not_published(folder: Path):
    def shorten(target: Path) -> None:
        report(target)
        file = target / "parquet" / "dim_events.parquet"
        with duckdb.connect() as connection:
            connection.execute(
                f"COPY (FROM read_parquet('{str(file).replace(chr(39), 2 * chr(39))}')"
                f" LIMIT 1) TO '{str(folder.parent / 'short.parquet')}'"
            )
        shutil.move(folder.parent / "short.parquet", file)

    with pytest.raises(SmokeTestFailed, match=r"dim_events\.parquet"):
        releasing.publish(make_release(folder), shorten)
    assert current_release(folder / "published") is None


STEPS = [
    (releasing, "_write_community"),
    (releasing, "write_shareable"),
    (releasing, "smoke_test"),
    (releasing, "_seal"),
    (Path, "rename"),
    (os, "replace"),
    (releasing, "_drop_old"),
]


def killed_at(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, *, call: int
) -> None:
    """Dies just before the call-th call of a step, which is after the one before it."""
    step = getattr(owner, name)
    calls = iter(range(1, 1000))

    def dies(*args: object, **kwargs: object) -> object:
        if next(calls) == call:
            raise Killed
        return step(*args, **kwargs)

    monkeypatch.setattr(owner, name, dies)


def moments() -> Iterator[tuple[object, str, int, bool]]:
    for owner, name in STEPS:
        # The first release makes four links, a later one replaces `current` only.
        for is_first in (True, False):
            for call in range(1, 5 if name == "replace" and is_first else 2):
                yield owner, name, call, is_first


@pytest.mark.parametrize(
    ("owner", "name", "call", "is_first"),
    [
        pytest.param(
            *moment, id=f"{'first' if moment[3] else 'next'}-{moment[1]}-{moment[2]}"
        )
        for moment in moments()
    ],
)
def test_killed_before_any_step_a_reader_has_a_whole_release(
    folder: Path,
    owner: object,
    name: str,
    call: int,
    is_first: bool,
    monkeypatch: pytest.MonkeyPatch,
):
    before = None if is_first else publish_day(folder)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        killed_at(patched, owner, name, call=call)
        publish_day(folder, day=1)
    seen = current_release(folder / "published")
    if seen is not None and seen != before:
        assert seen.name == make_release(folder, day=1).release_id
    assert_readable(folder, seen)
    # The next run starts at once and ends whole, whatever was left behind.
    last = publish_day(folder, day=2)
    assert_readable(folder, last)
    releases = list((folder / "published" / "releases").iterdir())
    assert not [path for path in releases if path.name.startswith(".")]


def test_the_same_run_again_replaces_what_a_kill_left_before_the_switch(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    publish_day(folder)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        killed_at(patched, os, "replace", call=1)
        publish_day(folder, day=1)
    assert_readable(folder, publish_day(folder, day=1))
    assert ask(community(folder), "SELECT count(*) FROM marts.publications") == [(2,)]


def assert_readable(folder: Path, release: Path | None) -> None:
    if release is None:
        assert not community(folder).exists()
        return
    published = folder / "published"
    names = {path.name for path in release.iterdir()}
    assert names == {
        *("community.duckdb", "community_shareable.duckdb", "parquet", "quality.html"),
        "formulas.json",
    }
    (told,) = ask(
        published / "community.duckdb",
        "SELECT release_id FROM marts.publications ORDER BY published_at DESC LIMIT 1",
    )
    assert told == (release.name,)
    assert ask(published / "community_shareable.duckdb", "FROM marts.publications")
    assert (published / "parquet" / "dim_events.parquet").exists()


def test_a_reader_in_a_loop_sees_whole_releases_only(folder: Path):
    publish_day(folder)
    ended = threading.Event()
    seen: list[tuple] = []
    errors: list[Exception] = []

    def read() -> None:
        while not ended.is_set():
            try:
                with duckdb.connect(str(community(folder)), read_only=True) as reader:
                    seen.append(
                        reader.execute(
                            "SELECT max(release_id), count(*),"
                            " (SELECT count(*) FROM marts.fct_activities)"
                            " FROM marts.publications"
                        ).fetchone()
                    )
            except Exception as error:
                errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for day in range(1, 4):
        publish_day(folder, day=day, keep=2)
    ended.set()
    reader.join()
    assert errors == []
    ids = [make_release(folder, day=day).release_id for day in range(4)]
    assert set(seen) <= {(name, n + 1, 64) for n, name in enumerate(ids)}
    assert [row[1] for row in seen] == sorted(row[1] for row in seen)


def test_a_connection_that_stays_open_keeps_its_release(folder: Path):
    publish_day(folder)
    with duckdb.connect(str(community(folder)), read_only=True) as reader:
        for day in range(1, 5):
            publish_day(folder, day=day)
        rows = reader.execute("SELECT count(*) FROM marts.publications").fetchone()
    assert rows == (1,)
