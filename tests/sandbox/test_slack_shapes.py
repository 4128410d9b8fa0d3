"""The sandbox's Slack has the keys and types of the recorded one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from sources._sandbox.community import Community
from sources._sandbox.server import SandboxServer
from sources.slack.invented import CHANNELS, GENERAL, UNSEEN, messages
from tests.conftest import SHARED
from tests.sandbox.shapes import differences, missing_keys

RECORDINGS = SHARED / "recordings" / "slack"
Ask = Callable[..., dict[str, Any]]
# Documented keys that no recording of messages holds.
OF_MESSAGES = {
    f"[].{name}"
    for name in (
        "edited",
        "is_locked",
        "latest_reply",
        "parent_user_id",
        "reactions",
        "reply_count",
        "reply_users",
        "reply_users_count",
        "subscribed",
        "thread_ts",
    )
}

# The recordings of users.info are older than these, that of users.list has them.
SINCE_2017 = {
    f".user.{name}"
    for name in (
        "is_app_user",
        "is_email_confirmed",
        "profile.display_name",
        "profile.display_name_normalized",
        "profile.status_emoji",
        "profile.status_expiration",
        "profile.status_text",
        "profile.team",
        "updated",
        "who_can_share_contact_card",
    )
}


@pytest.fixture(scope="module")
def ask(community: Community) -> Iterator[Ask]:
    with (
        SandboxServer(community, requests_per_second=1e6) as server,
        requests.Session() as client,
    ):
        settings = server.settings()
        token = {"Authorization": f"Bearer {settings['SLACK_TOKEN']}"}

        def call(method: str, headers: Any = None, **params: str) -> dict[str, Any]:
            url = f"{settings['SLACK_BASE_URL']}/{method}"
            asked = token if headers is None else headers
            answer = client.get(url, params=params, headers=asked, timeout=10)
            assert answer.status_code == 200
            body: dict[str, Any] = answer.json()
            return body

        yield call


def recorded(name: str) -> dict[str, Any]:
    if not RECORDINGS.is_dir():
        pytest.skip("no ../shared/recordings beside the project")
    body: dict[str, Any] = json.loads((RECORDINGS / name).read_text(encoding="utf-8"))
    return body


@pytest.mark.parametrize("method", ["auth.test", "conversations.list", "users.list"])
def test_answers_have_the_recorded_keys_and_types(ask: Ask, method: str) -> None:
    assert differences(ask(method), [recorded(f"javasdk_{method}.json")]) == []


def test_channels_and_users_have_every_key_that_is_read(ask: Ask) -> None:
    channels = ask("conversations.list")["channels"]
    read = {"id", "name", "created", "is_archived", "is_member", "is_private"}
    assert missing_keys(channels, read) == set()
    people = [user for user in ask("users.list")["members"] if user.get("tz")]
    read = {"id", "name", "deleted", "is_bot", "updated", "profile"}
    assert missing_keys(people, read) == set()
    profiles = [user["profile"] for user in people]
    assert missing_keys(profiles, {"real_name", "display_name", "email"}) == set()


def test_messages_have_the_recorded_keys_and_types(ask: Ask) -> None:
    sent = ask("conversations.history", channel=GENERAL.id)["messages"]
    theirs = [
        recorded(name)["messages"]
        for name in ("slack_history.json", "slack_history_next.json")
    ]
    assert len(sent) > 50
    assert differences(sent, theirs, optional=OF_MESSAGES) == []


def test_other_methods_answer_as_recorded(ask: Ask) -> None:
    info = ask("conversations.info", channel=GENERAL.id)
    assert differences(info, [recorded("javasdk_conversations.info.json")]) == []
    members = ask("conversations.members", channel=GENERAL.id)
    assert differences(members, [recorded("slack_members1.json")]) == []
    user = ask("users.info", user=members["members"][0])
    theirs = [recorded(f"slack_user_U000{n}.json") for n in (1, 2, 3)]
    assert differences(user, theirs, optional=SINCE_2017) == []


def test_errors_are_told_in_a_200(ask: Ask) -> None:
    gone = ask("conversations.history", channel="C0")
    assert gone == {"ok": False, "error": "channel_not_found"}
    assert differences(gone, [recorded("slack_error.json")]) == []
    closed = ask("conversations.history", channel=UNSEEN.id)
    assert closed["error"] == "not_in_channel"
    assert ask("users.list", headers={})["error"] == "not_authed"
    wrong = {"Authorization": "Bearer no"}
    assert ask("users.list", headers=wrong)["error"] == "invalid_auth"
    assert (
        ask("conversations.replies", channel=GENERAL.id, ts="1.0")["error"]
        == "thread_not_found"
    )


def test_a_history_is_newest_first_and_its_bounds_are_outside(ask: Ask) -> None:
    sent = ask("conversations.history", channel=GENERAL.id, limit="999")["messages"]
    moments = [message["ts"] for message in sent]
    assert moments == sorted(moments, reverse=True)
    between = ask(
        "conversations.history",
        channel=GENERAL.id,
        latest=moments[2],
        oldest=moments[5],
    )
    assert [message["ts"] for message in between["messages"]] == moments[3:5]


def test_pages_join_to_the_whole(ask: Ask) -> None:
    whole = ask("conversations.history", channel=GENERAL.id, limit="999")
    found, cursor = [], ""
    while True:
        page = ask(
            "conversations.history", channel=GENERAL.id, limit="7", cursor=cursor
        )
        found += page["messages"]
        cursor = page["response_metadata"]["next_cursor"]
        assert page["has_more"] == bool(cursor)
        if not cursor:
            break
    assert found == whole["messages"]
    assert len(found) > 7


def test_a_thread_holds_its_first_message_and_all_replies(ask: Ask) -> None:
    heads = [
        message
        for channel in CHANNELS
        if channel.is_member
        for message in ask("conversations.history", channel=channel.id)["messages"]
        if message.get("reply_count")
        for message in [{**message, "channel": channel.id}]
    ]
    assert heads
    for head in heads:
        thread = ask("conversations.replies", channel=head["channel"], ts=head["ts"])
        first, *replies = thread["messages"]
        assert first["ts"] == head["ts"]
        assert len(replies) == head["reply_count"]
        assert replies[-1]["ts"] == head["latest_reply"]


def test_the_past_of_a_workspace_stays_as_it_is(community: Community) -> None:
    earlier = community.at(community.today.replace(month=6))
    before = {(m.channel.id, m.ts): m.user for m in messages(earlier)}
    now = {(m.channel.id, m.ts): m.user for m in messages(community)}
    assert len(before) > 50
    kept = {key: user for key, user in before.items() if key in now}
    assert kept == {key: now[key] for key in kept}
    assert len(before) - len(kept) < 3  # what was deleted within two days
