"""Slack's API: pages end, late changes are seen, refusals are one sentence each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sources._base.errors import BudgetSpent, Rejected, Retriable, SchemaChanged
from sources.slack import SOURCE
from sources.slack.tables import MESSAGES, USERS
from tests.sources.slack.conftest import CLOCK, channel, message, thread, ts, user


@pytest.fixture
def run(make_run, slack):
    def make(*, days: float = 0, **options):
        clock = CLOCK + timedelta(days=days)
        settings = {**slack.settings, **options.pop("settings", {})}
        return make_run(SOURCE, settings, clock=clock, **options)

    return make


def keys(rows, table="messages"):
    return sorted(row["ts"] for row in rows[table])


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_pages_end_whatever_their_number(run, slack, count):
    slack.page = 2
    slack.users = [user(f"U{n}") for n in range(count)]
    slack.channels = [channel(f"C{n}", f"room{n}") for n in range(max(count, 1))]
    slack.messages = {"C0": [message(ts(n + 1)) for n in range(count)]}
    rows = run().extract()
    assert len(rows["users"]) == count
    assert len(rows["channels"]) == max(count, 1)
    assert keys(rows) == sorted(ts(n + 1) for n in range(count))


def test_messages_of_one_second_are_two(run, slack):
    slack.messages = {"C1": [message(ts(1, 1)), message(ts(1, 2))]}
    assert keys(run().extract()) == [ts(1, 1), ts(1, 2)]


def test_a_message_lands_without_what_is_not_ours_to_keep(run, slack):
    reactions = [{"name": "+1", "users": ["U2"], "count": 3}]
    sent = message(ts(1), reactions=reactions, files=[{"id": "F1"}], blocks=[{}])
    slack.messages = {"C1": [{**sent, "edited": {"user": "U1", "ts": ts(0.9)}}]}
    profile = {"phone": "03-0000-0000", "email": "a@b.example", "status_text": "休み"}
    fields = {"X1": {"value": "https://github.com/someone", "alt": ""}}
    slack.users = [user("U1", **profile, fields=fields)]
    rows = run().extract()
    (row,), (person,) = rows["messages"], rows["users"]
    assert set(row) == set(MESSAGES.columns)
    assert set(person) == set(USERS.columns)
    assert (row["edited_ts"], row["reactions"]) == (ts(0.9), reactions)
    assert (person["email"], person["fields"]) == (
        "a@b.example",
        ["https://github.com/someone"],
    )
    assert "03-0000" not in str(person)


def test_private_channels_are_neither_listed_nor_read(run, slack):
    slack.channels.append(channel("C9", "secret", is_private=True))
    slack.messages = {"C9": [message(ts(1))]}
    rows = run().extract()
    assert [row["id"] for row in rows["channels"]] == ["C1"]
    assert rows["messages"] == []
    assert slack.asked("conversations.list")[0]["types"] == "public_channel"


def test_only_channels_the_app_is_in_are_read_or_those_that_are_named(run, slack):
    slack.channels.append(channel("C2", "other", is_member=False))
    run().extract()
    assert {asked["channel"] for asked in slack.asked("conversations.history")} == {
        "C1"
    }
    slack.platform.requests.clear()
    run(settings={"SLACK_CHANNELS": "#other, C1"}).extract()
    read = [asked["channel"] for asked in slack.asked("conversations.history")]
    assert sorted(read) == ["C1", "C2"]


def test_without_any_channel_to_read_the_source_says_what_to_do(run, slack):
    with pytest.raises(Rejected, match="correct it"):
        run(settings={"SLACK_CHANNELS": "nowhere"}).extract()
    slack.channels = [channel("C2", "other", is_member=False)]
    with pytest.raises(Rejected, match="/invite @app"):
        run().extract()


def test_replies_are_read_with_their_thread_and_nothing_twice(run, slack):
    sent = thread(3, 2, 1)
    sent[1]["subtype"] = "thread_broadcast"  # stands in the channel as well
    slack.messages = {"C1": sent}
    rows = run().extract()
    assert keys(rows) == sorted(m["ts"] for m in sent)
    assert {row["thread_ts"] for row in rows["messages"]} == {sent[0]["ts"]}


def test_the_next_run_sees_edits_reactions_and_replies_of_the_last_days(run, slack):
    memory: dict = {}
    slack.messages = {"C1": [message(ts(5)), message(ts(40)), *thread(30, 29, 6)]}
    run(memory=memory).extract()
    slack.platform.requests.clear()
    slack.messages["C1"][0]["text"] = "直しました"
    slack.messages["C1"][1]["text"] = "too long ago to be looked at"
    late = message(ts(-0.5, 9), "U2", thread_ts=ts(30))
    slack.messages["C1"].append(late)
    rows = run(days=1, memory=memory).extract()
    found = {row["ts"]: row["text"] for row in rows["messages"]}
    assert found[ts(5)] == "直しました"
    assert late["ts"] in found  # the thread was alive 6 days ago
    assert ts(40) not in found
    (asked,) = slack.asked("conversations.history")
    assert float(asked["oldest"]) == CLOCK.timestamp() - 14 * 86_400


def test_a_thread_that_fell_silent_is_asked_for_no_more(run, slack):
    memory: dict = {}
    slack.messages = {"C1": thread(20, 13)}
    run(memory=memory).extract()
    slack.platform.requests.clear()
    run(days=3, memory=memory).extract()  # its last reply is 16 days old by then
    run(days=6, memory=memory).extract()
    assert len(slack.asked("conversations.replies")) == 1
    assert memory["channels"]["C1"]["watched"] == {}


def test_how_far_back_is_looked_can_be_set(run, slack):
    memory: dict = {}
    slack.messages = {"C1": [message(ts(3))]}
    run(memory=memory, settings={"SLACK_REREAD_DAYS": "2"}).extract()
    again = run(days=1, memory=memory, settings={"SLACK_REREAD_DAYS": "2"})
    assert again.extract()["messages"] == []
    for wrong in ("two", "-3", "inf"):
        with pytest.raises(Rejected, match="write a number of days"):
            run(days=1, memory=memory, settings={"SLACK_REREAD_DAYS": wrong}).extract()


def test_a_first_reading_larger_than_a_runs_requests_takes_several_runs(run, slack):
    memory: dict = {}
    slack.page = 2
    slack.messages = {"C1": [message(ts(n)) for n in range(1, 10)] + thread(12, 11)}
    found: set[str] = set()
    for number in range(12):
        slack.allowed = 5  # three for the lists, then two pages
        rows = run(days=number / 100, memory=memory).extract()
        found.update(keys(rows))
        known = memory["channels"]["C1"]
        if not known["pending"] and not known["unread"]:
            break
    assert found == {m["ts"] for m in slack.messages["C1"]}
    assert number > 1


def test_more_old_threads_than_a_runs_requests_are_read_once_each(run, slack):
    memory: dict = {}
    sent = [thread(100 + n, 99.5 + n) for n in range(12)] + [thread(2, 1)]
    slack.messages = {"C1": [message for found in sent for message in found]}
    for number in range(6):
        slack.allowed = 8  # three for the lists, one for the history, four threads
        run(days=number / 100, memory=memory).extract()
    asked = [asked["ts"] for asked in slack.asked("conversations.replies")]
    old = {found[0]["ts"] for found in sent[:-1]}
    assert {*asked} == {found[0]["ts"] for found in sent}
    # One that was refused for want of requests is asked for again.
    assert len([ts for ts in asked if ts in old]) <= len(old) + 6
    assert memory["channels"]["C1"]["unread"] == []
    slack.messages["C1"][-2]["text"] = "直しました"
    slack.allowed = 8
    rows = run(days=0.5, memory=memory).extract()
    assert "直しました" in {row["text"] for row in rows["messages"]}


def test_living_threads_are_read_in_turn_while_edits_are_seen(run, slack):
    memory: dict = {}
    heads = []
    for number in range(10):
        found = thread(3 + number / 10, 1 + number / 10)
        heads.append(found[0])
        slack.messages.setdefault("C1", []).extend(found)
    for number in range(4):
        slack.allowed = 8
        run(days=number / 100, memory=memory).extract()
    slack.platform.requests.clear()
    heads[0]["text"] = "直しました"
    for number in range(4, 8):
        slack.allowed = 8
        rows = run(days=number / 100, memory=memory).extract()
        assert "直しました" in {row["text"] for row in rows["messages"]}
    asked = {asked["ts"] for asked in slack.asked("conversations.replies")}
    assert asked == {head["ts"] for head in heads}


def test_a_backfill_that_one_run_cannot_read_says_so(run, slack):
    slack.page = 1
    slack.messages = {"C1": [message(ts(n)) for n in (2, 2.1, 2.2, 2.3)]}
    slack.allowed = 5
    window = (date(2026, 11, 17), date(2026, 11, 20))
    with pytest.raises(BudgetSpent, match="give WINDOW fewer days"):
        run(window=window).extract()


def test_a_run_that_is_refused_everything_fails(run, slack):
    slack.allowed = 3
    with pytest.raises(BudgetSpent, match="next run"):
        run().extract()


def test_the_channel_read_longest_ago_comes_first(run, slack):
    memory: dict = {}
    slack.messages = {"C1": [message(ts(1))]}
    run(memory=memory).extract()
    slack.channels.append(channel("C2", "newer"))
    slack.platform.requests.clear()
    run(days=1, memory=memory).extract()
    read = [asked["channel"] for asked in slack.asked("conversations.history")]
    assert read == ["C2", "C1"]


def test_an_archived_channel_is_read_to_its_end_and_then_left_alone(run, slack):
    memory: dict = {}
    slack.messages = {"C1": [message(ts(1))]}
    slack.channels.append(channel("C2", "open"))
    run(memory=memory).extract()
    slack.channels[0]["is_archived"] = True
    slack.messages["C1"].append(message(ts(-0.1)))
    assert ts(-0.1) in keys(run(days=1, memory=memory).extract())
    slack.platform.requests.clear()
    run(days=2, memory=memory).extract()
    read = [asked["channel"] for asked in slack.asked("conversations.history")]
    assert read == ["C2"]


def test_a_backfill_reads_its_days_and_moves_no_cursor(run, slack):
    memory: dict = {}
    slack.messages = {"C1": [message(ts(n)) for n in range(1, 6)]}
    window = (date(2026, 11, 17), date(2026, 11, 18))
    assert keys(run(memory=memory, window=window).extract()) == [ts(4), ts(3)]
    assert memory["channels"]["C1"] == {}


def test_a_full_run_reads_everything_again(run, slack):
    memory: dict = {}
    slack.messages = {"C1": [message(ts(40)), message(ts(1))]}
    run(memory=memory).extract()
    assert keys(run(days=1, memory=memory, full=True).extract()) == [ts(40), ts(1)]


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found"])
def test_a_channel_that_cannot_be_read_is_told_once_and_the_rest_is_read(
    run, slack, error
):
    memory: dict = {}
    slack.channels.append(channel("C2", "closed"))
    slack.messages = {"C1": [message(ts(1))], "C2": [message(ts(2))]}
    slack.errors = {"C2": error}
    first = run(memory=memory)
    assert keys(first.extract()) == [ts(1)]
    (aside,) = first.set_aside
    assert error in aside["reason"] and "C2" in aside["payload"]
    second = run(days=1, memory=memory)
    second.extract()
    assert second.set_aside == []
    slack.errors = {}
    assert ts(2) in keys(run(days=2, memory=memory).extract())


def test_a_thread_that_is_gone_is_passed_over(run, slack):
    slack.messages = {"C1": thread(3, 2)}
    slack.errors = {"conversations.replies": "thread_not_found"}
    found = run()
    assert keys(found.extract()) == [ts(3)]
    assert found.set_aside == []


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("not_authed", "SLACK_TOKEN is empty"),
        ("invalid_auth", "SLACK_TOKEN is wrong"),
        ("token_expired", "has expired"),
        ("token_revoked", "was revoked"),
        ("account_inactive", "install the app again"),
        ("missing_scope", "give the app users:read"),
        ("something_new", "sources/slack/README.md"),
    ],
)
def test_a_refusal_in_a_200_is_one_sentence_with_what_to_do(run, slack, error, advice):
    slack.errors = {"users.list": error}
    with pytest.raises(Rejected, match=advice) as caught:
        run().extract()
    assert error in str(caught.value)
    assert "xoxb-token" not in str(caught.value)


def test_an_error_on_slacks_side_is_asked_again_and_then_told(run, slack):
    slack.platform.script({"ok": False, "error": "internal_error"}, times=2)
    slack.messages = {"C1": [message(ts(1))]}
    assert keys(run().extract()) == [ts(1)]
    slack.platform.script({"ok": False, "error": "fatal_error"}, times=3)
    with pytest.raises(Retriable, match="fatal_error"):
        run().extract()


def test_ratelimited_in_a_200_lands_what_was_read(run, slack):
    slack.errors = {"conversations.replies": "ratelimited"}
    slack.messages = {"C1": thread(3, 2)}
    memory: dict = {}
    assert keys(run(memory=memory).extract()) == [ts(3)]
    slack.errors = {}
    assert keys(run(days=0.1, memory=memory).extract()) == [ts(3), ts(2, 1)]


@pytest.mark.parametrize("body", [["ok"], {"messages": []}, {"ok": True}])
def test_an_answer_of_another_shape_is_a_changed_schema(run, slack, body):
    slack.platform.script(body)
    slack.platform.script(body)
    with pytest.raises(SchemaChanged, match="sources/slack"):
        run().extract()


def test_a_changed_type_is_a_changed_schema(run, slack):
    slack.messages = {"C1": [message(ts(1), text={"value": "x"})]}
    with pytest.raises(SchemaChanged, match="message.text"):
        run().extract()


def test_a_message_without_a_ts_is_set_aside(run, slack):
    answer = slack.platform.answer

    def broken(request):
        reply = answer(request)
        if "history" in request.path:
            reply.body["messages"] = [{"type": "message", "text": "?"}]
        return reply

    slack.platform.answer = broken
    found = run()
    assert found.extract()["messages"] == []
    assert [row["reason"] for row in found.set_aside] == ["the message has no ts"]


def test_an_empty_page_that_names_a_next_one_is_asked_for_again(run, slack):
    slack.page = 2
    slack.messages = {"C1": [message(ts(n)) for n in range(1, 6)]}
    answer, emptied = slack.platform.answer, []

    def broken(request):
        reply = answer(request)
        if request.params.get("cursor") == ["2"] and not emptied:
            emptied.append(reply.body.pop("messages"))
            reply.body["messages"] = []
        return reply

    slack.platform.answer = broken
    assert len(keys(run().extract())) == 5
    assert emptied


def test_a_cursor_that_never_moves_ends(run, slack):
    answer = slack.platform.answer

    def stuck(request):
        reply = answer(request)
        if "users.list" in request.path:
            reply.body["response_metadata"] = {"next_cursor": "0"}
        return reply

    slack.platform.answer = stuck
    with pytest.raises(Retriable, match="same next page"):
        run().extract()


def test_answers_without_cursors_go_on_below_the_oldest_message(run, slack):
    slack.page = 2
    slack.messages = {"C1": [message(ts(n)) for n in range(1, 6)]}
    answer = slack.platform.answer

    def old(request):
        reply = answer(request)
        if "history" in request.path:
            del reply.body["response_metadata"]
        return reply

    slack.platform.answer = old
    assert len(keys(run().extract())) == 5


def test_an_empty_channel_is_read_from_its_beginning_again(run, slack):
    memory: dict = {}
    run(memory=memory).extract()
    slack.messages = {"C1": [message(ts(60))]}
    assert keys(run(days=1, memory=memory).extract()) == [ts(60)]


def test_without_a_token_nothing_is_asked(make_run, slack):
    rows = make_run(SOURCE, {**slack.settings, "SLACK_TOKEN": ""}).extract()
    assert all(found == [] for found in rows.values())
    assert slack.platform.requests == []


def test_the_probe_says_whose_token_it_is(run):
    assert "reader in Club" in SOURCE.probe(run())


def test_a_landed_message_that_did_not_change_is_not_landed_again(zone, slack):
    fast = replace(SOURCE, requests_per_second=10_000.0)
    slack.messages = {"C1": [message(ts(n)) for n in range(1, 4)]}
    options = {"environment": slack.settings}
    zone.land(fast, clock=CLOCK, **options)
    slack.messages["C1"][0]["reactions"] = [{"name": "+1", "users": [], "count": 1}]
    slack.users[0]["updated"] = 2
    landed = zone.land(fast, clock=CLOCK + timedelta(days=1), **options)
    counts = landed.counts.landed
    assert (counts["messages"], counts["users"], counts["channels"]) == (1, 0, 0)
    assert len(zone.rows("slack", "messages")) == 4
