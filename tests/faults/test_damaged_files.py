"""Damaged files: each is named with what to do, and everything else goes on."""

import os
import shutil
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

from pipelines.assets import extract
from pipelines.assets.extract import land_all
from pipelines.workspace import Workspace
from sources import discover
from sources._base.landing import Landed, land
from sources._base.raw import Damaged, RawReader
from sources._files import readers
from sources.files import SOURCE

GOOD = "source,account_id,name\nportal,1,a\nportal,2,b\n"


class Folder:
    """A data folder whose inbox is landed, a day later every time."""

    def __init__(self, data: Path, clock: datetime) -> None:
        self.workspace = Workspace(data)
        self.workspace.prepare()
        self.inbox = self.workspace.inbox / "files"
        self.inbox.mkdir()
        self.clock = clock

    def land(self) -> Landed:
        self.clock += timedelta(days=1)
        return land(
            SOURCE,
            raw_url=self.workspace.raw_url,
            work_folder=self.workspace.data / "dlt",
            inbox=self.workspace.inbox,
            environment={},
            clock=self.clock,
        )

    def rows(self, table: str) -> list[dict]:
        """What complete loads hold, the newest version of every file."""
        complete = RawReader(self.workspace.raw_url).complete_loads("files")
        files = sorted((self.workspace.raw / "raw_files" / table).glob("*.parquet"))
        rows = [row for file in files for row in pq.read_table(file).to_pylist()]
        return [row for row in rows if row["_dlt_load_id"] in complete]

    def set_aside(self) -> dict[str, str]:
        return {row["file"]: row["reason"] for row in self.rows("quarantine")}


@pytest.fixture
def folder(tmp_path: Path, run_clock: datetime) -> Folder:
    return Folder(tmp_path / "data", run_clock)


def accounts_file(folder: Folder) -> Path:
    (file,) = (
        path
        for path in (folder.workspace.raw / "raw_files/accounts").glob("*.parquet")
        if path.name != "empty.parquet"
    )
    return file


DAMAGE = {
    "cut": lambda content: content[: len(content) // 2],
    "empty": lambda _: b"",
    "garbage": lambda content: b"garbage" * (len(content) // 7),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_of_raw_is_named_and_the_folder_can_be_made_again(
    damage: str, folder: Folder
):
    (folder.inbox / "a.csv").write_text(GOOD)
    folder.land()
    landed = folder.rows("accounts")
    file = accounts_file(folder)
    file.write_bytes(DAMAGE[damage](file.read_bytes()))
    (told,) = RawReader(folder.workspace.raw_url).damaged()
    assert str(file) in told
    assert f"move the folder {file.parent.parent} away and refresh again" in told
    with pytest.raises(Damaged, match="accounts"):
        RawReader(folder.workspace.raw_url).distinct("files", "accounts", "name")
    shutil.move(file.parent.parent, folder.workspace.data / "away")
    folder.land()
    told_once = [(row["account_id"], row["name"]) for row in folder.rows("accounts")]
    assert told_once == [(row["account_id"], row["name"]) for row in landed]
    assert RawReader(folder.workspace.raw_url).damaged() == []


def test_a_damaged_record_of_loads_is_one_sentence_and_the_others_land(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
):
    (folder.inbox / "a.csv").write_text(GOOD)
    folder.land()
    (loads,) = (folder.workspace.raw / "raw_files/_dlt_loads").glob("*.jsonl")
    loads.write_text('{"load_id": "17')
    found = discover()
    sources = [found["files"], found["portal"]]
    run = SimpleNamespace(
        workspace=folder.workspace,
        environment={},
        clock=folder.clock,
        full=False,
        window=None,
    )
    outcomes = {source.name: outcome for source, outcome in land_all(sources, run)}
    assert isinstance(outcomes["portal"], Landed)
    assert str(loads) in outcomes["files"]
    assert "unexpected" not in outcomes["files"]
    told = extract._sentence(found["files"], outcomes["files"])
    assert extract._leave_all_readable(sources, run, [told]) == []


def test_a_damaged_file_of_types_alone_is_written_again(folder: Folder):
    (folder.inbox / "a.csv").write_text(GOOD)
    folder.land()
    file = folder.workspace.raw / "raw_files/accounts/empty.parquet"
    file.write_bytes(b"")
    folder.land()
    assert pq.read_table(file).num_rows == 0
    assert len(folder.rows("accounts")) == 2


def test_what_is_no_file_of_ours_is_named_or_passed_by_and_the_rest_lands(
    folder: Folder, tmp_path: Path
):
    outside = tmp_path / "outside.csv"
    outside.write_text(GOOD.replace("portal", "secret"))
    (folder.inbox / "link.csv").symlink_to(outside)
    (folder.inbox / "dangling.csv").symlink_to(tmp_path / "nowhere.csv")
    (folder.inbox / "x.csv").mkdir()
    (folder.inbox / "x.csv" / "in it.csv").write_text(GOOD.replace("portal", "inner"))
    os.mkfifo(folder.inbox / "pipe.csv")
    (folder.inbox / "z.csv").write_text(GOOD)
    folder.land()
    assert {row["source"] for row in folder.rows("accounts")} == {"inner", "portal"}
    aside = folder.set_aside()
    assert list(aside) == ["files/link.csv"]
    assert "out of the inbox; copy the file itself" in aside["files/link.csv"]


def test_a_file_that_may_not_be_read_is_named_and_read_when_it_may(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
):
    """The superuser may read all, so what the system says to others is said here."""
    closed = folder.inbox / "closed.csv"
    closed.write_text(GOOD.replace("portal", "closed"))
    (folder.inbox / "z.csv").write_text(GOOD)
    opened = Path.open

    def refuses(path: Path, *arguments: object, **options: object):
        if path.name == closed.name:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refuses)
        folder.land()
        folder.land()
    assert {row["source"] for row in folder.rows("accounts")} == {"portal"}
    (told,) = folder.rows("quarantine")  # once, however often it is met
    assert told["file"] == "files/closed.csv"
    assert "Permission denied" in told["reason"]
    folder.land()
    assert {row["source"] for row in folder.rows("accounts")} == {"portal", "closed"}


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sources._files.text_files.MAX_LINE_BYTES", 3_000_000)
    with (folder.inbox / "endless.csv").open("w") as file:
        file.write("source,account_id,name\nportal,3," + "x" * 4_000_000)
    many = "".join(
        f"portal,{n},{'x' * 90}\n" for n in range(40_000)
    )  # as long, in lines
    (folder.inbox / "z.csv").write_text(f"source,account_id,name\n{many}")
    folder.land()
    aside = folder.set_aside()
    assert list(aside) == ["files/endless.csv"]
    assert "a line of more than 3 MB" in aside["files/endless.csv"]
    assert len(folder.rows("accounts")) == 40_000


def test_a_file_that_grows_while_it_is_read_is_whole_after_the_next_run(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
):
    growing = folder.inbox / "a.csv"
    growing.write_text(GOOD)
    # By its name: the package has a function of that name too.
    module = import_module("sources.files.resources")
    really = readers.open_file

    def grows(path: Path):
        with growing.open("a") as file:
            file.write(f"portal,{growing.stat().st_size},later\n")
        return really(path)

    with monkeypatch.context() as patched:
        patched.setattr(module, "open_file", grows)
        folder.land()
    folder.land()
    newest = {row["_row_hash"]: [] for row in folder.rows("accounts")}
    for row in folder.rows("accounts"):
        newest[row["_row_hash"]].append(row["account_id"])
    whole = [line.split(",")[1] for line in growing.read_text().splitlines()[1:]]
    assert list(newest.values())[-1] == whole
    before = len(folder.rows("accounts"))
    folder.land()
    assert len(folder.rows("accounts")) == before
