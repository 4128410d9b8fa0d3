"""Files as they come from people's desktops: saved, copied, totalled, misplaced."""

import subprocess
import sys
from pathlib import Path

import pytest

from sources._files.numbers import number_in
from sources._files.times import iso_of
from sources._sandbox.exports import xlsx_bytes
from sources.connpass.participants import REQUIRED
from tests.conftest import PROJECT
from tests.sources.file_sources.reading import Landed, read_files
from tests.sources.file_sources.samples import FILES

HEADER = "販売ID,ユーザーID,チケットID,参加者名,注文日時,ステータス\n"
HANAKO = "101,2001,9001,ミホン ハナコ,2026/11/01 09:10,支払済\n"
TARO = "102,2002,9002,ミホン タロウ,2026/11/01 09:20,支払済\n"
JIRO = "103,2003,9003,ミホン ジロウ,2026/11/01 09:30,支払済\n"
PEATIX = "peatix/4100001/a.csv"


def peatix(inbox: Path, content: bytes | str) -> Landed:
    return read_files("peatix", inbox, {PEATIX: content})


def people(landed: Landed) -> list[str]:
    return [row["account_id"] for row in landed.rows["accounts"]]


@pytest.mark.parametrize(
    "total",
    [
        "合計,,,,,2\n",
        ",,,合計 2名,,\n",
        "総計,2\n",
        "Total,,,,,2\n",
        "合計：2名,,,,,\n",
    ],
)
def test_a_line_of_totals_is_nobody(total: str, tmp_path: Path):
    landed = peatix(tmp_path, HEADER + HANAKO + TARO + total)
    assert people(landed) == ["2001", "2002"]
    (aside,) = landed.set_aside
    assert (aside["line"], aside["reason"]) == (
        4,
        "a line of totals, no row of the list",
    )


def test_a_row_that_only_begins_like_a_total_is_a_row(tmp_path: Path):
    named = "104,2004,9004,合計 太郎,2026/11/01 09:20,支払済\n"
    text = HEADER + named + "Total,2005,9005,花,2026/11/01 09:20,支払済\n"
    assert people(peatix(tmp_path, text)) == ["2004", "2005"]


def test_a_quotation_mark_that_is_never_closed_loses_its_own_line_only(tmp_path: Path):
    broken = TARO.replace("ミホン タロウ", '"ミホン タロウ')
    landed = peatix(tmp_path, HEADER + HANAKO + broken + JIRO)
    assert people(landed) == ["2001", "2003"]
    (aside,) = landed.set_aside
    assert aside["line"] == 3
    assert "a quotation mark is missing" in aside["reason"]
    assert aside["payload"] == broken.rstrip("\n")


def test_a_mark_that_is_closed_lines_below_loses_no_line_in_between(tmp_path: Path):
    opened = HANAKO.replace("ミホン ハナコ", '"ミホン ハナコ')
    quoted = JIRO.replace("ミホン ジロウ", '"ミホン, ジロウ"')
    landed = peatix(tmp_path, HEADER + opened + TARO + quoted)
    assert people(landed) == ["2002", "2003"]
    assert [row["line"] for row in landed.set_aside] == [2]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            "<!DOCTYPE html>\n<html><body>ログイン, パスワード</body></html>",
            "a web page",
        ),
        ("\ufeff<html><table><tr><td>販売ID</td></tr></table></html>", "a web page"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF"),
        (b"\xef\xbb\xbf\r\n", "the file is empty"),
        ((HEADER + HANAKO).encode("iso-2022-jp"), "the file is in ISO-2022-JP"),
    ],
)
def test_what_is_no_list_is_told(content: bytes | str, reason: str, tmp_path: Path):
    landed = peatix(tmp_path, content)
    (aside,) = landed.set_aside
    assert aside["reason"].startswith(reason)
    assert landed.counts() == {}


@pytest.mark.parametrize(
    "above",
    [
        "イベント名: LT大会, 第3回\n出力日 2026/11/1\n\n",
        "イベント名: LT大会; 第3回\n",
        "\n参加者一覧\n",
    ],
)
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_titles_with_other_signs_above_the_table(above: str, sign: str, tmp_path: Path):
    table = (HEADER + HANAKO + TARO).replace(",", sign)
    assert people(peatix(tmp_path, above + table)) == ["2001", "2002"]


def test_answers_full_of_semicolons_make_no_semicolon_file(tmp_path: Path):
    text = "タイムスタンプ,目的\n2026/07/27 15:00:00,a;b;c\n2026/07/27 15:00:01,d;e;f\n"
    landed = read_files("forms", tmp_path, {"forms/a.csv": text})
    answers = [row["answer"] for row in landed.rows["survey_responses"]]
    assert answers == ["a;b;c", "d;e;f"]


def test_a_file_in_the_wrong_folder_says_where_it_belongs(tmp_path: Path):
    connpass = f"{','.join(('参加枠名', *REQUIRED))}\n一般,hanako,参加,1\n"
    landed = read_files(
        "doorkeeper",
        tmp_path,
        {
            "doorkeeper/180001/a.csv": HEADER + HANAKO,
            "doorkeeper/180002/b.csv": connpass,
        },
    )
    first, second = (row["reason"] for row in landed.set_aside)
    assert first.endswith("those of a file for peatix/: if it is one, move it there")
    assert second.endswith("those of a file for connpass/: if it is one, move it there")


@pytest.mark.parametrize(
    ("path", "event"),
    [
        ("peatix/2026/参加者リスト_20261101.csv", None),
        ("peatix/20261101/list.csv", None),
        ("peatix/2026年度/list.csv", None),
        ("peatix/2026/4100001/list.csv", "4100001"),
        ("peatix/4100001/20261101.csv", "4100001"),
        ("peatix/20261101/4100001 参加者.csv", "4100001"),
        ("doorkeeper/180001/参加者_20261101.csv", "180001"),
        ("doorkeeper/参加者_2026-11-01.csv", None),
        ("eventhub/3a7SOKkxY/users.csv", "3a7SOKkxY"),
        ("eventhub/event_3a7SOKkxY.csv", "3a7SOKkxY"),
        ("eventhub/2026/users.csv", None),
        ("techplay/2026/list.csv", None),
    ],
)
def test_a_day_in_a_name_is_no_event(path: str, event: str | None, tmp_path: Path):
    name = path.split("/")[0]
    text = (
        HEADER + HANAKO
        if name == "peatix"
        else "氏名,メールアドレス\n花,a@example.com\n"
    )
    landed = read_files(name, tmp_path, {path: text})
    found = [row["event_id"] for row in landed.rows["registrations"]]
    assert found == ([event] if event else [])
    assert len(landed.set_aside) == (0 if event else 1)


@pytest.mark.parametrize(
    ("path", "event"),
    [
        ("forms/2026/満足度.csv", (None, None)),
        ("forms/20261101/満足度.csv", (None, None)),
        ("forms/peatix_2026年の満足度.csv", ("peatix", None)),
        ("forms/portal_e1234/満足度.csv", ("portal", "e1234")),
    ],
)
def test_a_year_is_no_event_of_a_survey(
    path: str, event: tuple[str | None, str | None], tmp_path: Path
):
    text = "タイムスタンプ,満足度\n2026/07/27 15:00:00,5\n"
    landed = read_files("forms", tmp_path, {path: text})
    (row,) = landed.rows["survey_responses"]
    assert (row.get("event_source"), row.get("event_id")) == event


def test_surveys_and_costs_of_one_name_in_two_folders_are_two(tmp_path: Path):
    survey = "タイムスタンプ,満足度\n2026/07/27 15:00:00,{}\n"
    forms = read_files(
        "forms",
        tmp_path,
        {f"forms/{at}/a.csv": survey.format(n) for n, at in enumerate("xy", 3)},
    )
    keys = {(r["survey_id"], r["response_id"]) for r in forms.rows["survey_responses"]}
    assert len(keys) == 2
    cost = "日付,費目,金額（円）\n2026-04-01,会場費,{}\n"
    costs = read_files(
        "inhouse",
        tmp_path,
        {f"inhouse/{year}/c.csv": cost.format(year) for year in (2025, 2026)},
    )
    assert {row["cost_id"] for row in costs.rows["costs"]} == {
        "2025/c.csv 2",
        "2026/c.csv 2",
    }


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1,200,000円", "1200000"),
        ("￥1,200,000-", "1200000"),
        ("120万円", "1200000"),
        ("1.5万円", "15000"),
        ("1億2,000万円", "120000000"),
        ("3千円", "3000"),
        ("△3,000円", "-3000"),
        ("▲3000", "-3000"),
        ("(3,000)", "-3000"),
        ("-¥3,000", "-3000"),
        ("−3000", "-3000"),  # noqa: RUF001
        ("12,000円（税込）", "12000"),
        ("１２，０００", "12000"),
        ("12000.50", "12000.50"),
        ("0", "0"),
        ("-", None),
        ("80%", "80%"),
        ("無料", "無料"),
        ("1200,000", "1200,000"),
        ("-△3", "-△3"),
        ("円", "円"),
    ],
)
def test_amounts_as_registers_write_them(written: str, number: str | None):
    assert number_in(written) == number


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("令和8年4月1日", "2026-04-01"),
        ("令和元年５月１日", "2019-05-01"),
        ("R8.4.1", "2026-04-01"),
        ("H31/4/30", "2019-04-30"),
        ("昭和60年1月1日", "1985-01-01"),
        ("2026年4月", "2026-04-01"),
        ("令和8年4月", "2026-04-01"),
        ("2026/4", "2026-04-01"),
        ("2026年13月", None),
        ("26/4/1", None),
        ("未定", None),
    ],
)
def test_days_as_registers_write_them(written: str, day: str | None):
    assert iso_of(written, (), month="first") == day


def test_a_month_ends_on_its_last_day_and_is_no_moment():
    assert iso_of("2028年2月", (), month="last") == "2028-02-29"
    assert iso_of("2026年4月", ()) is None
    assert iso_of("2026/11/10 19時", ()) == "2026-11-10T19:00:00"
    assert iso_of("令和8年11月10日 19:05", ()) == "2026-11-10T19:05:00"


def test_targets_of_months_and_percents(tmp_path: Path):
    text = "指標,期間開始,期間終了,目標値\nアクティブ率,2026年4月,2027年3月,80%\n"
    landed = read_files("inhouse", tmp_path, {"inhouse/t.csv": text})
    (row,) = landed.rows["targets"]
    assert (row["period_start"], row["period_end"], row["target"]) == (
        "2026-04-01",
        "2027-03-31",
        "80%",  # staging knows that it is 0.8
    )


def test_a_cell_that_says_there_is_no_address_makes_nobody(tmp_path: Path):
    rows = [
        ("なし", "E1"),
        ("", "E2"),
        ("花子 <Hanako@Example.com>", "E3"),
        ("a@example.com、b@example.com", "E4"),
        ("ｃ＠example.com", "E5"),  # noqa: RUF001
    ]
    text = "資格名,取得日,社員番号,社用メール\n" + "".join(
        f"認定,2026/4/1,{number},{mail}\n" for mail, number in rows
    )
    landed = read_files("inhouse", tmp_path, {"inhouse/c.csv": text})
    assert landed.set_aside == []
    assert [r.get("account_id") for r in landed.rows["certifications"]] == [
        None,
        None,
        "hanako@example.com",
        "a@example.com",
        "c@example.com",
    ]
    assert len(landed.rows["accounts"]) == 3


def test_answers_of_the_anonymous_are_nobodys(tmp_path: Path):
    text = "タイムスタンプ,ユーザー名,Q\n" + "".join(
        f"2026/07/27 15:00:00,{who},a\n" for who in ("匿名", "anonymous", "なし", "")
    )
    landed = read_files("forms", tmp_path, {"forms/a.csv": text})
    assert landed.counts() == {"survey_responses": 4}
    assert not any("account_id" in row for row in landed.rows["survey_responses"])


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("知人や同僚に勧める可能性", "nps"),
        ("友人・同僚に薦めたい度合い（0〜10）", "nps"),
        ("親しい友人や同僚にどの程度お薦めしたいですか？", "nps"),
        ("推奨度", "nps"),
        ("How likely are you to recommend", "nps"),
        ("満足した点は何ですか", "text"),
        ("良かった点・満足したか", "text"),
        ("どのセッションを勧めますか", None),
    ],
)
def test_more_words_for_questions(question: str, kind: str | None, tmp_path: Path):
    text = f"タイムスタンプ,{question}\n2026/07/27 15:00:00,9\n"
    landed = read_files("forms", tmp_path, {"forms/a.csv": text})
    assert landed.rows["survey_responses"][0].get("question_kind") == kind


def test_satisfaction_in_words_counts_what_the_map_says(tmp_path: Path):
    text = (PROJECT / "sources/forms/maps/google.yaml").read_text(encoding="utf-8")
    mine = text.replace(
        "    # Without one of these", "    scores: {5: [大変満足], 3: [普通]}\n    # W"
    )
    answers = "タイムスタンプ,満足度（10段階）,理由\n" + "".join(
        f"2026/07/27 15:00:0{n},{a},大変満足\n"
        for n, a in enumerate(["大変満足", "普通", "9", "不満"])
    )
    landed = read_files(
        "forms", tmp_path, {"forms/a.csv": answers, "forms/mine.yaml": mine}
    )
    csat = landed.of("survey_responses", question_kind="csat")
    assert [row["answer"] for row in csat] == ["5", "3", "9", "不満"]
    assert {row["scale_max"] for row in csat} == {"10"}
    reasons = landed.of("survey_responses", question_kind="text")
    assert {row["answer"] for row in reasons} == {"大変満足"}


MEETING = "Name (Original Name),User Email,Join Time,Leave Time\n"


@pytest.mark.parametrize(
    ("joined", "left", "minutes"),
    [
        ("03/08/2026 01:55:00 AM", "03/08/2026 03:05:00 AM", "10"),  # set forward
        ("10/31/2026 11:00:00 PM", "11/01/2026 03:00:00 AM", "300"),  # set back
        ("11/01/2026 01:30:00 AM", "11/01/2026 01:10:00 AM", "40"),  # in between
        ("11/10/2026 11:55:00 PM", "11/11/2026 12:20:00 AM", "25"),
    ],
)
def test_minutes_are_those_that_passed(
    joined: str, left: str, minutes: str, tmp_path: Path
):
    landed = read_files(
        "zoom",
        tmp_path,
        {"zoom/81200000000/p.csv": f"{MEETING}a,a@example.com,{joined},{left}\n"},
        {"ZOOM_TIMEZONE": "America/New_York"},
    )
    assert landed.rows["registrations"][0]["minutes"] == minutes


def test_a_guest_is_one_with_and_without_the_lines_about_the_meeting(tmp_path: Path):
    row = f"{MEETING}Guest,,11/10/2026 07:00 PM,11/10/2026 08:00 PM\n"
    above = "Meeting ID,Topic\n812 0000 0000,Talk\n\n"
    landed = read_files(
        "zoom",
        tmp_path,
        {"zoom/m.csv": above + row, "zoom/participants_81200000000.csv": row},
    )
    ids = {(r["event_id"], r["account_id"]) for r in landed.rows["registrations"]}
    assert ids == {("81200000000", "81200000000/guest")}


def test_a_webinar_of_a_japanese_account(tmp_path: Path):
    text = (FILES / "zoom/webinar_2020.csv").read_text(encoding="utf-8")
    words = {
        "Host Details": "主催者の詳細",
        "Panelist Details": "パネリストの詳細",
        "Attendee Details": "参加者の詳細",
        "Other Attended": "その他の参加者",
        "User Name (Original Name)": "ユーザー名（元の名前）",  # noqa: RUF001
        "Join Time": "参加時刻",
        "Leave Time": "退出時刻",
        "Webinar ID": "ウェビナーID",
    }
    japanese = text
    for english, word in words.items():
        japanese = japanese.replace(english, word)
    plain = read_files("zoom", tmp_path / "en", {"zoom/w.csv": text})
    landed = read_files("zoom", tmp_path / "ja", {"zoom/w.csv": japanese})
    assert landed.counts()["registrations"] == plain.counts()["registrations"]


def test_people_who_left_a_portal_are_not_one_person(tmp_path: Path):
    posts = "投稿ID,投稿者ID,タイトル,投稿日時\n" + "".join(
        f"{n},{who},題,2026/04/01 10:00\n"
        for n, who in enumerate(["退会ユーザー", "U1"])
    )
    answers = "ユーザーID,回答日時,感想\n退会ユーザー,2026/04/01 10:00,よい\n"
    landed = read_files(
        "portal",
        tmp_path,
        {"portal/osiro/2026/posts.csv": posts, "portal/osiro/a.csv": answers},
    )
    assert [(r["source"], r["account_id"]) for r in landed.rows["activities"]] == [
        ("osiro", "U1")
    ]
    assert [row["line"] for row in landed.set_aside] == [2]
    (answer,) = landed.rows["survey_responses"]
    assert "account_id" not in answer


def test_a_map_tried_by_hand_tells_lines_and_words_that_mean_nothing(tmp_path: Path):
    (tmp_path / "map.yaml").write_text(
        "title: t\nmatch: {requires: [who, what]}\n"
        "columns: {who: [会員番号], what: [操作], when: [日時]}\n"
        "rows:\n  activities:\n    source: {const: p}\n"
        '    activity_id: {template: "{who} {when}"}\n    account_id: {column: who}\n'
        "    activity_type: {column: what, map: {投稿: post, いいね: like}}\n"
        "    occurred_at: {column: when}\n",
        encoding="utf-8",
    )
    (tmp_path / "log.csv").write_text(
        "会員番号,操作,日時\n1,投稿,2026/4/1\n2,いいね,2026/4/1\n3,拍手,2026/4/1\n",
        encoding="utf-8",
    )
    told = subprocess.run(
        [sys.executable, "-m", "sources._files", "map.yaml", "log.csv"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "set aside, 1 rows (first line 4): activities: what is 拍手" in told
    assert "activities.activity_type has words that mean nothing: like (1 rows)" in told
    assert "there are speak, " in told


@pytest.mark.parametrize("name", ["peatix", "doorkeeper", "techplay", "eventregist"])
@pytest.mark.parametrize(
    ("marks", "attended"), [("○〇◯◎✓✔", "true"), ("×✕✖✗", "false")]
)
def test_any_kind_of_circle_or_cross(
    marks: str, attended: str, name: str, tmp_path: Path
):
    header = (
        "販売ID,チケットID,受付番号,氏名,姓,名,参加者名,メールアドレス,出席,受付状況"
    )
    rows = "".join(
        f"{n},{n},{n},花子,山田,花子,花子,{n}@example.com,{mark},{mark}\n"
        for n, mark in enumerate(marks, start=1)
    )
    landed = read_files(name, tmp_path, {f"{name}/410001/a.csv": f"{header}\n{rows}"})
    assert landed.set_aside == []
    found = [row.get("attended") for row in landed.rows["registrations"]]
    assert found == [attended] * len(marks)


def test_an_empty_workbook_is_told(tmp_path: Path):
    landed = read_files("inhouse", tmp_path, {"inhouse/a.xlsx": xlsx_bytes([], "S")})
    (aside,) = landed.set_aside
    assert aside["reason"] == "there is nothing in it; export it again"
