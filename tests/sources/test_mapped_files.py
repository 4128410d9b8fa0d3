"""Exports read by column maps: every value, every row counted, nothing twice."""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources._base.errors import SourceError
from sources._base.raw import RawReader
from sources._base.source import Setting, Source
from sources._files import mapped
from sources._files.choose import choose, facts_of
from sources._files.folding import merged
from sources._files.headers import question_ids
from sources._files.inbox import inbox_files
from sources._files.kinds import KINDS
from sources._files.mapped import built_in_maps, mapped_resources, mapped_tables
from sources._files.maps import parse_map
from sources._files.reading import FileFacts, read_file
from sources._files.times import as_times, iso_of
from sources.files import SOURCE as UNIVERSAL

MAP = """
title: Attendees of a club
match: {requires: [ticket, member]}
from_file_name: {event_id: "event_(\\\\d+)"}
columns:
  ticket: [チケットID, Ticket ID]
  member: [会員番号, Member ID]
  name: [氏名, お名前, Name]
  mail: [メールアドレス, E-mail]
  applied: [申込日時, Applied at]
  state: [状態, Status]
  came: [出席]
rows:
  accounts:
    source: {const: club}
    account_id: {column: member}
    name: {column: name}
    email: {column: mail}
  registrations:
    source: {const: club}
    event_id: {column: event_id}
    account_id: {column: member}
    status: {column: state, map: {支払済: accepted, キャンセル: cancelled}}
    registered_at: {column: applied}
    attended: {column: came, map: {出席: "true", 欠席: "false"}, blank: null}
"""
HEADER = "チケットID,会員番号,氏名,メールアドレス,申込日時,状態,出席\n"
ROW = "t1,m1,山田 花子,Hanako＠Example.com,2026/11/01 09:10,支払済,出席\n"


def club(**options: Any) -> Source:
    """A source without maps of its own, for maps that lie in the inbox."""
    kinds = [kind.name for kind in KINDS]
    return Source(
        name="club",
        title="A club",
        kind="event",
        tables=mapped_tables("club", kinds=kinds),
        resources=mapped_resources,
        inbox_folder="club",
        **options,
    )


@dataclass
class Club:
    """An inbox, and ways to land it day by day and to look at raw."""

    zone: Any
    clock: datetime
    source: Source = field(default_factory=club)

    def drop(self, name: str, content: str | bytes) -> Path:
        path = self.zone.folder / "inbox" / self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        return path

    @property
    def folder(self) -> str:
        return self.source.inbox_folder or ""

    def land(self, **environment: str) -> Any:
        self.clock += timedelta(days=1)
        return self.zone.land(
            self.source, environment=environment, clock=self.clock
        ).counts

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of complete loads, without columns that hold nothing."""
        raw = RawReader((self.zone.folder / "raw").as_uri())
        complete = raw.complete_loads(self.source.name)
        return [
            {k: v for k, v in row.items() if v is not None and not k.startswith("_dlt")}
            for row in self.zone.rows(self.source.name, table)
            if row["_dlt_load_id"] in complete
        ]

    def read(self, content: str, text: str = MAP, name: str = "event_7.csv") -> Any:
        """Lands one file with one map; returns the rows by kind."""
        self.drop("map.yaml", text)
        self.drop(name, content)
        self.land()
        return lambda kind: self.rows(f"file_{kind}")


@dataclass
class Reading:
    """What one file becomes by some maps, without a landing."""

    rows: dict[str, list[dict[str, Any]]]
    aside: list[dict[str, Any]]

    def __call__(self, kind: str) -> list[dict[str, Any]]:
        return self.rows.get(kind, [])


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Reading]:
    """Reads content by a map, or by the maps given."""

    def reading(
        content: str | bytes, text: str = MAP, name: str = "event_7.csv", maps: Any = ()
    ) -> Reading:
        path = tmp_path / "club" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (file,) = inbox_files(tmp_path, [path])
        chosen = maps or [parse_map(text, name="club/map.yaml")]
        column_map, opened = choose(file, path, [chosen])
        facts = FileFacts(file.name, file.digest[:16], facts_of(column_map, file, 1))
        found = Reading({}, [])

        def set_aside(
            kind: str, line: Any, reason: str, payload: str, purpose: bool
        ) -> None:
            found.aside.append(
                {"kind": kind, "line": line, "reason": reason, "payload": payload}
            )

        for kind, rows in read_file(column_map, opened, facts, set_aside):
            found.rows.setdefault(kind, []).extend(
                {k: v for k, v in row.items() if v is not None}
                for row in rows.to_pylist()
            )
        return found

    return reading


@pytest.fixture
def inbox(zone: Any, run_clock: datetime) -> Club:
    return Club(zone, run_clock)


def _ours(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def test_a_row_becomes_what_the_map_says_in_every_table(read):
    rows = read(HEADER + ROW)
    (account,) = rows("accounts")
    assert _ours(account) == {
        "source": "club",
        "account_id": "m1",
        "name": "山田 花子",
        "email": "hanako@example.com",
    }
    (registration,) = rows("registrations")
    assert _ours(registration) == {
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


def _sheet(rows: list[list[str]], path: Path) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path.read_bytes()


CELLS = [line.rstrip("\n").split(",") for line in (HEADER, ROW)]
ORDER = [6, 0, 3, 1, 5, 2, 4]


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
    files["sheet"] = _sheet(CELLS, folder / "a.xlsx")
    record = dict(zip(*CELLS, strict=True))
    files["json"] = json.dumps([record]).encode()
    files["jsonl"] = json.dumps(record, ensure_ascii=False).encode()
    return files


def test_the_same_list_reads_the_same_however_it_is_exported(read, tmp_path):
    first = read(HEADER + ROW)("registrations")
    for name, content in _variants(tmp_path).items():
        rows = read(content, name=f"{name}/event_7.dat")
        assert rows.aside == [], name
        assert [_ours(row) for row in rows("registrations")] == [_ours(first[0])], name


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


# --- which map reads a file, and when it is read again


def test_a_file_no_map_reads_tells_its_headers_and_what_is_missing(inbox):
    inbox.read(HEADER.replace("会員番号", "メンバー") + ROW)
    (aside,) = inbox.rows("quarantine")
    assert aside["table_name"] == "files"
    assert "its headers: チケットID, メンバー, 氏名" in aside["reason"]
    assert "misses member (会員番号 or Member ID)" in aside["reason"]


def test_a_header_corrected_in_the_map_reads_the_file_that_was_set_aside(inbox):
    rows = inbox.read(HEADER.replace("会員番号", "メンバー") + ROW)
    assert inbox.land().quarantined == {}, "told once"
    inbox.drop("map.yaml", MAP.replace("[会員番号,", "[会員番号, メンバー,"))
    inbox.land()
    assert [row["account_id"] for row in rows("accounts")] == ["m1"]
    counts = inbox.land()
    assert (counts.landed["file_accounts"], counts.unchanged["file_accounts"]) == (0, 1)


def test_files_are_read_again_when_their_map_changes_under_the_same_hash(inbox):
    rows = inbox.read(HEADER + ROW)
    inbox.drop("map.yaml", MAP.replace("{const: club}", "{const: klub}"))
    inbox.land()
    first, second = rows("accounts")
    assert (first["source"], second["source"]) == ("club", "klub")
    assert first["_row_hash"] == second["_row_hash"], "staging replaces by it"
    assert first["_observed_at"] < second["_observed_at"]


def test_what_a_map_yields_no_more_is_withdrawn(inbox):
    rows = inbox.read(HEADER + ROW)
    inbox.drop(
        "map.yaml",
        MAP.replace("  accounts:\n", "  labels:\n").replace(
            "    account_id: {column: member}\n    name: {column: name}\n",
            "    date: {column: applied}\n    label: {const: x}\n",
            1,
        ),
    )
    inbox.land()
    first, second = rows("accounts")
    assert "account_id" not in second
    assert second["_row_hash"] == first["_row_hash"]
    assert len(rows("labels")) == 1
    assert inbox.land().landed == {}, "once"


def test_a_map_applies_to_files_in_its_folder_and_below(inbox):
    inbox.drop("a/map.yaml", MAP)
    inbox.drop("a/b/event_7.csv", HEADER + ROW)
    inbox.drop("c/event_8.csv", HEADER + ROW)
    inbox.land()
    events = [row["event_id"] for row in inbox.rows("file_registrations")]
    assert events == ["7"]
    (aside,) = inbox.rows("quarantine")
    assert aside["file"] == "club/c/event_8.csv"


def test_of_two_maps_the_one_that_knows_more_columns_reads_and_a_tie_is_told(inbox):
    inbox.drop("map.yaml", MAP)
    lines = MAP.replace("{const: club}", "{const: small}").splitlines()
    small = "\n".join(line for line in lines if "came" not in line)
    inbox.drop("small.yaml", small)
    inbox.drop("event_7.csv", HEADER + ROW)
    inbox.land()
    assert [row["source"] for row in inbox.rows("file_accounts")] == ["club"]
    inbox.drop("twin.yaml", MAP)
    inbox.land()
    (aside,) = inbox.rows("quarantine")
    assert aside["reason"].startswith(
        "two maps read it equally well: club/map.yaml and club/twin.yaml"
    )


def test_a_broken_map_is_told_once_and_its_files_wait(inbox):
    rows = inbox.read(HEADER + ROW, MAP.replace("accounts:", "acounts:"))
    (aside,) = inbox.rows("quarantine")
    assert aside["file"] == "club/map.yaml"
    assert aside["reason"].startswith("club/map.yaml: rows.acounts: acounts is no kind")
    assert inbox.land().quarantined == {}
    inbox.drop("map.yaml", MAP)
    inbox.land()
    assert len(rows("accounts")) == 1


def test_yaml_that_is_no_map_keeps_no_file_waiting(inbox):
    inbox.drop("compose.yml", "services: {web: {image: x}}\n")
    rows = inbox.read(HEADER + ROW)
    (aside,) = inbox.rows("quarantine")
    assert aside["reason"].startswith("club/compose.yml: services: unknown key")
    assert len(rows("accounts")) == 1


def test_the_source_s_own_maps_come_after_those_of_the_user(
    zone, run_clock, tmp_path, monkeypatch
):
    folder = tmp_path / "sources" / "club" / "maps"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text(MAP.replace("{const: club}", "{const: own}"))
    monkeypatch.setattr(mapped, "_SOURCES", tmp_path / "sources")
    built_in_maps.cache_clear()
    try:
        tables = [table.name for table in mapped_tables("club")]
        assert tables == ["file_accounts", "file_registrations"]
        inbox = Club(zone, run_clock)
        inbox.drop("event_7.csv", HEADER + ROW)
        inbox.drop("mine/event_8.csv", HEADER + ROW)
        inbox.drop("mine/map.yaml", MAP)
        inbox.land()
        found = {
            row["_source_file"]: row["source"] for row in inbox.rows("file_accounts")
        }
        assert found == {"club/event_7.csv": "own", "club/mine/event_8.csv": "club"}
    finally:
        built_in_maps.cache_clear()


@pytest.mark.parametrize(
    ("name", "event"), [("x/event_12.csv", "12"), ("345/x.csv", "345")]
)
def test_the_event_is_in_the_file_s_name_or_its_folder(read, name, event):
    rows = read(HEADER + ROW, name=name)
    assert rows("registrations")[0]["event_id"] == event


def test_a_file_that_does_not_say_its_event_is_read_once_it_does(inbox):
    rows = inbox.read(HEADER + ROW, name="list.csv")
    (aside,) = inbox.rows("quarantine")
    assert aside["reason"].startswith("the file does not say its event_id: write it")
    path = inbox.zone.folder / "inbox/club/list.csv"
    path.rename(path.with_name("event_5.csv"))
    inbox.land()
    assert rows("registrations")[0]["event_id"] == "5"


def test_the_same_content_is_read_once_for_each_event(inbox):
    inbox.drop("map.yaml", MAP)
    inbox.drop("event_7.csv", HEADER + ROW)
    inbox.drop("event_7 copy.csv", HEADER + ROW)
    inbox.drop("event_8.csv", HEADER + ROW)
    with zipfile.ZipFile(inbox.drop("all.zip", b""), "w") as archive:
        archive.writestr("event_8.csv", HEADER + ROW)
        archive.writestr("9/list.csv", HEADER + ROW)
    inbox.land()
    events = [row["event_id"] for row in inbox.rows("file_registrations")]
    assert sorted(events) == ["7", "8", "9"]
    assert inbox.land().unchanged["file_registrations"] == 5, "each file, each copy"


def test_a_load_that_fails_half_way_leaves_nothing_and_the_next_reads_all(
    inbox, monkeypatch
):
    inbox.drop("map.yaml", MAP)
    inbox.drop("event_7.csv", HEADER + ROW)
    read_file = mapped.read_file

    def killed(*given: Any) -> Any:
        yield from read_file(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(mapped, "read_file", killed)
    with pytest.raises((KeyboardInterrupt, SourceError)):
        inbox.land()
    assert inbox.rows("file_registrations") == []
    monkeypatch.undo()
    inbox.land()
    assert len(inbox.rows("file_registrations")) == 1
    assert inbox.land().landed == {}


def test_a_load_mostly_of_bad_rows_is_rejected_whole_and_tried_again(inbox):
    inbox.drop("map.yaml", MAP)
    bad = "".join(f"t{n},m{n},x,,2026/11/01,保留,\n" for n in range(30))
    inbox.drop("event_7.csv", HEADER + bad)
    with pytest.raises(SourceError, match="30 of 30 rows of file_registrations"):
        inbox.land()
    inbox.drop("map.yaml", MAP.replace("{支払済: accepted,", "{保留: waitlisted,"))
    inbox.land()
    assert len(inbox.rows("file_registrations")) == 30


def test_a_map_of_kinds_the_source_has_no_table_for_is_told(zone, run_clock):
    source = replace(club(), tables=mapped_tables("club", kinds=["accounts"]))
    inbox = Club(zone, run_clock, source)
    inbox.read(HEADER + ROW)
    (aside,) = inbox.rows("quarantine")
    assert "yields registrations, which club has no table for" in aside["reason"]


# --- the universal import takes maps as well


@pytest.fixture
def universal(zone: Any, run_clock: datetime) -> Club:
    return Club(zone, run_clock, UNIVERSAL)


def test_the_universal_import_reads_sheets_archives_and_maps(universal, tmp_path):
    cells = [["source", "account_id", "name"], ["portal", 1, "山田"]]
    universal.drop("a.xlsx", _sheet(cells, tmp_path / "a.xlsx"))
    with zipfile.ZipFile(universal.drop("b.zip", b""), "w") as archive:
        archive.writestr("c.csv", "source,account_id,name\nportal,2,佐藤\n")
    universal.drop("club/map.yaml", MAP)
    universal.drop("club/event_7.csv", HEADER + ROW)
    universal.drop("club/plain.csv", "source,account_id,name\nportal,3,鈴木\n")
    counts = universal.land()
    accounts = universal.rows("accounts")
    assert {(row["source"], row["account_id"]) for row in accounts} == {
        ("portal", "1"),
        ("portal", "2"),
        ("portal", "3"),
        ("club", "m1"),
    }
    assert universal.rows("registrations")[0]["event_id"] == "7"
    assert counts.landed == {"accounts": 4, "registrations": 1}
    again = universal.land()
    assert (again.unchanged["accounts"], again.unchanged["registrations"]) == (4, 1)
    assert again.landed == {}


def test_a_file_read_without_a_map_and_then_with_one_is_withdrawn_where_it_is_not(
    universal,
):
    text = "source,account_id,name\nportal,1,山田\n"
    universal.drop("a.csv", text)
    universal.land()
    people = """
title: People with a date
match: {requires: [source, account_id]}
columns: {source: [source], account_id: [account_id], name: [name]}
rows:
  labels:
    source: {column: source}
    date: {const: "2026-11-01"}
    label: {const: star}
    account_id: {column: account_id}
"""
    universal.drop("people.yaml", people)
    universal.land()
    first, second = universal.rows("accounts")
    assert "account_id" not in second
    assert first["_row_hash"] == second["_row_hash"]
    assert len(universal.rows("labels")) == 1
    (universal.zone.folder / "inbox/files/people.yaml").unlink()
    universal.land()
    assert [row.get("account_id") for row in universal.rows("accounts")] == [
        *("1", None, "1")
    ]
    assert [row.get("label") for row in universal.rows("labels")] == ["star", None]


def test_another_sheet_with_something_in_it_is_not_lost_in_silence(universal, tmp_path):
    book = openpyxl.Workbook()
    for cells in (["source", "account_id"], ["portal", "1"]):
        book.active.append(cells)
    book.create_sheet("More").append(["x"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    universal.drop("a.xlsx", path.read_bytes())
    universal.land()
    (aside,) = universal.rows("quarantine")
    assert aside["reason"] == "sheet More was not read: one file is one sheet"


# --- the layouts of real platforms, with invented people

LAYOUTS = {
    "peatix/4100001/peatix_attendees_ja.csv": {"accounts": 2, "registrations": 2},
    "zoom/zoom_meeting_participants_en.csv": {
        **{"events": 1, "accounts": 3, "registrations": 3}
    },
    "zoom/81200000000/zoom_meeting_participants_unique_en.csv": {
        **{"accounts": 2, "registrations": 2}
    },
    "zoom/zoom_webinar_attendee_report_en.csv": {
        **{"events": 1, "accounts": 5, "registrations": 5}
    },
    "zoom/zoom_webinar_attendee_report_en_2026.csv": {
        **{"events": 1, "accounts": 3, "registrations": 3}
    },
    "forms/google_forms_download_ja.csv": {"accounts": 2, "survey_responses": 4},
    "forms/google_sheets_export_ja.csv": {"accounts": 2, "survey_responses": 4},
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_of_platforms_are_read_by_the_maps_of_their_source(name, shared, read):
    source, _, inside = name.partition("/")
    layouts = shared / "recordings" / "_layouts_invented_people"
    content = (layouts / name.rpartition("/")[2]).read_bytes()
    rows = read(content, name=inside, maps=built_in_maps(source))
    assert {kind: len(found) for kind, found in rows.rows.items()} == LAYOUTS[name]
    assert rows.aside == []
