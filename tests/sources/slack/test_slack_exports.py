"""Exports: read once, by day file; what is private, broken or hostile stays outside."""

from __future__ import annotations

import json
import struct
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from sources.slack import SOURCE, archive, exports
from tests.sources.slack.conftest import (
    CLOCK,
    channel,
    message,
    thread,
    ts,
    user,
    write_export,
)

FAST = replace(SOURCE, requests_per_second=10_000.0)
CHANNELS = [{"id": "C1", "name": "general", "members": ["U1", "U2"]}]


@pytest.fixture
def inbox(tmp_path):
    return tmp_path / "inbox"


@pytest.fixture
def run(make_run, inbox):
    def make(**options):
        return make_run(SOURCE, options.pop("settings", {}), inbox=inbox, **options)

    return make


def keys(rows):
    return sorted(row["ts"] for row in rows["export_messages"])


def reasons(run):
    return [row["reason"] for row in run.set_aside]


def test_an_export_lands_without_a_token(run, inbox):
    days = {f"general/2026-11-1{n}.json": [message(ts(10 - n))] for n in range(3)}
    sent = message(ts(1, 7), reactions=[{"name": "+1", "users": ["U2"], "count": 1}])
    files = {"users.json": [user("U1"), user("U2")], "channels.json": CHANNELS}
    write_export(
        inbox / "slack/x.zip", {**files, **days, "general/2026-11-19.json": [sent]}
    )
    rows = run().extract()
    assert keys(rows) == sorted([ts(10), ts(9), ts(8), ts(1, 7)])
    assert {row["id"] for row in rows["users"]} == {"U1", "U2"}
    (found,) = rows["channels"]
    assert (found["num_members"], found["is_member"]) == (2, None)
    row = next(row for row in rows["export_messages"] if row["ts"] == ts(1, 7))
    assert row["channel_id"] == "C1"
    assert row["_source_file"] == "slack/x.zip!general/2026-11-19.json"
    assert row["_source_line"] == 1
    assert json.loads(row["reactions"])[0]["users"] == ["U2"]


def test_a_zip_is_read_once_and_again_when_it_changed(run, inbox):
    memory: dict = {}
    files = {"channels.json": CHANNELS, "general/2026-11-01.json": [message(ts(20))]}
    write_export(inbox / "slack/x.zip", files)
    assert len(keys(run(memory=memory).extract())) == 1
    again = run(memory=memory)
    assert keys(again.extract()) == []
    assert again.counts.unchanged["export_messages"] == 1
    write_export(
        inbox / "slack/x.zip", files | {"general/2026-11-02.json": [message(ts(19))]}
    )
    assert len(keys(run(memory=memory).extract())) == 2


def test_private_conversations_are_passed_over_and_unknown_folders_told(run, inbox):
    files = {
        "channels.json": CHANNELS,
        "groups.json": [{"id": "G1", "name": "board"}],
        "dms.json": [{"id": "D1", "members": ["U1", "U2"]}],
        "mpims.json": [{"id": "G2", "name": "mpdm-a--b-1"}],
        "general/2026-11-01.json": [message(ts(20))],
        "board/2026-11-01.json": [message(ts(19))],
        "D1/2026-11-01.json": [message(ts(18))],
        "mpdm-a--b-1/2026-11-01.json": [message(ts(17))],
        "was-renamed/2026-11-01.json": [message(ts(16))],
        "general/canvas.json": {"not": "a day"},
        "integration_logs.json": [],
    }
    write_export(inbox / "slack/x.zip", files)
    found = run()
    assert keys(found.extract()) == [ts(20)]
    assert [row["file"] for row in found.set_aside] == ["slack/x.zip!was-renamed"]


def test_what_the_api_tells_of_is_not_taken_from_an_export(run, inbox, slack):
    slack.users = [user("U1", email="new@a.example")]
    files = {
        "channels.json": [*CHANNELS, {"id": "C8", "name": "gone"}],
        "users.json": [user("U1", email="old@a.example"), user("U8")],
        "gone/2026-11-01.json": [message(ts(20))],
    }
    write_export(inbox / "slack/x.zip", files)
    rows = run(settings=slack.settings, clock=CLOCK).extract()
    emails = {row["id"]: row["email"] for row in rows["users"]}
    assert emails == {"U1": "new@a.example", "U8": None}
    assert {row["id"]: row["name"] for row in rows["channels"]} == {
        "C1": "general",
        "C8": "gone",
    }
    assert keys(rows) == [ts(20)]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_names_of_folders_are_read_as_they_were_meant(run, inbox, encoding):
    """A zip made on a Japanese Windows names its folders in cp932, without a flag."""
    name = "質問/2026-11-01.json"
    path = write_export(
        inbox / "slack/x.zip",
        {
            "channels.json": [{"id": "C2", "name": "質問"}],
            "xx/2026-11-01.json": [message(ts(20))],
        },
    )
    raw = name.encode(encoding)
    _rename_member(path, b"xx/2026-11-01.json", raw)
    with zipfile.ZipFile(path) as opened:
        assert name not in opened.namelist()
    rows = run().extract()
    assert [row["channel_id"] for row in rows["export_messages"]] == ["C2"]


def _rename_member(path, old, new):
    """Writes another name into both headers; the flag of UTF-8 stays unset."""
    content = path.read_bytes()
    start = content.index(old)
    local = start - 30
    header = bytearray(content[local:start])
    struct.pack_into("<H", header, 26, len(new))
    grown = content[:local] + bytes(header) + new + content[start + len(old) :]
    start = grown.rindex(old)
    central = start - 46
    header = bytearray(grown[central:start])
    struct.pack_into("<H", header, 28, len(new))
    end = bytearray(grown[start + len(old) :])
    shift = len(new) - len(old)
    at = end.rindex(b"PK\x05\x06")
    size, offset = struct.unpack_from("<II", end, at + 12)
    struct.pack_into("<II", end, at + 12, size + shift, offset + shift)
    path.write_bytes(grown[:central] + bytes(header) + new + bytes(end))


def test_an_export_zipped_again_with_its_folder_is_read(run, inbox):
    files = {"channels.json": CHANNELS, "general/2026-11-01.json": [message(ts(20))]}
    inside = {f"My export/{name}": content for name, content in files.items()}
    noise = {"__MACOSX/channels.json": b"\0\0", "My export/.DS_Store": b"\0"}
    write_export(inbox / "slack/x.zip", {**inside, **noise})
    found = run()
    assert keys(found.extract()) == [ts(20)]
    assert found.set_aside == []


def test_files_that_are_no_export_are_set_aside_once_with_what_to_do(run, inbox):
    memory: dict = {}
    write_export(inbox / "slack/other.zip", {"readme.txt": b"hello"})
    (inbox / "slack/half.zip").write_bytes(b"PK\x03\x04 and no more")
    (inbox / "slack/.hidden").write_bytes(b"")
    first = run(memory=memory)
    first.extract()
    told = dict(
        zip([row["file"] for row in first.set_aside], reasons(first), strict=True)
    )
    assert "no channels.json" in told["slack/other.zip"]
    assert "download it again" in told["slack/half.zip"]
    assert len(told) == 2
    second = run(memory=memory)
    second.extract()
    assert second.set_aside == []


def test_broken_days_and_rows_are_set_aside_and_the_rest_is_read(run, inbox):
    files = {
        "channels.json": CHANNELS,
        "general/2026-11-01.json": b"[{",
        "general/2026-11-02.json": [message(ts(20)), "no message", {"text": "no ts"}],
        "general/2026-11-03.json": [message(ts(19), reply_count=["?"])],
        "../../etc/2026-11-04.json": [message(ts(18))],
    }
    write_export(inbox / "slack/x.zip", files)
    found = run()
    assert keys(found.extract()) == [ts(20)]
    places = [(row["file"].split("!")[1], row["line"]) for row in found.set_aside]
    assert sorted(places, key=str) == [
        ("../../etc/2026-11-04.json", None),
        ("general/2026-11-01.json", None),
        ("general/2026-11-02.json", 2),
        ("general/2026-11-02.json", 3),
        ("general/2026-11-03.json", 1),
    ]
    assert all(reasons(found))


def test_a_member_that_unpacks_to_too_much_is_not_unpacked(run, inbox, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBER", 10_000)
    files = {
        "channels.json": CHANNELS,
        "general/2026-11-01.json": b"[" + b" " * 1_000_000 + b"]",
        "general/2026-11-02.json": [message(ts(20))],
    }
    write_export(inbox / "slack/x.zip", files)
    found = run()
    assert keys(found.extract()) == [ts(20)]
    assert "larger than" in reasons(found)[0]


def test_a_list_of_users_may_be_larger_than_a_day(run, inbox, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBER", 1_000)
    users = json.dumps([user("U1")]).encode() + b" " * 1_000
    files = {"channels.json": CHANNELS, "users.json": users}
    write_export(inbox / "slack/x.zip", files)
    found = run()
    assert [row["id"] for row in found.extract()["users"]] == ["U1"]
    assert reasons(found) == []


def test_half_a_character_does_not_block_the_export(run, inbox):
    sent = message(ts(20), text="cut in the middle \ud83d")
    day = json.dumps([sent, message(ts(19), text="whole \U0001f600")]).encode()
    write_export(
        inbox / "slack/x.zip",
        {"channels.json": CHANNELS, "general/2026-11-01.json": day},
    )
    assert [row["text"] for row in run().extract()["export_messages"]] == [
        "cut in the middle \ufffd",
        "whole \U0001f600",
    ]


def test_many_dense_members_end_at_a_multiple_of_the_zip(run, inbox, monkeypatch):
    monkeypatch.setattr(archive, "FREE_OF_RATIO", 0)
    files = {"channels.json": CHANNELS}
    for day in range(10, 30):
        files[f"general/2026-11-{day}.json"] = b"[" + b" " * 100_000 + b"]"
    write_export(inbox / "slack/x.zip", files)
    found = run()
    found.extract()
    assert "unpacks to too much" in reasons(found)[-1]


def test_an_encrypted_member_is_set_aside(run, inbox):
    path = write_export(
        inbox / "slack/x.zip",
        {"channels.json": CHANNELS, "general/2026-11-01.json": [message(ts(1))]},
    )
    content = bytearray(path.read_bytes())
    at = content.rindex(b"general/2026-11-01.json") - 46
    content[at + 8] |= 1  # the flag in the central directory
    path.write_bytes(bytes(content))
    found = run()
    assert keys(found.extract()) == []
    assert "encrypted" in reasons(found)[0]


def test_messages_come_in_pieces(run, inbox, monkeypatch):
    monkeypatch.setattr(exports, "BATCH_ROWS", 2)
    sent = [message(ts(n)) for n in range(1, 6)]
    files = {"channels.json": CHANNELS, "general/2026-11-01.json": sent}
    write_export(inbox / "slack/x.zip", files)
    tables = list(exports.Exports(run()).messages())
    assert [table.num_rows for table in tables] == [2, 2, 1]


def test_an_export_lands_typed_beside_the_api(zone, slack):
    slack.channels = [channel("C1", "general")]
    slack.messages = {"C1": thread(3, 2)}
    files = {"channels.json": CHANNELS, "general/2026-11-18.json": thread(3, 2)}
    write_export(zone.folder / "inbox/slack/x.zip", files)
    options = {"environment": slack.settings}
    landed = zone.land(FAST, clock=CLOCK, **options)
    assert landed.counts.landed["export_messages"] == 2
    assert landed.counts.landed["messages"] == 2
    again = zone.land(FAST, clock=CLOCK + timedelta(days=1), **options)
    assert again.counts.landed["export_messages"] == 0
    rows = zone.rows("slack", "export_messages")
    assert [row["reply_count"] for row in rows] == [1, None]
    assert rows[0]["_row_hash"] == rows[1]["_row_hash"]
