"""The participants CSV: both header generations, strict encodings, nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sources.connpass import SOURCE
from sources.connpass.participants import event_id_of, layout_of

OLD = "参加枠名,ユーザー名,表示名,コメント,参加ステータス,出欠ステータス"
NEW = f"{OLD},出席日時".replace("コメント", "利用開始日,コメント")
END = "更新日時,受付番号"
OLD_FILE = (
    f"{OLD},ご所属,{END}\n"
    "一般,hanako,花子,,参加,,ツナガリ社,2019年7月13日 13時02分,900001\n"
)
NEW_FILE = (
    f"{NEW},ご所属,ご所属,{END}\n"
    "LT枠,taro,太郎,2020年1月2日,よろしく,参加,出席,2024年5月10日 18時55分,"
    "甲社,開発部,2024年4月20日 09時03分,900002\n"
)


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox" / "connpass"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def read(make_run, inbox):
    """Reads the inbox without an API key; returns (rows, what was set aside)."""
    memory = {}

    def go():
        run = make_run(SOURCE, {}, memory=memory)
        return run.extract()["participants"], run.set_aside

    return go


def write(path, text, encoding="utf-8"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932", "shift_jis_2004"])
def test_every_encoding_and_both_headers_are_read(read, inbox, encoding):
    write(inbox / "event_11_participants.csv", OLD_FILE, encoding)
    write(inbox / "event_12_participants_2.csv", NEW_FILE, encoding)
    rows, aside = read()
    assert aside == []
    old, new = rows
    assert (old["event_id"], old["nickname"], old["attendance"]) == (
        "11",
        "hanako",
        None,
    )
    assert old["answers"] == [{"question": "ご所属", "answer": "ツナガリ社"}]
    assert (new["member_since"], new["attended_at"], new["reception_no"]) == (
        "2020年1月2日",
        "2024年5月10日 18時55分",
        "900002",
    )
    assert new["ticket"] == "LT枠"
    assert (new["_source_file"], new["_source_line"]) == (
        "connpass/event_12_participants_2.csv",
        2,
    )


def test_a_name_of_jis_x_0213_is_read(read, inbox):
    text = OLD_FILE.replace("花子", "𠮟る花子").replace("ご所属", "①")
    write(inbox / "event_11_participants.csv", text, "shift_jis_2004")
    (row,), aside = read()
    assert (row["display_name"], aside) == ("𠮟る花子", [])


def test_two_questions_with_the_same_text_are_both_kept_in_order(read, inbox):
    write(inbox / "event_12_participants.csv", NEW_FILE)
    (row,), _ = read()
    assert row["answers"] == [
        {"question": "ご所属", "answer": "甲社"},
        {"question": "ご所属", "answer": "開発部"},
    ]


def test_columns_are_found_by_name_in_any_order_and_width():
    layout = layout_of(["受付番号", "質問", "ﾕｰｻﾞｰ名", " 参加ステータス", "更新日時"])
    assert layout.fixed == {
        2: "nickname",
        3: "status",
        4: "updated_at",
        0: "reception_no",
    }
    assert layout.questions == {1: "質問"}


def test_a_question_named_like_our_columns_does_not_take_their_place():
    header = f"{OLD},コメント,更新日時,{END}".split(",")
    layout = layout_of(header)
    assert layout.questions == {6: "コメント", 7: "更新日時"}
    assert layout.fixed[8] == "updated_at"


def test_commas_quotes_and_line_breaks_in_a_question_and_an_answer(read, inbox):
    text = (
        f'{OLD},"好きな, ""もの""は\nなに?",{END}\n'
        'a,hanako,花子,"一行\n二行",参加,,"x,y",2019年7月13日 13時02分,1\n'
        "a,taro,太郎,,参加,,,2019年7月13日 13時02分,2\n"
    )
    write(inbox / "event_11_participants.csv", text)
    (first, second), aside = read()
    assert first["answers"] == [
        {"question": '好きな, "もの"は\nなに?', "answer": "x,y"}
    ]
    assert first["comment"] == "一行\n二行"
    assert (first["_source_line"], second["_source_line"], aside) == (3, 5, [])


@pytest.mark.parametrize(
    ("path", "event_id"),
    [
        ("2026/list.csv", None),
        ("2026/364/list.csv", "364"),
        ("364/20261101/list.csv", "364"),
        ("event_364_participants.csv", "364"),
        ("2024/event_364_participants_20240510 (1).csv", "364"),
        ("364/何でも.csv", "364"),
        ("364/utf8/list.csv", "364"),
        ("2024/event_5_participants.csv", "5"),
        ("participants.csv", None),
        ("spring/event_participants.csv", None),
    ],
)
def test_the_event_comes_from_the_name_or_the_folder(tmp_path, path, event_id):
    assert event_id_of((tmp_path / path).relative_to(tmp_path)) == event_id


def test_a_file_without_its_event_waits_and_is_read_when_it_is_moved(read, inbox):
    lost = write(inbox / "participants.csv", OLD_FILE)
    rows, (aside,) = read()
    assert rows == []
    assert aside["file"] == "connpass/participants.csv"
    assert "inbox/connpass/<id>/" in aside["reason"]
    assert read() == ([], [])
    (inbox / "11").mkdir()
    lost.rename(inbox / "11" / "participants.csv")
    rows, aside = read()
    assert [row["event_id"] for row in rows] == ["11"]
    assert aside == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("event_1_participants.csv", b"\x81\xff\xff\x00", "cannot be decoded"),
        ("event_1_participants.csv", b"", "no participants list"),
        ("event_1_participants.csv", b"a,b\n1,2\n", "no participants list"),
        ("event_1_participants.xlsx", b"PK\x03\x04", "as CSV"),
        (
            "event_1_participants.csv",
            "販売ID,チケットID,参加者名,ステータス\n1,2,花,支払済\n".encode("cp932"),
            "those of a file for peatix/",
        ),
        ("event_1_participants.csv", b"<!DOCTYPE html>\n<html>", "a web page"),
        ("20261101.csv", b"a,b\n1,2\n", "does not say which event"),
    ],
)
def test_a_file_nobody_can_read_is_set_aside_and_the_others_land(
    read, inbox, name, content, reason
):
    (inbox / name).write_bytes(content)
    write(inbox / "event_2_participants.csv", OLD_FILE)
    rows, (aside,) = read()
    assert len(rows) == 1
    assert reason in aside["reason"]
    assert (aside["file"], aside["table_name"]) == (f"connpass/{name}", "participants")


def test_a_row_short_of_columns_is_set_aside_with_its_line(read, inbox):
    bad = "一般,jiro,次郎,,参加\n"
    nobody = "一般,,,,参加,,,2019年7月13日 13時02分,900009\n"
    no_number = "一般,saburo,三郎,,参加,,,2019年7月13日 13時02分,\n"
    write(inbox / "event_11_participants.csv", OLD_FILE + bad + nobody + no_number)
    rows, aside = read()
    assert len(rows) == 1
    assert [a["line"] for a in aside] == [3, 4, 5]
    assert [a["reason"].split(":")[0] for a in aside] == [
        "the row has 5 of 9 columns",
        "ユーザー名 is empty",
        "受付番号 is empty",
    ]


def test_a_file_cut_off_inside_a_quote_keeps_the_rows_before(read, inbox):
    cut = '一般,jiro,次郎,"途中で'
    write(inbox / "event_11_participants.csv", OLD_FILE + cut)
    rows, (aside,) = read()
    assert len(rows) == 1
    assert "not readable from here on" in aside["reason"]
    assert aside["line"] == 3


def test_a_file_is_known_by_its_content(read, inbox):
    path = write(inbox / "event_11_participants.csv", OLD_FILE)
    assert len(read()[0]) == 1
    assert read() == ([], [])
    path.rename(inbox / "event_11_participants (1).csv")
    assert read() == ([], [])
    write(
        inbox / "event_11_participants.csv",
        OLD_FILE.replace(",,参加,,", ",,参加,出席,"),
    )
    (row,), _ = read()
    assert row["attendance"] == "出席"


def test_cancelling_and_applying_again_is_two_rows(read, inbox):
    text = (
        f"{OLD},{END}\n"
        "一般,hanako,花子,,参加キャンセル,,2024年5月1日 09時00分,1\n"
        "一般,hanako,花子,,参加,,2024年5月2日 09時00分,2\n"
    )
    write(inbox / "event_11_participants.csv", text)
    rows, _ = read()
    assert [(r["reception_no"], r["status"]) for r in rows] == [
        ("1", "参加キャンセル"),
        ("2", "参加"),
    ]


def test_withdrawn_people_are_never_looked_up(make_run, connpass, inbox):
    text = f"{OLD},{END}\n一般,(退会ユーザー),,,参加,,2024年5月1日 09時00分,1\n"
    write(inbox / "event_11_participants.csv", text + text.splitlines()[1].replace(
        "(退会ユーザー)", "hanako").replace(",1", ",2"))  # fmt: skip
    rows = make_run(SOURCE, connpass.settings).extract()
    assert len(rows["participants"]) == 2
    assert [user["nickname"] for user in rows["users"]] == ["hanako"]


def test_files_land_without_an_api_key(zone, inbox):
    write(inbox / "event_12_participants.csv", NEW_FILE)
    landed = zone.land(
        SOURCE, environment={}, clock=datetime(2026, 11, 21, 5, tzinfo=UTC)
    )
    (row,) = zone.rows("connpass", "participants")
    assert landed.missing == ("CONNPASS_API_KEY", "CONNPASS_GROUPS")
    assert (row["reception_no"], row["_source_line"]) == ("900002", 2)
    assert "開発部" in row["answers"]
    assert zone.rows("connpass", "events") == []
    assert list((zone.folder / "raw/raw_connpass/events").glob("*.parquet"))
