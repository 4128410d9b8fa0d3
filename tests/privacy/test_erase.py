"""`make erase`: nothing of a person is left in any format, and nothing else changes."""

import contextlib
import io
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from pipelines.identity import log, manual
from pipelines.privacy import decode, files, places, tombstones
from pipelines.privacy.erase import main
from sources._base import tombstones as stones
from sources._base.erased import is_pseudonym
from sources._base.rows import RowEraser, landed_rows
from sources.connpass.tables import PARTICIPANTS
from tests.pipelines.published import use_small_macro
from tests.privacy import kept
from tests.privacy.kept import AT, MEMBER, MERGED, VALUES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("privacy") / "data"
    made.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        use_small_macro(patch, made.parent)
        kept.make(made)
    return made


@pytest.fixture(scope="module")
def clean(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder after the erasure, to be read only, and what was said."""
    made = tmp_path_factory.mktemp("clean") / "data"
    shutil.copytree(folder, made, symlinks=True)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = erase(made, "--reason", "asked by mail", "--who", "jiro")
    assert code == 0
    return made, said.getvalue()


@pytest.fixture
def data(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / "data", symlinks=True)


def erase(data: Path, *arguments: str, member: str = MEMBER) -> int:
    return main([member, "--data", str(data), "--clock", AT, *arguments])


def everything(data: Path) -> dict[str, list[str]]:
    """Every text of every file: read with nothing of what the erasure knows."""
    return {
        str(path.relative_to(data)): [text for _, text in decode.texts(path)]
        for path in sorted(data.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def left(data: Path) -> dict[str, list[str]]:
    """Values of the person that still stand somewhere, by file."""
    found = {
        name: [
            value
            for value in VALUES
            if any(
                kept.names(value, text.replace("connpass:hanako_s", ""))
                or value == text
                for text in texts
            )
        ]
        for name, texts in everything(data).items()
    }
    return {name: values for name, values in found.items() if values}


def test_every_format_holds_the_person_before_and_none_after(
    folder: Path, clean: tuple[Path, str]
):
    before = left(folder)
    for part in (
        *("participants/", "compact.", "quarantine/", "_dlt_pipeline_state", "dlt/"),
        *("identity/decisions", "warehouse", "community.duckdb", "dim_members.parquet"),
        *("quality.html", "refresh.log", "old.log.gz", "runs.db", "output.pickle"),
        *("accounts.csv", "decisions.csv", "export.zip", "sheet.xlsx"),
    ):
        assert any(part in name for name in before), part
    data, said = clean
    assert left(data) == {}
    assert "0 found" in said
    assert "connpass, portal" in said


def test_what_is_nobody_s_or_somebody_else_s_stays(clean: tuple[Path, str]):
    data, _ = clean
    rows = pq.read_table(
        data / "raw/raw_connpass/participants/1700000001.1.f.parquet"
    ).to_pylist()
    first, _, other = rows
    assert first["nickname"].startswith("erased_")
    assert first["display_name"] is None
    assert first["comment"] is None
    answers = json.loads(first["answers"])
    assert answers[0]["answer"] == "アクメ株式会社"  # companies are counted by it
    assert is_pseudonym(answers[1]["answer"])
    assert answers[2]["answer"] is None
    assert (first["status"], first["event_id"]) == ("参加", "1")
    assert (other["nickname"], other["display_name"]) == ("yamada", "山田太郎")
    assert other["comment"].endswith("さんの紹介です")
    (accounts,) = (data / "raw/raw_files/accounts").glob("*.parquet")
    theirs, namesake = pq.read_table(accounts).to_pylist()
    assert (namesake["name"], namesake["email"]) == ("佐藤 健", "sato@acme.example")
    assert json.loads(theirs["extra"]) == {"部署名": "開発部", "メモ": None}
    (state,) = (data / "raw/raw_connpass/_dlt_pipeline_state").glob("*")
    asked = decode.dlt_state(json.loads(state.read_text())["state"])
    names = list(asked["sources"]["connpass"]["asked"])
    assert names[0].startswith("erased_")
    assert names[1] == "yu"
    inbox = data / "inbox"
    text = (inbox / "files" / "accounts.csv").read_bytes().decode("cp932")
    assert text.splitlines()[2] == "portal,m800,佐藤 健,アクメ"
    assert text.splitlines()[1].endswith(",,アクメ")
    sheet = openpyxl.load_workbook(inbox / "files" / "sheet.xlsx").active
    assert [cell.value for cell in sheet[3]] == ["山田太郎", "yamada@acme.example"]
    with zipfile.ZipFile(inbox / "export.zip") as archive:
        (user,) = json.loads(archive.read("users.json"))
    assert is_pseudonym(user["email"])
    assert (data / "logs" / "refresh.log").read_text().endswith("all is well\n")
    with sqlite3.connect(data / "dagster/history/runs.db") as connection:
        ((event, body),) = connection.execute("SELECT event, body FROM event_logs")
    assert json.loads(event)["sample"][0].startswith("connpass:erased_")
    assert json.loads(decode.inflated(body)) == json.loads(event)


def numbers(file: Path) -> dict[str, list]:
    """Every table of a release without its texts, in whatever order."""
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute(
            "SELECT table_name, list(column_name) FROM duckdb_columns()"
            " WHERE schema_name = 'marts' AND data_type NOT LIKE 'VARCHAR%'"
            " GROUP BY ALL ORDER BY 1"
        ).fetchall()
        return {
            table: sorted(
                connection.execute(
                    f"SELECT {', '.join(sorted(columns))} FROM marts.{table}"
                ).fetchall(),
                key=str,
            )
            for table, columns in tables
        }


def test_a_release_keeps_its_numbers_comments_macros_and_ids_that_join(
    folder: Path, clean: tuple[Path, str]
):
    file = clean[0] / "published" / "community.duckdb"
    before = folder / "published" / "community.duckdb"
    assert numbers(file) == numbers(before)
    release = file.resolve()
    assert release.parent.name == before.resolve().parent.name
    assert release.stat().st_mode & 0o777 == 0o640
    with duckdb.connect(str(file), read_only=True) as connection:
        name, kana, email, member = connection.execute(
            "SELECT display_name, name_kana, primary_email, member_id"
            " FROM marts.dim_members WHERE primary_email LIKE 'erased-%'"
        ).fetchone()
        assert (name, kana) == (None, None)
        assert email.endswith("@acme.example")
        joined = connection.execute(
            "SELECT count(*) FROM marts.fct_activities JOIN marts.member_accounts"
            " USING (account_id) WHERE member_accounts.member_id = ?",
            [member],
        ).fetchone()
        assert joined == (2,)
        comments = connection.execute(
            "SELECT comment FROM duckdb_tables() WHERE table_name = 'dim_events'"
        ).fetchone()
        assert comments == ("It's an event",)
        connection.execute("USE marts")
        assert connection.execute(
            "SELECT count(*) FROM member_scores_as_of(DATE '2026-11-20')"
        ).fetchone() == (3,)
    for parquet in release.parent.glob("parquet/*.parquet"):
        with duckdb.connect(str(file), read_only=True) as connection:
            assert connection.execute(
                f"SELECT count(*) FROM (FROM marts.{parquet.stem}"
                f" EXCEPT ALL FROM read_parquet('{parquet}'))"
            ).fetchone() == (0,)


def test_the_next_load_lands_them_erased_and_nothing_anew(clean: tuple[Path, str]):
    data, _ = clean
    kept_rows = pq.read_table(
        data / "raw/raw_connpass/participants/1700000001.1.f.parquet"
    ).to_pylist()
    gone = stones.read(data / stones.FOLDER)
    assert gone is not None
    newest = {
        (row["event_id"], row["reception_no"]): row["_row_hash"] for row in kept_rows
    }
    again = list(
        landed_rows(
            kept.PARTICIPANTS_ROWS,
            table=PARTICIPANTS,
            observed_at=kept.CLOCK,
            newest=newest,
            erase=RowEraser(gone, "connpass", PARTICIPANTS),
        )
    )
    assert [(batch.landed, batch.unchanged) for batch in again] == [(0, 3)]
    # a new application by the old account, and somebody who comes back with a new one
    later = [
        kept.participant(7, "hanako", "佐藤 花子", "また来ました"),
        {**kept.participant(8, "hana_new", "佐藤 花子", None), "answers": None},
    ]
    (batch,) = landed_rows(
        later,
        table=PARTICIPANTS,
        observed_at=kept.CLOCK,
        newest={},
        erase=RowEraser(gone, "connpass", PARTICIPANTS),
    )
    old, new = batch.rows
    assert old["nickname"] == kept_rows[0]["nickname"]
    assert old["display_name"] is None
    assert (new["nickname"], new["display_name"]) == ("hana_new", "佐藤 花子")


def test_the_tombstone_holds_hashes_and_keeps_the_accounts_together(
    clean: tuple[Path, str],
):
    data, _ = clean
    (stone,) = (data / "privacy" / "tombstones").iterdir()
    assert not any(kept.names(value, stone.read_text()) for value in VALUES)
    for file in (stone, data / "privacy" / "erase.key"):
        assert file.stat().st_mode & 0o777 == 0o600
    assert not list((data / "privacy" / "pending").iterdir())
    told = json.loads(stone.read_text())
    assert (told["reason"], told["who"]) == ("asked by mail", "jiro")
    whose = log.replay(log.read(data))["member_id"]
    mine = whose[whose.eq(told["member_id"])].index
    assert sorted(mine) == sorted(told["accounts"])
    lines = tombstones.held_together(manual.ManualDecisions((), ()), data).decisions
    joined = {item.account_a for item in lines} | {item.account_b for item in lines}
    assert joined == set(told["accounts"])


@pytest.mark.parametrize(
    ("module", "step", "calls"), [(places, "_raw", 2), (files, "database", 1)]
)
def test_killed_half_way_and_run_again_it_finishes(
    data: Path, monkeypatch: pytest.MonkeyPatch, module: object, step: str, calls: int
):
    class KilledError(BaseException):
        pass

    whole, count = getattr(module, step), iter(range(calls, 0, -1))

    def dies(*arguments: object, **named: object) -> object:
        if next(count) == 1:
            raise KilledError
        return whole(*arguments, **named)

    monkeypatch.setattr(module, step, dies)
    with pytest.raises(KilledError):
        erase(data)
    monkeypatch.undo()
    assert (data / "warehouse.duckdb").exists() == (step == "_raw")
    assert erase(data) == 0
    assert left(data) == {}


def test_dry_run_counts_and_changes_nothing(
    data: Path, capsys: pytest.CaptureFixture[str]
):
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}
    assert erase(data, "--dry") == 0
    after = {path: path.stat().st_mtime_ns for path in data.rglob("*")}
    assert {path.name for path in after.keys() - before.keys()} <= {".lock"}
    assert {path: after[path] for path in before if path != data} == {
        path: at for path, at in before.items() if path != data
    }
    said = capsys.readouterr().out
    assert "would change: raw rows: 6" in said
    assert "Nothing was changed" in said


def test_an_old_id_leads_to_the_survivor_and_a_second_time_does_nothing(
    data: Path, capsys: pytest.CaptureFixture[str]
):
    assert erase(data, member=MERGED) == 0
    assert f"{MERGED} was merged into {MEMBER}" in capsys.readouterr().out
    assert left(data) == {}
    for member in (MEMBER, MERGED):
        assert erase(data, member=member) == 0
        assert f"{member} was erased on 2026-11-20" in capsys.readouterr().out


def test_nobody_of_that_id(data: Path, capsys: pytest.CaptureFixture[str]):
    assert erase(data, member="m_nobody") == 1
    assert "no member m_nobody" in capsys.readouterr().err
    shutil.rmtree(data / "identity")
    assert erase(data) == 1
    assert "nobody is known here" in capsys.readouterr().err
    assert erase(data / "none") == 2


def test_the_reason_must_not_name_them(data: Path, capsys: pytest.CaptureFixture[str]):
    assert erase(data, "--reason", "佐藤 花子さんの依頼") == 2
    assert "REASON=" in capsys.readouterr().err
    assert not (data / "privacy" / "tombstones").exists()


def test_files_of_the_user_are_named_and_not_touched(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    own = tmp_path / "mine"
    shutil.move(data / "inbox", own)
    table = (own / "files" / "accounts.csv").read_bytes()
    assert erase(data, "--inbox", str(own)) == 1
    said = capsys.readouterr().err
    assert "your inbox: files/accounts.csv: line 2" in said
    assert "your inbox: files/sheet.xlsx" in said
    assert (own / "files" / "accounts.csv").read_bytes() == table
    # the decisions are ours, wherever they lie
    assert "hanako" not in (own / "identity" / "decisions.csv").read_text()
    for path in ("files/accounts.csv", "files/sheet.xlsx", "export.zip"):
        (own / path).unlink()
    assert erase(data, "--inbox", str(own)) == 0
    assert not list((data / "privacy" / "pending").iterdir())


def test_a_file_it_cannot_write_is_named(
    data: Path, capsys: pytest.CaptureFixture[str]
):
    odd = data / "inbox" / "packed.csv.gz"
    shutil.copy(data / "logs" / "old.log.gz", odd)
    bomb = data / "inbox" / "zeros.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros.csv", bytes(20_000_000))
    assert erase(data) == 1
    said = capsys.readouterr().err
    assert "packed.csv.gz" in said
    assert "zeros.zip: not searched, it unpacks to" in said
    odd.unlink()
    bomb.unlink()
    assert erase(data) == 0


def test_a_lost_key_or_a_damaged_tombstone_stops_the_load(
    clean: tuple[Path, str], tmp_path: Path
):
    folder = shutil.copytree(clean[0] / "privacy", tmp_path / "privacy")
    (stone,) = (folder / "tombstones").iterdir()
    stone.write_text(stone.read_text()[:-20])
    with pytest.raises(stones.CannotRead, match="is damaged"):
        stones.read(folder)
    (folder / "erase.key").unlink()
    with pytest.raises(stones.CannotRead, match=r"erase\.key is missing"):
        stones.read(folder)
