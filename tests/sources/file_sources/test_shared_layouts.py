"""Files whose layout was taken from real exports: as many rows as they hold."""

import csv
from pathlib import Path

import pytest

from tests.sources.file_sources.reading import Landed, read_files

LAYOUTS = "recordings/_layouts_invented_people"


def read(inbox: Path, source: str, path: str, original: Path) -> Landed:
    assert original.exists(), f"{original} is missing in the shared material"
    return read_files(source, inbox, {path: original.read_bytes()})


def test_peatix(shared: Path, tmp_path: Path):
    original = shared / LAYOUTS / "peatix_attendees_ja.csv"
    landed = read(tmp_path, "peatix", "peatix/event_4100001.csv", original)
    assert landed.set_aside == []
    assert landed.counts() == {"accounts": 2, "registrations": 2}
    assert [row["status"] for row in landed.rows["registrations"]] == ["accepted"] * 2


@pytest.mark.parametrize(
    ("name", "map_name", "counts", "attended"),
    [
        (
            "zoom_webinar_attendee_report_en.csv",
            "webinar",
            # host, panelist, absent, twice (two rows), phone
            {"events": 1, "accounts": 5, "registrations": 5},
            4,
        ),
        (
            "zoom_webinar_attendee_report_en_2026.csv",
            "webinar",
            {"events": 1, "accounts": 3, "registrations": 3},
            2,
        ),
        (
            "zoom_meeting_participants_en.csv",
            "meeting",
            {"events": 1, "accounts": 3, "registrations": 3},
            3,
        ),
        (
            "zoom_meeting_participants_unique_en.csv",
            "meeting_unique",
            {"accounts": 2, "registrations": 2},
            2,
        ),
    ],
)
def test_zoom(
    name: str,
    map_name: str,
    counts: dict[str, int],
    attended: int,
    shared: Path,
    tmp_path: Path,
):
    path = "zoom/81200000000/report.csv"
    landed = read(tmp_path, "zoom", path, shared / LAYOUTS / name)
    assert landed.set_aside == []
    assert landed.maps == [map_name]
    assert landed.counts() == counts
    assert len(landed.of("registrations", attended="true")) == attended


@pytest.mark.parametrize(
    ("name", "times"),
    [
        (
            "google_forms_download_ja.csv",
            {"2020-07-27T15:15:06+09:00", "2020-07-28T00:05:00+09:00"},
        ),
        ("google_sheets_export_ja.csv", {"2024-01-07T19:41:41", "2024-01-08T09:05:02"}),
    ],
)
def test_google_forms(name: str, times: set[str], shared: Path, tmp_path: Path):
    path = "forms/connpass_374877.csv"
    landed = read(tmp_path, "forms", path, shared / LAYOUTS / name)
    assert landed.set_aside == []
    assert landed.counts() == {"accounts": 2, "survey_responses": 4}
    assert {row["submitted_at"] for row in landed.rows["survey_responses"]} == times
    assert len(landed.of("survey_responses", question_kind="csat")) == 2


def test_a_real_sheet_of_2018(shared: Path, tmp_path: Path):
    original = shared / "recordings/google_forms/sheets_export_en_us_2018.csv"
    landed = read(tmp_path, "forms", "forms/sheet.csv", original)
    with original.open(encoding="utf-8-sig", newline="") as file:
        names = [row["Full Name"].strip() for row in csv.DictReader(file)]
    rows = landed.rows["survey_responses"]
    assert landed.set_aside == []
    assert len(rows) == len(names) == 21
    assert [row["answer"] for row in rows] == names
    assert len({row["response_id"] for row in rows}) == 21
    assert {row["submitted_at"] for row in rows} == {"2018-09-06T00:06:16"}
    assert landed.rows["accounts"] == []
