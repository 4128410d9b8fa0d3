"""Zoom's reports: sections, re-joins, clocks of the account, who counts as there."""

from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.sources.file_sources.reading import Landed, read_files
from tests.sources.file_sources.samples import FILES


def report(inbox: Path, *names: str, **settings: str) -> Landed:
    files = {f"zoom/{name}": (FILES / "zoom" / name).read_bytes() for name in names}
    return read_files("zoom", inbox, files, settings)


def test_a_webinar_of_2020_is_one_row_a_person_and_role(tmp_path: Path):
    landed = report(tmp_path, "webinar_2020.csv")
    assert landed.set_aside == []
    assert landed.maps == ["webinar"]
    assert landed.counts() == {"events": 1, "accounts": 6, "registrations": 7}
    (event,) = landed.rows["events"]
    assert event["event_id"] == "328972509"
    assert event["title"] == "Sample Webinar"
    assert event["started_at"] == "2020-03-28T19:00:00"
    roles = {(r["account_id"], r["role"]) for r in landed.rows["registrations"]}
    assert roles == {
        ("host@example.com", "organiser"),
        ("hanako@example.com", "speaker"),
        ("hanako@example.com", "attendee"),
        ("taro@example.com", "attendee"),
        ("short@example.com", "attendee"),
        ("absent@example.com", "attendee"),
        ("328972509/819000000000", "attendee"),
    }


@pytest.mark.parametrize(
    ("account", "minutes", "attended"),
    [
        ("taro@example.com", "11", "true"),  # 6 + 7 minutes, two of them twice
        ("short@example.com", "6", "false"),  # 5 + 4.5 minutes would be ten
        ("absent@example.com", None, "false"),
        ("328972509/819000000000", "38", "true"),
    ],
)
def test_minutes_are_the_union_of_stays_and_ten_make_an_attendance(
    account: str, minutes: str | None, attended: str, tmp_path: Path
):
    landed = report(tmp_path, "webinar_2020.csv")
    (row,) = landed.of("registrations", account_id=account)
    assert (row.get("minutes"), row["attended"]) == (minutes, attended)


def test_registration_stands_on_the_first_row_of_a_person_only(tmp_path: Path):
    landed = report(tmp_path, "webinar_2020.csv")
    (row,) = landed.of("registrations", account_id="taro@example.com")
    assert row["registered_at"] == "2020-03-15T11:27:19"
    assert row["status"] == "accepted"
    assert row["attended_at"] == "2020-03-28T19:00:00"
    assert row["timezone"] == "Asia/Tokyo"


def test_a_changed_name_is_followed_by_the_original_one(tmp_path: Path):
    landed = report(tmp_path, "webinar_2020.csv")
    (panelist,) = landed.of("accounts", account_id="hanako@example.com")
    assert panelist["name"] == "Hanako Sample"
    assert panelist["handle"] == "hana (Hanako Sample)"


def test_a_webinar_of_2026_has_another_clock_and_no_trailing_commas(tmp_path: Path):
    landed = report(tmp_path, "webinar_2026.csv")
    assert landed.set_aside == []
    assert landed.counts() == {"events": 1, "accounts": 3, "registrations": 3}
    (row,) = landed.of("registrations", account_id="hanako@example.com")
    assert row["event_id"] == "84759841045"
    assert row["registered_at"] == "2026-08-08T21:00:00"
    assert (row["minutes"], row["attended"]) == ("219", "true")
    (account,) = landed.of("accounts", account_id="hanako@example.com")
    assert account["company"] == "見本商事株式会社"


def test_a_meeting_merges_joins_and_leaves_the_waiting_room_out(tmp_path: Path):
    landed = report(tmp_path, "meeting.csv")
    assert [row["reason"] for row in landed.set_aside] == [
        "waiting room: not in the meeting"
    ]
    assert landed.counts() == {"events": 1, "accounts": 3, "registrations": 3}
    found = {
        row["account_id"]: (row["minutes"], row["attended"])
        for row in landed.rows["registrations"]
    }
    assert found == {
        "81200000000/guest person": ("52", "true"),
        "hanako@example.com": ("40", "true"),
        "taro@example.com": ("9", "false"),
    }
    assert landed.rows["events"][0]["event_id"] == "81200000000"


def test_unique_users_of_a_meeting_named_by_its_file(tmp_path: Path):
    landed = report(tmp_path, "participants_81200000001.csv")
    assert landed.set_aside == []
    assert landed.maps == ["meeting_unique"]
    found = {
        (r["event_id"], r["account_id"]): (r["minutes"], r["attended"])
        for r in landed.rows["registrations"]
    }
    assert found == {
        ("81200000001", "hanako@example.com"): ("52", "true"),
        ("81200000001", "81200000001/guest person"): ("4", "false"),
    }


def test_the_clock_is_the_accounts(tmp_path: Path):
    landed = report(tmp_path, "webinar_2026.csv", ZOOM_TIMEZONE="America/New_York")
    zones = {row["timezone"] for row in landed.rows["registrations"]}
    assert zones == {"America/New_York"}


def test_a_japanese_account_calls_the_name_otherwise(tmp_path: Path):
    text = (FILES / "zoom/meeting.csv").read_text(encoding="utf-8")
    japanese = text.replace("Name (Original Name)", "名前 (元の名前)").replace(
        "Meeting ID,Topic,Start Time", "ミーティング ID,トピック,開始時間"
    )
    english = report(tmp_path / "en", "meeting.csv")
    landed = read_files("zoom", tmp_path / "ja", {"zoom/meeting.csv": japanese})
    assert landed.values() == english.values()


def test_the_threshold_is_a_line_of_the_map(tmp_path: Path):
    text = (PROJECT / "sources/zoom/maps/meeting.yaml").read_text(encoding="utf-8")
    landed = read_files(
        "zoom",
        tmp_path,
        {
            "zoom/meeting.csv": (FILES / "zoom/meeting.csv").read_bytes(),
            "zoom/mine.yaml": text.replace("least: 10", "least: 5"),
        },
    )
    assert {row["attended"] for row in landed.rows["registrations"]} == {"true"}
