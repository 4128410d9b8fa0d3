"""Surveys: one row an answer, NPS and satisfaction known, events by the file's name."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from sources._sandbox.exports import xlsx_bytes
from sources._sandbox.model import JST
from tests.conftest import PROJECT
from tests.sources.file_sources.reading import read_files
from tests.sources.file_sources.samples import FILES

NPS = "このイベントを友人に勧める可能性はどのくらいありますか？"
DOWNLOAD = "forms/connpass_374877_アンケート.csv"


def test_a_google_download(tmp_path: Path):
    landed = read_files("forms", tmp_path, {DOWNLOAD: (FILES / DOWNLOAD).read_bytes()})
    nps, later = landed.of("survey_responses", question_kind="nps")
    assert {k: v for k, v in nps.items() if not k.startswith("_")} == {
        "source": "forms",
        "survey_id": "connpass_374877_アンケート",
        "response_id": "connpass_374877_アンケート 2",
        "question": NPS.replace("？", "?"),
        "question_id": NPS.replace("？", "?"),
        "question_kind": "nps",
        "answer": "9",
        "event_source": "connpass",
        "event_id": "374877",
        "account_id": "hanako@example.com",
        "email": "hanako@example.com",
        "submitted_at": "2026-07-27T15:15:06+09:00",
        "timezone": "Asia/Tokyo",
    }
    # Five past midnight, and nobody's.
    assert later["submitted_at"] == "2026-07-28T00:05:00+09:00"
    assert "account_id" not in later
    (account,) = landed.rows["accounts"]
    assert (account["account_id"], account["email_verified"]) == (
        "hanako@example.com",
        "false",
    )


@pytest.mark.parametrize(
    ("path", "source", "event"),
    [
        ("forms/connpass_374877_アンケート.csv", "connpass", "374877"),
        ("forms/event_374877.csv", None, "374877"),
        ("forms/portal-e1234 satisfaction.csv", "portal", "e1234"),
        ("forms/peatix_4100001/answers.csv", "peatix", "4100001"),
        ("forms/374877/answers.csv", None, "374877"),
        ("forms/2026年の満足度調査.csv", None, None),
    ],
)
def test_the_event_stands_in_the_files_or_the_folders_name(
    path: str, source: str | None, event: str | None, tmp_path: Path
):
    landed = read_files("forms", tmp_path, {path: (FILES / DOWNLOAD).read_bytes()})
    assert {
        (row.get("event_source"), row.get("event_id"))
        for row in landed.rows["survey_responses"]
    } == {(source, event)}


@pytest.mark.parametrize("again", ["アンケート (1).csv", "アンケート（回答）.csv"])
def test_a_survey_downloaded_again_is_the_same_survey(again: str, tmp_path: Path):
    content = (FILES / DOWNLOAD).read_bytes()
    files = {"forms/アンケート.csv": content, f"forms/{again}": content + b"\r\n"}
    landed = read_files("forms", tmp_path, files)
    assert {row["survey_id"] for row in landed.rows["survey_responses"]} == {
        "アンケート"
    }


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("このイベントを同僚に薦めたいと思いますか（0-10）", "nps"),
        ("How likely are you to recommend us to a friend?", "nps"),
        ("NPS", "nps"),
        ("全体の満足度を教えてください", "csat"),
        ("How satisfied are you?", "csat"),
        ("満足度の理由", "text"),
        ("おすすめの本を教えてください", None),
        ("次に聞きたい話", None),
    ],
)
def test_questions_are_known_by_their_words(
    question: str, kind: str | None, tmp_path: Path
):
    text = f"タイムスタンプ,{question}\n2026/07/27 15:00:00,5\n"
    landed = read_files("forms", tmp_path, {"forms/a.csv": text})
    (row,) = landed.rows["survey_responses"]
    assert row.get("question_kind") == kind


def test_a_question_the_patterns_miss_is_named_in_a_map(tmp_path: Path):
    text = (PROJECT / "sources/forms/maps/google.yaml").read_text(encoding="utf-8")
    mended = text.replace("nps: [", 'nps: ["次も来たいですか？", ')
    landed = read_files(
        "forms",
        tmp_path,
        {
            "forms/a.csv": "タイムスタンプ,次も来たいですか？\n2026/07/27 15:00:00,9\n",
            "forms/mine.yaml": mended,
        },
    )
    (row,) = landed.rows["survey_responses"]
    assert row["question_kind"] == "nps"


def test_two_questions_with_one_text_are_two_questions(tmp_path: Path):
    text = "タイムスタンプ,ひとこと,ひとこと\n2026/07/27 15:00:00,a,b\n"
    landed = read_files("forms", tmp_path, {"forms/a.csv": text})
    ids = [row["question_id"] for row in landed.rows["survey_responses"]]
    assert ids == ["ひとこと", "ひとこと#2"]


def test_a_microsoft_workbook(tmp_path: Path):
    book = xlsx_bytes(
        [
            ("ID", "開始時刻", "完了時刻", "メール", "名前", "満足度（1-5）", "理由"),
            (
                1,
                datetime(2026, 7, 27, 15, 12, tzinfo=JST),
                datetime(2026, 7, 27, 15, 15, 6, tzinfo=JST),
                "hanako@example.com",
                "見本 花子",
                5,
                "よかった",
            ),
            (
                2,
                datetime(2026, 7, 27, 16, 12, tzinfo=JST),
                datetime(2026, 7, 27, 16, 15, tzinfo=JST),
                "anonymous",
                "匿名",
                2,
                "",
            ),
        ],
        "Sheet1",
    )
    landed = read_files("forms", tmp_path, {"forms/connpass_374877.xlsx": book})
    assert landed.set_aside == []
    assert landed.counts() == {"accounts": 1, "survey_responses": 3}
    first, second = landed.of("survey_responses", question_kind="csat")
    assert (first["answer"], first["submitted_at"]) == ("5", "2026-07-27T15:15:06")
    assert (first["email"], first["name"]) == ("hanako@example.com", "見本 花子")
    assert not {"email", "name", "account_id"} & set(second)
    assert first["response_id"] != second["response_id"]


def test_a_zip_as_google_downloads_it(tmp_path: Path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("アンケート.csv", (FILES / DOWNLOAD).read_bytes())
    landed = read_files(
        "forms",
        tmp_path,
        {"forms/connpass_374877/アンケート.csv.zip": packed.getvalue()},
    )
    assert landed.counts() == {"accounts": 1, "survey_responses": 5}
