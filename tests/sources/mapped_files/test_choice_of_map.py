"""Which map reads a file, when it is read again, and what is withdrawn then."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from typing import Any

import pytest

from sources._base.errors import SourceError
from sources._files import mapped
from sources._files.mapped import built_in_maps, mapped_tables
from tests.sources.mapped_files.club import (
    HEADER,
    MAP,
    ROW,
    Club,
    club,
)


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


def test_the_file_of_before_put_back_is_the_newest_again(inbox):
    rows = inbox.read(HEADER + ROW)
    inbox.drop("event_7.csv", HEADER + ROW.replace("支払済", "キャンセル"))
    inbox.land()
    inbox.drop("event_7.csv", HEADER + ROW)
    inbox.land()
    told = [row["status"] for row in rows("registrations")]
    assert told == ["accepted", "cancelled", "accepted"]
    first, _, third = rows("registrations")
    assert first["_row_hash"] == third["_row_hash"], "staging replaces by it"
    again = inbox.land()
    assert (again.landed["file_registrations"], sum(again.unchanged.values())) == (0, 2)


def test_an_export_without_rows_where_some_were_is_told(inbox):
    rows = inbox.read(HEADER + ROW)
    inbox.drop("event_7.csv", HEADER)
    inbox.land()
    (aside,) = inbox.rows("quarantine")
    assert aside["reason"].startswith("no row under the header, where 2 were before")
    assert aside["file"] == "club/event_7.csv"
    first, version = rows("accounts")
    assert (first["account_id"], version.get("account_id")) == ("m1", None)
    assert inbox.land().quarantined == {}, "told once"


def test_a_list_that_never_had_rows_is_nothing_to_tell(inbox):
    inbox.read(HEADER)
    assert inbox.rows("quarantine") == []


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
