"""Lists of attendees: who is who, what a status means, what an address is for."""

from pathlib import Path

import pytest

from tests.sources.file_sources.reading import Landed, Row, read_files
from tests.sources.file_sources.samples import FILES


def sample(inbox: Path, path: str) -> Landed:
    return read_files(path.split("/")[0], inbox, {path: (FILES / path).read_bytes()})


def without_place(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def test_an_attendee_of_peatix(tmp_path: Path):
    landed = sample(tmp_path, "peatix/event_4100001_attendees.csv")
    account, *_ = landed.rows["accounts"]
    assert without_place(account) == {
        "source": "peatix",
        "account_id": "2001",
        "handle": "hanako_m",
        "name": "ミホン ハナコ",
        "name_kana": "ミホン ハナコ",
        "email": "hanako@example.com",
        "email_purpose": "any",
        "company": "見本商事株式会社",
    }
    registration, *_ = landed.rows["registrations"]
    assert without_place(registration) == {
        "source": "peatix",
        "event_id": "4100001",
        "account_id": "2001",
        "status": "accepted",
        "role": "attendee",
        "registered_at": "2026-11-01T09:10:00",
        "timezone": "Asia/Tokyo",
    }


def test_several_tickets_of_one_purchase_are_one_application(tmp_path: Path):
    landed = sample(tmp_path, "peatix/event_4100001_attendees.csv")
    (registration,) = landed.of("registrations", account_id="2002")
    assert registration["_source_line"] == 3
    (account,) = landed.of("accounts", account_id="2002")
    assert account["name"] == "taro_m"  # 参加者名 is blank
    assert "name_kana" not in account


def test_a_ticket_without_a_user_is_known_by_its_order(tmp_path: Path):
    landed = sample(tmp_path, "peatix/event_4100001_attendees.csv")
    (account,) = landed.of("accounts", account_id="sale-103")
    assert account["name"] == "見本 次郎"
    assert "name_kana" not in account  # no reading: it is not written in kana
    (registration,) = landed.of("registrations", account_id="sale-103")
    assert registration["role"] == "speaker"


@pytest.mark.parametrize(
    ("answer", "purpose"),
    [("はい", "any"), ("いいえ", "event"), ("", "event"), ("わからない", "event")],
)
def test_an_address_is_for_the_event_unless_more_mail_was_agreed_to(
    answer: str, purpose: str, tmp_path: Path
):
    path = "peatix/event_4100001_attendees.csv"
    text = (FILES / path).read_text(encoding="utf-8")
    changed = text.replace("hanako@example.com,はい", f"hanako@example.com,{answer}")
    landed = read_files("peatix", tmp_path, {path: changed})
    assert landed.set_aside == []
    (account,) = landed.of("accounts", account_id="2001")
    assert account["email_purpose"] == purpose


def test_without_a_question_for_it_there_is_no_address(tmp_path: Path):
    landed = sample(tmp_path, "peatix/4100002/export.csv")
    assert not any("email" in row for row in landed.rows["accounts"])
    assert {row["event_id"] for row in landed.rows["registrations"]} == {"4100002"}


def test_blank_attendance_is_unknown(tmp_path: Path):
    landed = sample(tmp_path, "peatix/4100002/export.csv")
    attended = {
        r["account_id"]: r.get("attended") for r in landed.rows["registrations"]
    }
    assert attended == {"2001": "true", "2005": None, "2006": None}


def test_a_status_nobody_knows_sets_the_row_aside(tmp_path: Path):
    path = "peatix/event_4100001_attendees.csv"
    text = (FILES / path).read_text(encoding="utf-8").replace("無料", "保留中")
    landed = read_files("peatix", tmp_path, {path: text})
    (bad,) = landed.set_aside
    assert bad["line"] == 5 and "保留中" in bad["reason"]
    assert len(landed.rows["registrations"]) == 3
    assert len(landed.rows["accounts"]) == 4  # the person is there all the same


def test_a_file_that_names_no_event_is_set_aside(tmp_path: Path):
    path = "peatix/event_4100001_attendees.csv"
    landed = read_files(
        "peatix", tmp_path, {"peatix/x.csv": (FILES / path).read_text()}
    )
    (bad,) = landed.set_aside
    assert "event_id" in bad["reason"] and "folder" in bad["reason"]
    assert landed.counts() == {}


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("支払済", "accepted"),
        ("支払い済み", "accepted"),
        ("無料", "accepted"),
        ("支払い待ち", "waitlisted"),
        ("期限切れ", "cancelled"),
        ("キャンセル済み", "cancelled"),
        ("Ｐａｉｄ", "accepted"),
    ],
)
def test_payment_states(word: str, status: str, tmp_path: Path):
    path = "peatix/event_4100001_attendees.csv"
    text = (FILES / path).read_text(encoding="utf-8").replace(",支払済,", f",{word},")
    landed = read_files("peatix", tmp_path, {path: text})
    (row,) = landed.of("registrations", account_id="2001")
    assert row["status"] == status


def test_techplay_knows_people_by_address_and_roles_by_ticket(tmp_path: Path):
    landed = sample(tmp_path, "techplay/event-attendee-960001.csv")
    rows = landed.rows["registrations"]
    assert {row["event_id"] for row in rows} == {"960001"}
    assert [(r["account_id"], r["role"], r["status"]) for r in rows] == [
        ("hanako@example.com", "attendee", "accepted"),
        ("taro@example.com", "lt", "accepted"),
        ("saburo@example.com", "attendee", "waitlisted"),
        ("shiro@example.com", "attendee", "cancelled"),
    ]
    assert [row.get("attended") for row in rows] == ["true", None, None, None]


def test_eventregist_keeps_who_applied_apart_from_who_comes(tmp_path: Path):
    paths = ("eventregist/51001/attendees.csv", "eventregist/51001/orders.csv")
    files = {path: (FILES / path).read_bytes() for path in paths}
    landed = read_files("eventregist", tmp_path, files)
    assert landed.set_aside == []
    by_file = {
        (Path(row["_source_file"]).stem, row["account_id"], row["name"])
        for row in landed.rows["accounts"]
    }
    assert by_file == {
        ("attendees", "hanako@example.com", "見本 花子"),
        ("attendees", "attendee-a2", "見本 太郎"),
        ("attendees", "saburo@example.com", "見本 三郎"),
        ("orders", "hanako@example.com", "見本 花子"),
        ("orders", "saburo@example.com", "見本 三郎"),
    }
    assert {Path(r["_source_file"]).stem for r in landed.rows["registrations"]} == {
        "attendees"
    }
    (guest,) = landed.of("registrations", account_id="attendee-a2")
    assert "attended" not in guest  # 未受付 may have come in unnoticed


def test_a_character_of_jis_x_0213_is_read(tmp_path: Path):
    path = "eventregist/51001/attendees.csv"
    text = (FILES / path).read_text(encoding="utf-8").replace("三郎", "俱朗")
    landed = read_files("eventregist", tmp_path, {path: text.encode("shift_jis_2004")})
    (account,) = landed.of("accounts", account_id="saburo@example.com")
    assert account["name"] == "見本 俱朗"


def test_doorkeeper_in_english(tmp_path: Path):
    landed = sample(tmp_path, "doorkeeper/180002/attendees.csv")
    found = [
        (r["event_id"], r["account_id"], r["status"], r.get("attended"))
        for r in landed.rows["registrations"]
    ]
    assert found == [
        ("180002", "hanako@example.com", "accepted", "true"),
        ("180002", "taro@example.com", "cancelled", None),
    ]


def test_eventhub_tells_visitors_from_speakers(tmp_path: Path):
    landed = sample(tmp_path, "eventhub/event_2001.csv")
    found = [(r["role"], r["attended"]) for r in landed.rows["registrations"]]
    assert found == [("attendee", "true"), ("speaker", "false")]
    assert landed.rows["accounts"][0]["name"] == "見本 花子"
