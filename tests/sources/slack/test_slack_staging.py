"""Slack in staging: API and export are one, and every recording arrives whole.

The recordings lie outside the project (licences differ, people are in them); without
them the tests of invented people remain.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sources.slack import SOURCE
from tests.conftest import SHARED, needs_recordings
from tests.sources.conftest import serving
from tests.sources.slack.conftest import (
    CLOCK,
    FakeSlack,
    channel,
    message,
    thread,
    ts,
    user,
    write_export,
)
from tests.sources.staging import build_staging, land_into

RECORDINGS = SHARED / "recordings" / "slack"
RECORDED = "C011DUKE8"  # the recorded channel
# file -> (table it reaches, rows in it)
FILES = {
    "javasdk_conversations.list.json": ("channels", 1),
    "slack_info.json": ("channels", 1),
    "javasdk_users.list.json": ("users", 1),
    "slack_user_U0001.json": ("users", 1),
    "slack_user_U0002.json": ("users", 1),
    "slack_user_U0003.json": ("users", 1),
    "slack_history.json": ("messages", 7),
    "slack_history_next.json": ("messages", 2),
    "slack_history_empty.json": ("messages", 0),
}
FILES_OF_NO_TABLE = {
    "javasdk_auth.test.json": "whose token it is: see the test of shapes",
    "javasdk_conversations.info.json": "not asked: conversations.list says as much",
    "javasdk_conversations.join.json": "the app joins nothing by itself",
    "javasdk_conversations.members.json": "not asked: users.list has everybody",
    "javasdk_reactions.add.json": "nothing is written",
    "javasdk_team.info.json": "not asked: auth.test says as much without a scope",
    "javasdk_usergroups.list.json": "user groups are not read",
    "javasdk_users.conversations.json": "not asked: conversations.list says as much",
    "slack_error.json": "a refusal: see the test of refusals",
    "slack_info_archived.json": "the same channel as slack_info.json, archived",
    "slack_members1.json": "not asked: users.list has everybody",
    "slack_user_U0004_private.json": "a refusal of users.info, which is not asked",
}


def read(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((RECORDINGS / name).read_text(encoding="utf-8"))
    return body


def land_recordings(data: Path, clock: Any) -> None:
    """The recorded answers in the order in which they are asked for."""
    users = [read(f"slack_user_U000{n}.json")["user"] for n in (1, 2, 3)]
    answers = {
        "auth.test": read("javasdk_auth.test.json"),
        "conversations.list": {
            **read("javasdk_conversations.list.json"),
            "channels": [
                *read("javasdk_conversations.list.json")["channels"],
                read("slack_info.json")["channel"],
            ],
        },
        "users.list": {
            **read("javasdk_users.list.json"),
            "members": [*read("javasdk_users.list.json")["members"], *users],
        },
    }
    pages = [name for name in FILES if name.startswith("slack_history")]
    asked = []
    with serving() as platform:

        def answer(request: Any) -> Any:
            method = request.path.rsplit("/", 1)[-1]
            if method == "conversations.history":
                asked.append(request.params["latest"][0])
                return platform.reply(read(pages.pop(0)))
            return platform.reply({**answers[method], "ok": True})

        platform.answer = answer
        settings = {
            "SLACK_TOKEN": "xoxb-1",
            "SLACK_BASE_URL": platform.base_url,
            "SLACK_CHANNELS": RECORDED,
        }
        for days in (0, 1):  # on the second one nothing is new
            land_into(data, SOURCE, settings, clock=clock + timedelta(days=days))
    # The recorded answers name no cursor: the next one is below the oldest message.
    assert asked[1] == read("slack_history.json")["messages"][-1]["ts"]
    assert (pages, len(asked)) == ([], 3)


def land_invented(data: Path) -> None:
    """A workspace read on two days, and two exports that overlap with it."""
    with serving() as platform:
        fake = FakeSlack(platform, channels=[channel("C1", "general")])
        platform.answer = fake.answer
        title = "SRE https://github.com/some-one"
        fake.users = [
            user("U1", email="Aya@One.example", title=title),
            user("U2", real_name="", display_name="Ken"),
            {**user("U3"), "is_bot": True},
            {**user("U4", email="x@one.example"), "is_email_confirmed": False},
        ]
        fake.messages["C1"] = [
            *thread(30, 29.9, text="古い質問"),
            message(ts(5), text="edited later", reactions=reactions("U2", "U1")),
            message(ts(4), "U2", text="will vanish"),
            message(ts(3, 5), subtype="channel_join"),
            message(ts(40), "U4", subtype="channel_join"),
        ]
        write_export(
            data / "inbox/slack/a.zip",
            {
                "channels.json": [{"id": "C1", "name": "general"}],
                # On the plan of this workspace exports have no addresses.
                "users.json": [user("U1"), user("U7", real_name="輸出 のみ")],
                "general/2026-10-21.json": thread(30, 29.9, text="古い質問"),
                "general/2025-01-01.json": [
                    message(ts(600), "U7", text="only in the export"),
                    message(ts(599), "U1", text="old words"),
                ],
            },
        )
        land_into(data, SOURCE, fake.settings, clock=CLOCK)
        edited = fake.messages["C1"][2]
        edited |= {"text": "edited", "edited": {"user": "U1", "ts": ts(-0.1)}}
        edited["reactions"] = reactions("U2", "U1", "U4")
        fake.messages["C1"][3] |= {"subtype": "tombstone", "user": "USLACKBOT"}
        write_export(
            data / "inbox/slack/b.zip",
            {
                "channels.json": [{"id": "C1", "name": "general"}],
                "general/2025-01-01.json": [message(ts(599), "U1", text="new words")],
                "general/2026-11-15.json": [message(ts(5), text="edited later")],
                "general/2026-11-16.json": [message(ts(4), "U2", text="will vanish")],
            },
        )
        land_into(data, SOURCE, fake.settings, clock=CLOCK + timedelta(days=1))


def reactions(*users: str) -> list[dict[str, Any]]:
    """A thumb by each of them, and a second emoji by the first."""
    return [
        {"name": "+1", "users": list(users), "count": len(users)},
        {"name": "tada", "users": [users[0]], "count": 1},
    ]


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Both workspaces landed by the connector, and staging built on them."""
    data = tmp_path_factory.mktemp("slack")
    land_invented(data)
    if RECORDINGS.is_dir():
        land_recordings(data, CLOCK + timedelta(days=2))
    build_staging(data, "staging.slack", clock=CLOCK + timedelta(days=3))
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def rows(staged: Any, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = staged.execute(sql, parameters).fetchall()
    return found


INVENTED = "from staging.stg_slack__messages where channel_id = 'C1'"


def test_a_message_of_api_and_export_counts_once(staged: Any) -> None:
    assert rows(
        staged, f"select count(*), count(distinct ts), count(sent_at) {INVENTED}"
    ) == [(8, 8, 8)]
    tables = f"select ts, source_table {INVENTED} order by ts"
    assert rows(staged, tables) == sorted(
        [
            (ts(600), "export_messages"),
            (ts(599), "export_messages"),
            (ts(40), "messages"),
            (ts(30), "messages"),
            (ts(29.9, 1), "messages"),
            (ts(5), "messages"),
            (ts(4), "messages"),
            (ts(3, 5), "messages"),
        ]
    )


def test_the_later_export_and_the_later_edit_win(staged: Any) -> None:
    titles = dict(rows(staged, f"select ts, title {INVENTED}"))
    assert titles[ts(599)] == "new words"
    assert titles[ts(5)] == "edited"


def test_what_people_did_is_what_they_wrote_and_reacted_to(staged: Any) -> None:
    found = rows(
        staged,
        "select activity_type, account_id, activity_id, parent_activity_id, reactions"
        " from staging.stg_slack__as_activities where activity_id like 'slack:C1:%'",
    )
    thumbs = f"slack:C1:{ts(5)}"
    first = f"slack:C1:{ts(30)}"
    assert sorted(found, key=str) == sorted(
        [
            ("post", "slack:U7", f"slack:C1:{ts(600)}", None, 0),
            ("post", "slack:U1", f"slack:C1:{ts(599)}", None, 0),
            ("post", "slack:U1", first, None, 0),
            ("reply", "slack:U2", f"slack:C1:{ts(29.9, 1)}", first, 0),
            ("post", "slack:U1", thumbs, None, 4),
            ("reaction", "slack:U2", f"{thumbs}:reaction:U2", thumbs, None),
            ("reaction", "slack:U4", f"{thumbs}:reaction:U4", thumbs, None),
        ],
        key=str,
    )


def test_reactions_are_known_for_each_day_they_were_looked_at(staged: Any) -> None:
    found = rows(
        staged,
        "select cast(observed_date as varchar), reactions"
        " from staging.stg_slack__as_reaction_snapshots where activity_id = ?"
        " order by 1",
        f"slack:C1:{ts(5)}",
    )
    assert found == [("2026-11-21", 3), ("2026-11-22", 4)]


def test_messages_have_addresses(staged: Any) -> None:
    urls = dict(rows(staged, f"select ts, url {INVENTED}"))
    page = "https://club.slack.example/archives/C1/p"
    thread_of = f"?thread_ts={ts(30)}&cid=C1"
    assert urls[ts(5)] == page + ts(5).replace(".", "")
    assert urls[ts(29.9, 1)] == page + ts(29.9, 1).replace(".", "") + thread_of


def test_people_come_with_what_links_them(staged: Any) -> None:
    found = rows(
        staged,
        "select source_account_id, display_name, email, email_is_verified, is_bot,"
        " profile_urls, date_diff('day', first_seen_at, ?) "
        "from staging.stg_slack__as_accounts where regexp_matches(account_id, ':U.$')"
        " order by 1",
        CLOCK,
    )
    links = "github:some-one"
    assert found == [
        ("U1", "U1 名前", "aya@one.example", True, False, links, 599),
        ("U2", "Ken", None, False, False, None, 30),
        ("U3", "U3 名前", None, False, True, None, None),
        ("U4", "U4 名前", "x@one.example", False, False, None, 40),
        ("U7", "輸出 のみ", None, False, False, None, 600),
    ]


def test_no_row_is_lost_between_raw_and_staging(staged: Any) -> None:
    for table in ("channels", "users", "messages", "export_messages"):
        found = rows(
            staged,
            "select count(*), count(*) filter (_row_status = 'quarantined')"
            f" from staging.stg_slack__{table}_checked",
        )
        landed = rows(
            staged,
            "select sum(landed)::int from read_parquet(?) where table_name = ?",
            _raw(staged) + "/raw_slack/load_counts/*.parquet",
            table,
        )
        assert found == [(landed[0][0], 0)], table


def _raw(staged: Any) -> str:
    ((file,),) = rows(
        staged, "select path from duckdb_databases() where path is not null"
    )
    return str(Path(file).parent / "raw")


# --- the recordings -------------------------------------------------------------------


@needs_recordings
def test_every_recording_is_listed_here() -> None:
    found = {path.name for path in RECORDINGS.iterdir()}
    assert found == set(FILES) | set(FILES_OF_NO_TABLE)


@needs_recordings
@pytest.mark.parametrize(
    ("table", "condition"),
    [
        ("channels", "channel_id in ('D00000000', 'C011DUKE8')"),
        ("users", "user_id in ('U00000000', 'U0001', 'U0002', 'U0003')"),
        ("messages", "channel_id = 'C011DUKE8'"),
    ],
)
def test_every_recorded_row_is_staged(staged: Any, table: str, condition: str) -> None:
    expected = sum(count for name, count in FILES.values() if name == table)
    sql = f"select count(*) from staging.stg_slack__{table} where {condition}"
    assert rows(staged, sql) == [(expected,)]


@needs_recordings
def test_recorded_messages_are_what_they_were(staged: Any) -> None:
    found = rows(
        staged,
        "select ts, user_id, is_post, epoch_us(sent_at) from"
        " staging.stg_slack__messages where channel_id = ? order by ts desc",
        RECORDED,
    )
    sent = read("slack_history.json")["messages"]
    sent += read("slack_history_next.json")["messages"]
    assert [row[0] for row in found] == [m["ts"] for m in sent]
    assert [row[3] for row in found] == [int(m["ts"].replace(".", "")) for m in sent]
    authors = [m.get("user") or m.get("comment", {}).get("user") for m in sent]
    assert [row[1] for row in found] == authors
    # The app's message and the join are no posts, the comment on a file is one.
    assert [row[2] for row in found] == [True, False, False] + [True] * 6


@needs_recordings
def test_recorded_people_hold_no_empty_text(staged: Any) -> None:
    found = rows(
        staged,
        "select user_id, real_name, email from staging.stg_slack__users"
        " where user_id like 'U000_' order by 1",
    )
    assert [row[0] for row in found] == ["U0001", "U0002", "U0003"]
    assert [row[2] for row in found] == [
        read(f"slack_user_{row[0]}.json")["user"]["profile"]["email"] for row in found
    ]
    assert found[2][1] is None  # sent as ""
