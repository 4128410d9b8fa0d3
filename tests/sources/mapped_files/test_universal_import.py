"""The universal import takes maps as well; maps of platforms read their layouts."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest

from sources._files.mapped import built_in_maps
from tests.sources.mapped_files.club import (
    HEADER,
    MAP,
    ROW,
    sheet,
)


def test_the_universal_import_reads_sheets_archives_and_maps(universal, tmp_path):
    cells = [["source", "account_id", "name"], ["portal", 1, "山田"]]
    universal.drop("a.xlsx", sheet(cells, tmp_path / "a.xlsx"))
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
