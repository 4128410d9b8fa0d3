"""The exports the sandbox plays are read whole, and tell the truth about its people."""

import csv
import io
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from sources._sandbox.community import Community, generate
from sources._sandbox.elsewhere import elsewhere
from sources._sandbox.exports import exported
from tests.sources.file_sources.reading import Landed, read_files

TODAY = date(2026, 11, 20)
NAMES = ("peatix", "techplay", "eventregist", "forms", "portal", "facebook", "inhouse")
# How each is written, on purpose; a workbook has no encoding.
ENCODINGS = {
    "peatix": {"utf-8-sig"},
    "techplay": {"cp932"},
    "eventregist": {"shift_jis_2004", "cp932"},  # where they differ, and where not
    "forms": {"utf-8"},
    "portal": {"utf-8-sig"},
    "facebook": {"utf-8-sig"},
    "inhouse": {"utf-8-sig", "cp932"},
}
MOST_ROWS = 150


@pytest.fixture(scope="module")
def community() -> Community:
    return generate(200, 1, TODAY)


@pytest.fixture(scope="module")
def files(community: Community) -> dict[str, dict[str, bytes]]:
    modules = {name: import_module(f"sources.{name}.sandbox") for name in NAMES}
    return {name: dict(m.inbox_files(community)) for name, m in modules.items()}


@pytest.fixture(scope="module")
def landed(
    files: dict[str, dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Landed]:
    inbox = tmp_path_factory.mktemp("inbox")
    return {name: read_files(name, inbox, files[name]) for name in NAMES}


def encoding_of(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932", "shift_jis_2004"):
        if encoding == "utf-8-sig" and not content.startswith(b"\xef\xbb\xbf"):
            try:
                content.decode("utf-8")
                return "utf-8"
            except UnicodeDecodeError:
                continue
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise AssertionError("none of the encodings")


def rows_of(content: bytes) -> list[dict[str, str]]:
    text = content.decode(encoding_of(content))
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", NAMES)
def test_everything_written_is_read(
    name: str, files: dict[str, dict[str, bytes]], landed: dict[str, Landed]
):
    assert files[name]
    assert landed[name].set_aside == []
    read = {r["_source_file"] for rows in landed[name].rows.values() for r in rows}
    assert read == set(files[name])
    assert 0 < sum(landed[name].counts().values()) <= 2 * MOST_ROWS


@pytest.mark.parametrize("name", NAMES)
def test_the_encodings_are_those_of_the_platform(
    name: str, files: dict[str, dict[str, bytes]]
):
    texts = [c for path, c in files[name].items() if not path.endswith(".xlsx")]
    assert {encoding_of(content) for content in texts} == ENCODINGS[name]
    assert sum(len(rows_of(content)) for content in texts) <= MOST_ROWS


@pytest.mark.parametrize("name", ("peatix", "techplay", "eventregist"))
def test_registrations_are_those_of_the_truth(
    name: str, community: Community, landed: dict[str, Landed]
):
    truth = {
        (str(shown.number), row.person)
        for shown in exported(community, name)
        for row in shown.registrations
    }
    rows = landed[name].rows["registrations"]
    assert len(rows) == len(truth)
    assert {row["event_id"] for row in rows} == {number for number, _ in truth}


@pytest.mark.parametrize("name", ("peatix", "techplay"))
def test_cancellations_are_told_as_of_the_export(
    name: str, community: Community, landed: dict[str, Landed]
):
    cancelled = sum(
        row.cancelled_at is not None
        and row.cancelled_at.date() <= shown.event.exported_on
        for shown in exported(community, name)
        for row in shown.registrations
    )
    assert cancelled > 0
    assert len(landed[name].of("registrations", status="cancelled")) == cancelled


def test_a_second_ticket_makes_nobody_up(
    files: dict[str, dict[str, bytes]], landed: dict[str, Landed]
):
    tickets = [row for content in files["peatix"].values() for row in rows_of(content)]
    assert len(tickets) > len(landed["peatix"].rows["registrations"])


def test_every_line_of_a_list_is_a_row(
    files: dict[str, dict[str, bytes]], landed: dict[str, Landed]
):
    kinds = {
        "certificates": "certifications",
        "costs": "costs",
        "hires": "hires",
        "media_mentions": "media_mentions",
        "targets": "targets",
        "contracts": "contracts",
        "referrals": "referrals",
        "events": "events",
    }
    written = {
        kinds[Path(path).stem]: len(rows_of(content))
        for path, content in files["inhouse"].items()
    }
    counts = landed["inhouse"].counts()
    assert {kind: counts[kind] for kind in written} == written
    log = rows_of(files["portal"]["portal/commmune/activity.csv"])
    assert len(landed["portal"].rows["activities"]) == len(log)
    posts = [row for c in files["facebook"].values() for row in rows_of(c)]
    assert len(landed["facebook"].rows["activities"]) == len(posts)


def test_events_elsewhere_are_listed_with_the_page_they_name(
    community: Community, landed: dict[str, Landed]
):
    listed = {(r["source"], r["event_id"]): r for r in landed["inhouse"].rows["events"]}
    for platform in ("peatix", "techplay", "eventregist"):
        for shown in elsewhere(community, platform):
            row = listed[platform, str(shown.number)]
            expected = shown.original.url if shown.links_back else None
            assert row.get("mentioned_urls") == expected


def test_surveys_ask_nps_and_satisfaction_of_a_known_event(
    community: Community, landed: dict[str, Landed]
):
    answers = landed["forms"].rows["survey_responses"]
    assert {row["event_source"] for row in answers} == {"connpass"}
    assert {row["event_id"] for row in answers} <= {
        str(event.number) for event in community.events
    }
    kinds = {row["question_kind"] for row in answers}
    assert kinds == {"nps", "csat", "text"}
    scores = {int(r["answer"]) for r in answers if r["question_kind"] == "nps"}
    assert scores <= set(range(11)) and len(scores) > 3
    emails = {row["email"] for row in landed["forms"].rows["accounts"]}
    known = {job.email for person in community.people for job in person.jobs}
    known |= {person.private_email for person in community.people}
    assert emails <= known
    assert any("account_id" not in row for row in answers)
    layouts = {Path(row["_source_file"]).suffix for row in answers}
    assert layouts == {".csv", ".xlsx"}


def test_the_past_does_not_change_when_the_day_moves_on(
    community: Community, files: dict[str, dict[str, bytes]]
):
    for name in ("peatix", "techplay", "eventregist", "forms"):
        module = import_module(f"sources.{name}.sandbox")
        earlier = dict(module.inbox_files(community.at(date(2026, 5, 1))))
        assert earlier.items() <= files[name].items()
    portal = import_module("sources.portal.sandbox")
    before = dict(portal.inbox_files(community.at(date(2026, 5, 1))))
    old = rows_of(before["portal/commmune/activity.csv"])
    new = rows_of(files["portal"]["portal/commmune/activity.csv"])
    assert new[: len(old)] == old and len(new) > len(old)
