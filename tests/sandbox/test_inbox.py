"""The files the sandbox drops: two layouts, late ones, and the portal's tables."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from sources._sandbox.community import Community, generate
from sources._sandbox.inbox import ASKS_COMPANY, ASKS_EMAIL, WITHDRAWN, write_inbox
from sources._sandbox.server import SandboxServer
from tests.sandbox.conftest import TODAY

PORTAL = {
    "accounts": {"source", "account_id"},
    "events": {"source", "event_id", "title", "started_at"},
    "registrations": {"source", "event_id", "account_id"},
    "activities": {"source", "activity_id", "account_id", "activity_type"},
    "companies": {"company_id", "name"},
    "affiliations": {"source", "account_id", "company"},
    "labels": {"source", "date", "label"},
}


def read(path: Path) -> tuple[str, list[dict[str, str]]]:
    """(encoding, rows) of a participants' file, by the name of its columns."""
    content = path.read_bytes()
    encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "cp932"
    return encoding, list(
        csv.DictReader(io.StringIO(content.decode(encoding), newline=""))
    )


@pytest.fixture(scope="module")
def inbox(community: Community, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    write_inbox(community, folder)
    return folder


@pytest.fixture(scope="module")
def files(inbox: Path) -> dict[int, Path]:
    """Event id -> its participants' file."""
    found = {}
    for path in (inbox / "connpass").glob("*.csv"):
        match = re.fullmatch(r"event_(\d+)_participants\.csv", path.name)
        assert match
        found[int(match[1])] = path
    return found


def test_old_files_are_cp932_and_new_ones_utf8(
    files: dict[int, Path], community: Community
) -> None:
    events = {event.number: event for event in community.events}
    encodings = set()
    for number, path in files.items():
        encoding, rows = read(path)
        encodings.add(encoding)
        assert (encoding == "cp932") == (events[number].day < date(2025, 4, 1))
        assert ("利用開始日" in rows[0]) == (encoding == "utf-8-sig")
    assert encodings == {"cp932", "utf-8-sig"}


def test_a_file_has_one_line_for_every_application(
    files: dict[int, Path], community: Community
) -> None:
    applied = {
        str(row.number) for row in community.registrations
        if row.platform == "connpass" and row.event in files
    }  # fmt: skip
    numbers = [row["受付番号"] for path in files.values() for row in read(path)[1]]
    assert len(numbers) == len(set(numbers))
    assert set(numbers) == applied


def test_attendance_is_blank_where_nobody_took_it(
    files: dict[int, Path], community: Community
) -> None:
    events = {event.number: event for event in community.events}
    seen = set()
    for number, path in files.items():
        marks = {row["出欠ステータス"] for row in read(path)[1]}
        taken = events[number].is_attendance_taken and not events[number].cancelled_at
        seen.add(taken)
        assert marks <= {"出席", ""}
        assert ("出席" in marks) == taken
    assert seen == {True, False}


def test_states_tickets_and_times_are_written_as_connpass_does(
    files: dict[int, Path],
) -> None:
    rows = [row for path in files.values() for row in read(path)[1]]
    assert {row["参加ステータス"] for row in rows} == {"参加", "補欠", "参加キャンセル"}
    assert {"一般枠", "LT枠", "運営スタッフ枠"} <= {row["参加枠名"] for row in rows}
    moment = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日 \d{2}時\d{2}分")
    assert all(moment.fullmatch(row["更新日時"]) for row in rows)
    assert all(
        row["出欠ステータス"] == "" for row in rows if row["参加ステータス"] != "参加"
    )


def test_questions_stand_in_the_middle_and_two_may_be_alike(
    files: dict[int, Path],
) -> None:
    heads = []
    for path in files.values():
        content = path.read_bytes()
        text = content.decode(
            "utf-8-sig" if content[:3] == b"\xef\xbb\xbf" else "cp932"
        )
        heads.append(next(csv.reader(io.StringIO(text, newline=""))))
    assert all(head[-2:] == ["更新日時", "受付番号"] for head in heads)
    assert any(ASKS_COMPANY in head for head in heads)
    assert any(ASKS_EMAIL in head for head in heads)
    assert any(ASKS_COMPANY not in head for head in heads)
    assert any(head.count("ひとこと") == 2 for head in heads)
    assert any("," in question for head in heads for question in head)


def test_people_who_left_connpass_have_no_name(tmp_path: Path) -> None:
    community = generate(2_000, 1, TODAY)
    paths = [
        path for path in write_inbox(community, tmp_path) if "connpass" in path.parts
    ]
    rows = [row for path in paths for row in read(path)[1]]
    assert any(row["ユーザー名"] == WITHDRAWN for row in rows)
    assert any("㈱" in (row.get(ASKS_COMPANY) or "") for row in rows)


def test_late_files_come_with_a_later_day(tmp_path: Path) -> None:
    late = [
        event for event in generate(1_000, 1, TODAY).events
        if event.day + timedelta(days=30) < event.exported_on <= TODAY
    ]  # fmt: skip
    assert late
    event = late[-1]
    name = f"event_{event.number}_participants.csv"
    before = generate(1_000, 1, event.exported_on - timedelta(days=1))
    write_inbox(before, tmp_path)
    assert not (tmp_path / "connpass" / name).exists()
    write_inbox(before.at(event.exported_on), tmp_path)
    assert (tmp_path / "connpass" / name).exists()


def test_a_file_that_is_there_does_not_change_later(tmp_path: Path) -> None:
    earlier = generate(200, 1, TODAY - timedelta(days=60))
    write_inbox(earlier, tmp_path)
    kept = {path: path.read_bytes() for path in (tmp_path / "connpass").iterdir()}
    write_inbox(earlier.at(TODAY), tmp_path)
    assert all(path.read_bytes() == content for path, content in kept.items())
    assert len(list((tmp_path / "connpass").iterdir())) > len(kept)


def test_writing_twice_touches_nothing(inbox: Path, community: Community) -> None:
    before = {path: path.stat().st_mtime_ns for path in inbox.rglob("*.csv")}
    write_inbox(community, inbox)
    assert {path: path.stat().st_mtime_ns for path in inbox.rglob("*.csv")} == before


@pytest.mark.parametrize("name", sorted(PORTAL))
def test_the_portals_tables_have_their_required_columns(inbox: Path, name: str) -> None:
    path = inbox / "files" / "portal" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert set(rows[0]) >= PORTAL[name]
    optional_in_labels = {"account_id"}
    for column in PORTAL[name] - optional_in_labels:
        assert all(row[column] for row in rows)


def test_the_portals_tables_refer_to_each_other(inbox: Path) -> None:
    tables = {}
    for name in PORTAL:
        text = (inbox / "files/portal" / f"{name}.csv").read_text(encoding="utf-8")
        tables[name] = list(csv.DictReader(io.StringIO(text, newline="")))
    accounts = {row["account_id"] for row in tables["accounts"]}
    events = {row["event_id"] for row in tables["events"]}
    acts = {row["activity_id"] for row in tables["activities"]}
    assert {row["account_id"] for row in tables["registrations"]} <= accounts
    assert {row["event_id"] for row in tables["registrations"]} <= events
    assert {row["account_id"] for row in tables["activities"]} <= accounts
    assert {row["parent_activity_id"] for row in tables["activities"]} - {""} <= acts
    assert any(row["url"].startswith("https://tsunagari") for row in tables["events"])
    assert {row["attended"] for row in tables["registrations"]} == {"true", "false", ""}
    assert any(row["is_internal"] == "true" for row in tables["accounts"])


def test_days_pass_on_a_running_server(tmp_path: Path) -> None:
    start = TODAY - timedelta(days=100)
    with SandboxServer(generate(200, 1, start)) as server:
        few = len(server.write_inbox(tmp_path))
        assert server.advance(100) == TODAY
        assert server.community.today == TODAY
        assert len(server.write_inbox(tmp_path)) > few
