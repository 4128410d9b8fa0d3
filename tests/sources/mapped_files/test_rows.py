"""Exports read by column maps: every value, every row counted, nothing twice."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources._base.errors import SourceError
from sources._base.source import Setting
from sources._files.folding import Fold, merged
from sources._files.headers import question_ids
from sources._files.times import as_times, iso_of
from tests.sources.mapped_files.club import (
    HEADER,
    MAP,
    ROW,
    Club,
    club,
    ours,
    sheet,
)

CELLS = [line.rstrip("\n").split(",") for line in (HEADER, ROW)]
ORDER = [6, 0, 3, 1, 5, 2, 4]


def test_a_row_becomes_what_the_map_says_in_every_table(read):
    rows = read(HEADER + ROW)
    (account,) = rows("accounts")
    assert ours(account) == {
        "source": "club",
        "account_id": "m1",
        "name": "山田 花子",
        "email": "hanako@example.com",
    }
    (registration,) = rows("registrations")
    assert ours(registration) == {
        "source": "club",
        "event_id": "7",
        "account_id": "m1",
        "status": "accepted",
        "registered_at": "2026-11-01T09:10:00",
        "attended": "true",
        "timezone": "Asia/Tokyo",
    }
    place = (registration["_source_file"], registration["_source_line"])
    assert place == ("club/event_7.csv", 2)


def _variants(folder: Path) -> dict[str, bytes]:
    wide = [[*CELLS[0][:3], "ﾒﾓ", *CELLS[0][3:]], [*CELLS[1][:3], "x", *CELLS[1][3:]]]
    lines = {
        "in another order": [[row[at] for at in ORDER] for row in CELLS],
        "with more columns": wide,
        "other names": [
            ["ｔｉｃｋｅｔ　ｉｄ", "Member-ID", "お名前", "e mail", *CELLS[0][4:]],
            CELLS[1],
        ],
        "below a title": [["参加者一覧"], ["出力日", "2026/11/02"], *CELLS],
        "with the header again": [*CELLS, CELLS[0]],
        "with empty columns": [[*row, "", ""] for row in CELLS],
    }
    files = {
        name: "\n".join(",".join(row) for row in rows).encode()
        for name, rows in lines.items()
    }
    for encoding in ("utf-8-sig", "cp932", "shift_jis_2004", "utf-16"):
        files[encoding] = (HEADER + ROW).encode(encoding)
    files["tab"] = (HEADER + ROW).replace(",", "\t").encode()
    files["sheet"] = sheet(CELLS, folder / "a.xlsx")
    record = dict(zip(*CELLS, strict=True))
    files["json"] = json.dumps([record]).encode()
    files["jsonl"] = json.dumps(record, ensure_ascii=False).encode()
    return files


def test_the_same_list_reads_the_same_however_it_is_exported(read, tmp_path):
    first = read(HEADER + ROW)("registrations")
    for name, content in _variants(tmp_path).items():
        rows = read(content, name=f"{name}/event_7.dat")
        assert rows.aside == [], name
        assert [ours(row) for row in rows("registrations")] == [ours(first[0])], name


def test_columns_the_map_does_not_know_are_counted_and_kept_nowhere(inbox, caplog):
    caplog.set_level(logging.WARNING)
    secret = HEADER.strip() + ",電話番号\n" + ROW.strip() + ",090-0000-0000\n"
    rows = inbox.read(secret)
    assert len(rows("accounts")) == 1
    assert "1 columns that the map club/map.yaml does not know" in caplog.text
    landed = b"".join(p.read_bytes() for p in inbox.zone.folder.rglob("*.parquet"))
    assert b"090-0000" not in landed


def test_a_value_that_the_map_does_not_know_is_set_aside_with_its_line(read):
    bad = ROW.replace("支払済", "保留").replace("t1,m1", "t2,m2")
    rows = read(HEADER + ROW + bad)
    assert [row["account_id"] for row in rows("accounts")] == ["m1", "m2"]
    assert [row["account_id"] for row in rows("registrations")] == ["m1"]
    (aside,) = rows.aside
    assert aside["kind"] == "registrations"
    assert aside["line"] == 3
    assert aside["reason"] == (
        "state is 保留, which the map club/map.yaml does not know: add it to its `map`"
    )
    assert json.loads(aside["payload"])["会員番号"] == "m2"


def test_a_time_nobody_can_read_is_set_aside(read):
    rows = read(HEADER + ROW.replace("2026/11/01 09:10", "11/01/2026"))
    assert rows("registrations") == []
    (aside,) = rows.aside
    assert aside["reason"].startswith(
        "registered_at is no time the map club/map.yaml reads: 11/01/2026"
    )


@pytest.mark.parametrize(
    ("written", "format_", "landed"),
    [
        ("2019年7月13日 13時02分", "japanese", "2019-07-13T13:02:00"),
        (
            "2020/07/28 12:05:00 午前 GMT+9",
            "google_forms_ja",
            "2020-07-28T00:05:00+09:00",
        ),
        (
            "2020/07/27 3:15:06 午後 GMT+9",
            "google_forms_ja",
            "2020-07-27T15:15:06+09:00",
        ),
        ("08/09/2026 12:50:00 AM", "%m/%d/%Y %I:%M:%S %p", "2026-08-09T00:50:00"),
        ('"Mar 22, 2025 19:13:27"', "%b %d, %Y %H:%M:%S", "2025-03-22T19:13:27"),
        ("46327.381944444445", "excel_serial", "2026-11-01T09:10:00"),
        ("2026-11-01T00:10:00.5Z", "iso", "2026-11-01T00:10:00.500000+00:00"),
        ("２０２６／１１／０１", "iso", "2026-11-01"),
        ("20261101", "iso", "2026-11-01"),
    ],
)
def test_times_as_exports_write_them(written, format_, landed):
    assert iso_of(written.strip('"'), (format_,)) == landed


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026/13/01", "25:00", "2026-11-01T25:00"]
)
def test_what_is_no_time_is_none(text):
    times, bad = as_times(pa.array([text, "2026-11-01"]), ())
    assert times.to_pylist() == [None, "2026-11-01"]
    assert bad.to_pylist() == [True, False]


def test_times_without_a_column_for_their_zone_get_its_offset(read):
    text = MAP + "timezone: America/New_York\n"
    text = text.replace(
        "    email: {column: mail}", "    first_seen_at: {column: applied}"
    )
    rows = read(HEADER + ROW, text)
    assert rows("accounts")[0]["first_seen_at"] == "2026-11-01T09:10:00-05:00"
    assert rows("registrations")[0]["timezone"] == "America/New_York"


def test_the_zone_of_the_setting_stands_over_the_map_s_and_reads_files_again(
    zone, run_clock
):
    setting = Setting("CLUB_TIMEZONE", "time zone of the club's account")
    inbox = Club(zone, run_clock, club(settings=(setting,)))
    inbox.read(HEADER + ROW)
    inbox.land(CLUB_TIMEZONE="UTC")
    zones = [row["timezone"] for row in inbox.rows("file_registrations")]
    assert zones == ["Asia/Tokyo", "UTC"]
    with pytest.raises(SourceError, match="CLUB_TIMEZONE is Edo, which is no time"):
        inbox.land(CLUB_TIMEZONE="Edo")


SURVEY = """
title: Answers
match: {requires: [at]}
columns: {at: [タイムスタンプ], who: [メールアドレス]}
rows:
  survey_responses:
    questions: rest
    question_kind: {nps: ["*勧め*"], csat: [満足度]}
    scale_max: {5: [満足度]}
    source: {const: club}
    response_id: {template: "{file_name} {row_number}"}
    email: {column: who}
    submitted_at: {column: at}
"""


def test_two_questions_of_the_same_text_are_both_kept_with_ids_of_their_own(read):
    head = "タイムスタンプ,理由,満足度,理由,友人に勧めますか,メールアドレス\n"
    text = head + "2026/11/01 09:10,楽しい,5,近い,9,a@example.com\n"
    text += "2026/11/01 09:11,,4,,,b@example.com\n"
    rows = read(text, SURVEY)
    answers = rows("survey_responses")
    told = {(row["response_id"], row["question_id"]): row for row in answers}
    assert {key: row["answer"] for key, row in told.items()} == {
        ("event_7.csv 2", "理由"): "楽しい",
        ("event_7.csv 2", "理由#2"): "近い",
        ("event_7.csv 2", "満足度"): "5",
        ("event_7.csv 2", "友人に勧めますか"): "9",
        ("event_7.csv 3", "満足度"): "4",
    }
    csat = told["event_7.csv 3", "満足度"]
    assert (csat["question_kind"], csat["scale_max"]) == ("csat", "5")
    assert told["event_7.csv 2", "友人に勧めますか"]["question_kind"] == "nps"
    assert "question_kind" not in told["event_7.csv 2", "理由"]
    assert rows.aside == []


def test_a_question_in_front_does_not_move_the_ids_of_the_others(inbox):
    before = question_ids(["満足度", "理由", "理由"], [0, 1, 2])
    after = question_ids(["新しい問", "満足度", "理由", "理由"], [0, 1, 2, 3])
    assert set(before.values()) < set(after.values())


MEETING = """
title: Joins of a meeting
match: {requires: [who, joined, left]}
columns: {who: [Email], joined: [Join], left: [Leave], came: [Attended]}
rows:
  accounts: {source: {const: club}, account_id: {column: who}}
  registrations:
    source: {const: club}
    event_id: {const: e1}
    account_id: {column: who}
    attended: {column: came, map: {"Yes": "true", "No": "false"}, minutes_at_least: 10}
    attended_at: {column: joined}
    minutes: {minutes_between: [joined, left]}
group_by: [event_id, account_id]
distinct: {accounts: [account_id]}
"""


def test_stays_that_overlap_are_merged_and_gaps_are_not_filled(read):
    rows = read(
        "Email,Join,Leave,Attended\n"
        "a@x.jp,2026-11-01 19:30,2026-11-01 20:00,Yes\n"
        "a@x.jp,2026-11-01 19:00,2026-11-01 19:10,Yes\n"
        "b@x.jp,2026-11-01 19:00,2026-11-01 19:05,Yes\n"
        "a@x.jp,2026-11-01 19:45,2026-11-01 20:15,Yes\n"  # a second device
        "c@x.jp,--,--,No\n"
        "d@x.jp,2026-11-01 19:00,--,Yes\n",
        MEETING,
    )
    told = {row["account_id"]: row for row in rows("registrations")}
    assert (told["a@x.jp"]["minutes"], told["a@x.jp"]["attended"]) == ("55", "true")
    assert told["a@x.jp"]["attended_at"] == "2026-11-01T19:00:00"
    assert told["a@x.jp"]["_source_line"] == 2
    # Five minutes are no attendance, whatever the platform says.
    assert (told["b@x.jp"]["minutes"], told["b@x.jp"]["attended"]) == ("5", "false")
    assert (told["c@x.jp"].get("minutes"), told["c@x.jp"]["attended"]) == (
        None,
        "false",
    )
    assert (told["d@x.jp"].get("minutes"), told["d@x.jp"]["attended"]) == (None, "true")
    accounts = [row["account_id"] for row in rows("accounts")]
    assert accounts == ["a@x.jp", "b@x.jp", "c@x.jp", "d@x.jp"]


def registration(status: str, cancelled_at: str | None) -> dict[str, Any]:
    return {"account_id": "a", "status": status, "cancelled_at": cancelled_at}


@pytest.mark.parametrize(
    ("rows", "status", "cancelled_at"),
    [
        # Who came back after all is not cancelled on any day.
        ([("cancelled", "2026-11-01"), ("accepted", None)], "accepted", None),
        ([("accepted", None), ("cancelled", "2026-11-01")], "accepted", None),
        (
            [("cancelled", "2026-11-01"), ("cancelled", "2026-11-03")],
            *("cancelled", "2026-11-03"),
        ),
        # What one row says of itself stays: a state may have been read as another.
        ([("accepted", "2026-11-01")], "accepted", "2026-11-01"),
    ],
)
def test_of_several_places_the_one_that_stands_says_when_it_was_cancelled(
    rows, status, cancelled_at
):
    fold = Fold(["account_id"])
    table = pa.Table.from_pylist([registration(*row) for row in rows])
    fold.add(table, None, None)
    assert fold.rows(table.schema).to_pylist() == [registration(status, cancelled_at)]


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=12).map(
        lambda pairs: [(min(pair), max(pair)) for pair in pairs]
    )
)
def test_the_length_of_a_union_is_that_of_its_minutes(stays):
    minutes = {minute for start, end in stays for minute in range(start, end)}
    assert sum(end - start for start, end in merged(stays)) == len(minutes)


def test_an_id_that_a_spreadsheet_has_rounded_is_set_aside(read):
    rows = read(HEADER + ROW.replace("m1", "8.47E+11"))
    assert rows("accounts") == rows("registrations") == []
    assert rows.aside[0]["reason"].startswith(
        "account_id was rounded by a spreadsheet: 8.47E+11; export again"
    )


def test_blank_attendance_is_unknown_never_absent(read):
    rows = read(HEADER + ROW.replace(",出席\n", ",\n"))
    assert "attended" not in rows("registrations")[0]


REPORT = """Report Generated:,"Nov 2, 2026"
Topic,Meeting ID,Start
定例会,812 0000 0000,2026-11-01 19:00
Hosts,,
Name,Email,Mins
司会,host@x.jp,70
Guests,,
Email,Name,Mins
a@x.jp,山田,60
Name,Email,Mins
b@x.jp,佐藤,x
Callers
Phone,Name,Mins
819000000000,佐藤,50
"""
SECTIONS = """
title: Report in sections
match: {requires: [who, mail]}
table:
  sections:
    hosts: {title: Hosts}
    guests: {title: [Guests, 参加者]}
    callers: {title: Callers, skip: a telephone number names nobody}
  preamble: {meeting: {label: [Meeting ID]}, topic: Topic, made: Report Generated}
date_formats: ["%b %d, %Y"]
columns: {who: [Name], mail: [Email], minutes: [Mins]}
rows:
  registrations:
    source: {const: club}
    event_id: {column: meeting, digits: true}
    account_id: {column: mail}
    role: {column: section, map: {hosts: organiser, guests: attendee}}
    minutes: {column: minutes}
    registered_at: {column: made}
"""


def test_sections_have_headers_of_their_own_and_facts_stand_above_them(read):
    rows = read(REPORT, SECTIONS, name="report.csv")
    found = [
        (row["account_id"], row["role"], row["event_id"], row["registered_at"])
        for row in rows("registrations")
    ]
    assert found[:2] == [
        ("host@x.jp", "organiser", "81200000000", "2026-11-02"),
        ("a@x.jp", "attendee", "81200000000", "2026-11-02"),
    ]
    aside = [(row["line"], row["reason"]) for row in rows.aside]
    assert aside == [(14, "a telephone number names nobody")]


def test_rows_skipped_on_purpose_are_counted_and_reject_no_load(inbox):
    text = MAP + "skip_when: {name: {is: blank, reason: a second ticket has no name}}\n"
    nameless = "".join(f"t{n},m{n},,,2026/11/01,支払済,\n" for n in range(30))
    inbox.drop("map.yaml", text)
    inbox.drop("event_7.csv", HEADER + ROW + nameless)
    counts = inbox.land()
    assert counts.quarantined["file_accounts"] == 30
    assert counts.landed["file_accounts"] == 31
    reasons = {row["reason"] for row in inbox.rows("quarantine")}
    assert reasons == {"a second ticket has no name"}


def test_counts_add_up_for_every_table(inbox):
    lines = [HEADER]
    for n in range(100):
        state = "保留" if n == 50 else "支払済"
        member = "" if n in (3, 4) else f"m{n % 60}"
        lines.append(f"t{n},{member},x,,2026/11/01 09:{n % 60:02d},{state},\n")
    lines.append("t,m\n")
    inbox.drop("map.yaml", MAP + "distinct: {accounts: [account_id]}\n")
    inbox.drop("event_7.csv", "".join(lines))
    counts = inbox.land()
    for table in ("file_accounts", "file_registrations"):
        landed = len(inbox.rows(table))
        aside = [r for r in inbox.rows("quarantine") if r["table_name"] == table]
        assert counts.landed[table] == landed + len(aside)
    assert len(inbox.rows("file_accounts")) == 60
    assert counts.quarantined == {"file_accounts": 3, "file_registrations": 3}
