"""Answers become lines of the decisions file, one by one; the file stays people's."""

import io
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipelines.identity import frames, lines, manual, resolve, review
from pipelines.identity.lines import CannotWrite, add_lines
from pipelines.workspace import Busy, Workspace
from tests.identity.conftest import Community

LINE = {"decision": "merge", "account_a": "x:1", "account_b": "x:2", "who": "花子"}


@pytest.fixture
def waiting(community: Community) -> Community:
    """Two doubts: a shared mailbox with much activity behind it, one with little."""
    for number, activities in ((1, 1), (2, 9)):
        mail = f"pc{number}@corp{number}.jp"
        community.account(
            f"connpass:{number}",
            email=mail,
            display_name="佐藤健",
            name_kana="サトウケン",
            activities=activities,
        )
        community.account(f"hubspot:{number}", email=mail, display_name="鈴木一郎")
    community.refresh()
    assert len(community.reviews()) == 2
    return community


def _answers(
    monkeypatch: pytest.MonkeyPatch, community: Community, text: str, **options: str
) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    return community.command(review.main, **options)


def test_every_answer_is_a_line_and_counts_in_the_next_refresh(
    waiting: Community,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _answers(monkeypatch, waiting, "a met them\nr\n") == 0
    assert waiting.lines() == [
        "merge,connpass:2,hubspot:2,met them,hanako,2026-11-21",
        "split,connpass:1,hubspot:1,reviewed: same_address,hanako,2026-11-21",
    ]
    out = capsys.readouterr().out
    assert out.index("connpass:2") < out.index("connpass:1"), "most activity first"
    for words in (
        "サトウケン",
        "name 名前",
        "for 根拠",
        "against 反対",
        "same_address 同じメール",
    ):
        assert words in out
    assert "2 answers" in out
    assert "next `make refresh`" in out
    members = waiting.refresh()["member_id"]
    assert members["connpass:2"] == members["hubspot:2"]
    assert members["connpass:1"] != members["hubspot:1"]
    assert _answers(monkeypatch, waiting, "") == 0
    assert "Nothing was written." in capsys.readouterr().out


def test_what_is_answered_is_not_asked_again_and_later_is(
    waiting: Community,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _answers(monkeypatch, waiting, "l\nａ\n")
    assert waiting.lines()[0].startswith("merge,connpass:1,")
    assert "1 left for later" in capsys.readouterr().out
    _answers(monkeypatch, waiting, "q\n")
    out = capsys.readouterr().out
    assert "1 answered already" in out
    assert "1 of 1" in out
    assert "connpass:2" in out


def test_more_is_shown_and_other_keys_are_explained(
    waiting: Community,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _answers(monkeypatch, waiting, "s\nwhat?\n\nq\n")
    out = capsys.readouterr().out
    assert "2026-10-01  attend  Meeting 会合" in out
    assert out.count("One of the letters a, r, l, s, q") == 2
    assert waiting.lines() == []


def test_an_interrupt_keeps_what_was_answered(
    waiting: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(io.StringIO):
        def readline(self, *_: object) -> str:
            if self.tell():
                raise KeyboardInterrupt
            return super().readline()

    monkeypatch.setattr("sys.stdin", Interrupted("r\nr\n"))
    assert waiting.command(review.main) == 0
    assert len(waiting.lines()) == 1


def test_one_person_by_an_earlier_answer_is_not_asked(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("佐藤健", "鈴木一郎", "高橋花子")
    for number, name in enumerate(names):
        community.account(f"s{number}:1", email="pc@corp.jp", display_name=name)
    community.refresh()
    assert len(community.reviews()) == 2
    _answers(monkeypatch, community, "a\na\na\n")
    assert len(community.lines()) == 2


def test_those_who_hang_together_are_one_question(
    community: Community,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for number, name in enumerate(("佐藤健", "鈴木一郎", "高橋花子")):
        community.account(f"s{number}:1", email="pc@corp.jp", display_name=name)
    community.refresh()
    _answers(monkeypatch, community, "g one office\n")
    out = capsys.readouterr().out
    assert out.count("[g]roup") == out.count("further questions") == 1
    assert "s2:1 (高橋花子, pc@corp.jp)" in out, "who else it would be"
    assert out.count("same_address 同じメール") == 2, "and why"
    assert len(community.lines()) == 2
    assert community.refresh()["member_id"].nunique() == 1


def test_where_one_was_rejected_the_others_are_asked_one_by_one(
    community: Community,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for number, name in enumerate(("佐藤健", "鈴木一郎", "高橋花子")):
        community.account(f"s{number}:1", email="pc@corp.jp", display_name=name)
    community.refresh()
    _answers(monkeypatch, community, "r\ng\na\n")
    assert "One of the letters" in capsys.readouterr().out
    assert [line.partition(",")[0] for line in community.lines()] == ["split", "merge"]


def test_too_many_people_are_asked_about_singly(
    community: Community,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ["佐藤健", "鈴木一郎", "高橋花子", "田中次郎", "渡辺三郎", "伊藤四郎"]
    assert len(names) > review.LARGEST_GROUP
    for number, name in enumerate(names):
        community.account(f"s{number}:1", email="pc@corp.jp", display_name=name)
    community.refresh()
    _answers(monkeypatch, community, "q\n")
    assert "[g]roup" not in capsys.readouterr().out


def test_without_a_refresh_the_way_is_shown(
    community: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    (community.data / "inbox").mkdir(parents=True)
    assert community.command(review.main) == 1
    assert "run `make refresh` first" in capsys.readouterr().err


def test_while_a_refresh_runs_what_was_published_answers(
    waiting: Community,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def busy(_: Workspace) -> None:
        raise Busy("another run")

    monkeypatch.setattr(Workspace, "hold", busy)
    assert _answers(monkeypatch, waiting, "a\n") == 1
    assert "or wait for the one that runs" in capsys.readouterr().err
    published = waiting.data / "published" / "community.duckdb"
    published.parent.mkdir()
    with duckdb.connect(published) as connection:
        connection.execute(f"attach '{waiting.data / 'warehouse.duckdb'}' as file")
        connection.execute(
            "create schema marts;"
            "create table marts.member_accounts as"
            " from file.intermediate.int_accounts"
            " join file.identity.account_members using (account_id);"
            "create table marts.dim_members as select *, member_id as id"
            " from marts.member_accounts;"
            "create table marts.fct_activities as from file.intermediate.int_activities"
        )
    assert _answers(monkeypatch, waiting, "a\nq\n") == 0
    out = capsys.readouterr().out
    assert "A refresh is running: this is what was published before it." in out
    assert "佐藤健" in out
    assert len(waiting.lines()) == 1


def test_the_inbox_of_the_run_is_the_one_that_is_read(
    community: Community, tmp_path: Path
) -> None:
    community.account("s0:1")
    community.account("s1:1")
    workspace = Workspace(community.data, tmp_path / "elsewhere")
    inbox = manual.inbox_of(workspace.environment())
    line = LINE | {"account_a": "s0:1", "account_b": "s1:1"}
    add_lines(manual.file_in(inbox), [line])
    accounts = frames.to_table(pd.DataFrame(community.accounts), frames.ACCOUNTS)
    links = frames.LINKS.empty_table()
    run_at = resolve.clock(0)
    found = resolve.account_members(
        accounts, links, data=community.data, run_at=run_at, inbox=inbox
    )
    assert len(set(found["member_id"].to_pylist())) == 1
    assert manual.inbox_of({"TSUNAGARI_DATA": "/d"}) == Path("/d/inbox")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("has_last_end", [True, False])
def test_what_people_wrote_stays_byte_for_byte(
    tmp_path: Path, end: str, encoding: str, has_last_end: bool
) -> None:
    file = tmp_path / "decisions.csv"
    text = end.join(
        [
            "decision,メモ,account_a,account_b,reason",
            '"merge",私の,x:1 ,"x:2","a, ""b"""',
        ]
    ) + (end if has_last_end else "")
    file.write_bytes(text.encode(encoding))
    add_lines(file, [{"decision": "split", "account_a": "x:3", "account_b": "x:4"}])
    written = file.read_bytes()
    after = text if has_last_end else text + end
    assert written == (after + f"split,,x:3,x:4,{end}").encode(encoding)


def test_a_missing_column_is_added_to_the_header(tmp_path: Path) -> None:
    file = tmp_path / "decisions.csv"
    file.write_text("decision,account_a,account_b\nbot,x:1,\n", encoding="utf-8")
    add_lines(file, [LINE])
    assert file.read_text("utf-8").splitlines() == [
        "decision,account_a,account_b,who",
        "bot,x:1,",
        "merge,x:1,x:2,花子",
    ]


def test_letters_that_cp932_lacks_make_the_file_utf8_with_a_mark(
    tmp_path: Path,
) -> None:
    file = tmp_path / "decisions.csv"
    file.write_bytes(
        "decision,account_a,account_b,reason\nbot,x:1,,名\n".encode("cp932")
    )
    add_lines(file, [LINE | {"reason": "🌸"}])
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "bot,x:1,,名" in file.read_text("utf-8-sig")
    assert "🌸" in file.read_text("utf-8-sig")


def test_a_file_that_cannot_take_a_line_says_so_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "decisions.csv"
    for content, words in (
        (b"a;b\n", "line 1: no column decision"),
        (b"decision \x82", "neither UTF-8 nor CP932"),
    ):
        file.write_bytes(content)
        with pytest.raises(CannotWrite, match=words):
            add_lines(file, [LINE])
        assert file.read_bytes() == content

    def in_use(*_: object) -> None:
        raise PermissionError(13, "is open elsewhere")

    file.write_bytes(b"decision,account_a,account_b\n")
    monkeypatch.setattr(lines.Path, "replace", in_use)
    with pytest.raises(CannotWrite, match="close it where it is open"):
        add_lines(file, [LINE])
    assert file.read_bytes() == b"decision,account_a,account_b\n"
    assert [path.name for path in tmp_path.iterdir()] == ["decisions.csv"]


def test_a_new_file_opens_in_excel(tmp_path: Path) -> None:
    file = tmp_path / "identity" / "decisions.csv"
    add_lines(file, [LINE])
    assert file.read_bytes().startswith(b"\xef\xbb\xbfdecision,account_a,account_b")
