"""The sandbox's Zoom reports tell who attended, as the truth has it."""

from datetime import date
from pathlib import Path

from sources._sandbox.community import generate
from sources._sandbox.exports import exported, is_cancelled
from sources.zoom.sandbox import inbox_files
from sources.zoom.sandbox_files import API_SINCE
from tests.sources.file_sources.reading import read_files

TODAY = date(2026, 11, 20)


def test_reports_of_webinars_and_meetings_tell_the_truth(tmp_path: Path):
    community = generate(200, 1, TODAY)
    files = dict(inbox_files(community))
    landed = read_files("zoom", tmp_path, files)
    assert landed.set_aside == []
    assert set(landed.maps) == {"webinar", "meeting"}
    came = {
        (str(shown.number), row.person)
        for shown in exported(community, "zoom")
        for row in shown.registrations
        if shown.event.day < API_SINCE
        and row.attended
        and not is_cancelled(row, shown.event.exported_on)
    }
    there = [
        row
        for row in landed.of("registrations", attended="true")
        if not row["account_id"].startswith("events@")
    ]
    assert len(there) == len(came) > 10
    assert {row["event_id"] for row in there} == {number for number, _ in came}
    assert any(row.get("minutes") == "4" for row in landed.rows["registrations"])
    names = {person.kanji_name for person in community.people}
    people = [r for r in landed.rows["accounts"] if r["handle"] != "イベント事務局"]
    assert {row["name"] for row in people} <= names
    assert len(landed.rows["registrations"]) < 150
