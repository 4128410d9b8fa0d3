"""YouTube: lists end, nothing is read twice or missed, the quota of the day holds."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest

from sources._base.errors import BudgetSpent, Rejected, SchemaChanged
from sources._sandbox.community import generate
from sources._sandbox.faults import Fault
from sources._sandbox.server import SandboxServer
from sources.youtube import SOURCE
from sources.youtube.tables import CHANNELS, COMMENTS, VIDEOS
from tests.sources.youtube.conftest import CHANNEL, CLOCK, KEY


@pytest.fixture
def run(make_run, youtube):
    def make(*, days: float = 0, settings: dict | None = None, **options):
        clock = CLOCK + timedelta(days=days)
        chosen = {**youtube.settings, **(settings or {})}
        return make_run(SOURCE, chosen, clock=clock, **options)

    return make


def ids(rows):
    return [row["id"] for row in rows]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_lists_end_whatever_their_length(run, youtube, make_video, count):
    youtube.page = 2
    youtube.videos = [make_video(f"v{n}", "2026-11-01") for n in range(count)]
    rows = run().extract()
    assert ids(rows["videos"]) == [f"v{n}" for n in range(count)]
    assert ids(rows["channels"]) == [CHANNEL]


def test_a_row_has_what_the_table_declares(run, youtube, make_video, make_thread):
    youtube.videos = [make_video("v", "2026-11-01", 1)]
    youtube.threads = {"v": [make_thread("c")]}
    rows = run().extract()
    (channel,), (video,), (comment,) = rows.values()
    assert set(channel) == set(CHANNELS.columns)
    assert (channel["video_count"], channel["subscriber_count"]) == (1, None)
    assert set(video) == set(VIDEOS.columns)
    assert (video["view_count"], video["like_count"]) == (12, 3)
    assert video["event_pages"] == "https://tsunagari.connpass.com/event/300"
    assert set(comment) == set(COMMENTS.columns)
    assert comment["author_channel_id"] == "UCsomeone"


def test_videos_are_asked_for_fifty_at_a_time(run, youtube, make_video):
    youtube.videos = [make_video(f"v{n}", "2026-11-01") for n in range(120)]
    assert len(run().extract()["videos"]) == 120
    assert [len(one["id"].split(",")) for one in youtube.asked("/videos")] == [
        50,
        50,
        20,
    ]


def test_an_empty_page_in_the_middle_is_not_the_end(run, youtube, make_video):
    youtube.videos = [make_video("v", "2026-11-01")]
    run_ = run()
    script = youtube.platform.script
    script({"items": [{"id": CHANNEL, "contentDetails": {
        "relatedPlaylists": {"uploads": "UUa"}}}]})  # fmt: skip
    script({"nextPageToken": "0"})
    assert ids(run_.extract()["videos"]) == ["v"]


def test_a_page_that_comes_twice_is_asked_for_again(run, youtube, make_video):
    youtube.page = 1
    youtube.videos = [make_video(f"v{n}", "2026-11-01") for n in range(3)]
    answer, calls = youtube.answer, []

    def stuttering(request):
        if request.path.endswith("/playlistItems"):
            calls.append(request)
            if len(calls) == 2:
                request.params.pop("pageToken")
        return answer(request)

    youtube.platform.answer = stuttering
    assert ids(run().extract()["videos"]) == ["v0", "v1", "v2"]
    assert len(calls) == 4


def test_a_list_that_never_moves_on_is_an_error(run, youtube, make_video):
    youtube.page = 1
    youtube.videos = [make_video(f"v{n}", "2026-11-01") for n in range(3)]
    answer = youtube.answer

    def stuck(request):
        if request.path.endswith("/playlistItems"):
            request.params.pop("pageToken", None)
        return answer(request)

    youtube.platform.answer = stuck
    with pytest.raises(SchemaChanged, match="keeps repeating a page"):
        run().extract()


def test_later_runs_read_the_first_page_and_stop_behind_what_is_known(
    run, youtube, make_video
):
    memory: dict = {}
    youtube.page = 2
    youtube.videos = [make_video(f"v{n}", f"2026-10-{20 - 2 * n:02}") for n in range(8)]
    run(memory=memory).extract()
    youtube.platform.requests.clear()
    youtube.videos.insert(0, make_video("new", "2026-11-20"))
    rows = run(days=1, memory=memory).extract()
    # Down to a page whose videos are all older than the newest known less seven days.
    assert ids(rows["videos"]) == ["new", *(f"v{n}" for n in range(7))]
    assert memory["newest"] == {CHANNEL: "2026-11-20T03:00:00+00:00"}


def test_once_a_week_every_video_is_read_and_the_missing_ones_are_gone(
    run, youtube, make_video
):
    memory: dict = {}
    youtube.page = 1
    days = ["2026-11-19", "2026-10-02", "2026-10-01", "2026-09-01"]
    youtube.videos = [make_video(f"v{n}", day) for n, day in enumerate(days)]
    before = run(memory=memory).extract()
    youtube.gone = {"v2"}  # stays in the list without a time
    youtube.videos.pop()  # left the list
    landed = {"landed_before": {"videos": before["videos"]}}
    soon = run(days=6, memory=memory, **landed).extract()["videos"]
    assert [(row["id"], row["is_gone"]) for row in soon] == [
        ("v0", False), ("v1", False),
    ]  # fmt: skip
    later = run(days=7, memory=memory, **landed).extract()["videos"]
    gone = {row["id"]: row["is_gone"] for row in later}
    assert gone == {"v0": False, "v1": False, "v2": True, "v3": True}
    assert {row["title"] for row in later if row["is_gone"]} == {None}


def test_a_video_dated_in_the_future_hides_none(run, youtube, make_video):
    memory: dict = {}
    youtube.page = 1
    youtube.videos = [
        make_video("premiere", "2027-01-01"),
        make_video("a", "2026-11-01"),
    ]
    run(memory=memory).extract()
    youtube.videos[1:1] = [make_video(f"new{n}", f"2026-11-2{n}") for n in (2, 1)]
    rows = run(days=2, memory=memory).extract()
    assert {"new1", "new2"} <= {*ids(rows["videos"])}


def test_one_empty_answer_does_not_make_videos_gone(run, youtube, make_video):
    youtube.videos = [make_video(f"v{n}", "2026-11-01") for n in range(3)]
    answer, calls = youtube.answer, []

    def hiccup(request):
        calls.append(request.path.rsplit("/", 1)[-1])
        if calls.count("videos") == 1 == calls[-1:].count("videos"):
            return youtube.platform.reply({"items": []})
        return answer(request)

    youtube.platform.answer = hiccup
    assert [row["is_gone"] for row in run().extract()["videos"]] == [False] * 3


def test_the_platforms_count_is_reported_by_channel(run, youtube, make_video):
    youtube.videos = [make_video(f"v{n}", "2026-11-01") for n in range(3)]
    youtube.gone = {"v1"}
    made = run()
    made.extract()
    assert made.counts.reported == {("videos", f"channel:{CHANNEL}"): 2}


def test_a_channel_named_twice_is_read_once_and_is_ours(run, youtube, make_video):
    youtube.videos = [make_video("v", "2026-11-01")]
    names = {
        "YOUTUBE_CHANNELS": f"@tsunagari, {CHANNEL}",
        "YOUTUBE_MEMBER_CHANNELS": CHANNEL,
    }
    rows = run(settings=names).extract()
    assert [row["is_own"] for row in rows["channels"]] == [True]
    assert ids(rows["videos"]) == ["v"]
    names = {"YOUTUBE_CHANNELS": "@tsunagari", "YOUTUBE_MEMBER_CHANNELS": "@nobody"}
    with pytest.raises(Rejected, match="knows no channel @nobody"):
        run(settings=names).extract()


def test_a_backfill_reads_the_videos_of_its_days_and_leaves_the_state(
    run, youtube, make_video
):
    memory: dict = {}
    youtube.videos = [make_video(f"v{n}", f"2026-10-0{9 - n}", 1) for n in range(8)]
    window = (date(2026, 10, 4), date(2026, 10, 5))
    rows = run(memory=memory, window=window).extract()
    assert ids(rows["videos"]) == ["v4", "v5"]
    assert memory == {"newest": {}, "comments": {}}


def test_comments_come_with_all_their_replies(run, youtube, make_video, make_thread):
    youtube.page = 2
    youtube.videos = [make_video("v", "2026-11-01", 13)]
    long, short = (
        make_thread("long", replies=5, shown=2),
        make_thread("c", replies=1, shown=1),
    )
    erased = make_thread("d", replies=3, shown=1)  # meanwhile: YouTube knows it no more
    youtube.threads = {"v": [long, erased, short]}
    youtube.replies = {"long": long["all_replies"]}
    rows = run().extract()["comments"]
    assert sorted(ids(rows)) == [
        "c", "c.0", "d", "d.0",
        "long", "long.0", "long.1", "long.2", "long.3", "long.4",
    ]  # fmt: skip
    assert {row["parent_id"] for row in rows} == {None, "c", "d", "long"}
    asked = [one["parentId"] for one in youtube.asked("/comments")]
    assert asked == ["long", "long", "long", "d"]


def test_comments_are_read_when_their_number_has_changed(
    run, youtube, make_video, make_thread
):
    memory: dict = {}
    videos = [
        make_video(name, "2026-11-01", 1) for name in ("a", "b", "none", "hidden")
    ]
    for video, count in zip(videos, ("1", "1", "0", None), strict=True):
        video["statistics"]["commentCount"] = count
    youtube.videos = videos
    youtube.off = {"hidden"}
    youtube.threads = {name: [make_thread(f"{name}1")] for name in ("a", "b")}
    assert ids(run(memory=memory).extract()["comments"]) == ["a1", "b1"]
    assert memory["comments"] == {"a": 1, "b": 1, "hidden": None}
    youtube.platform.requests.clear()
    videos[1]["statistics"]["commentCount"] = "2"
    youtube.threads["b"].append(make_thread("b2"))
    assert ids(run(days=1, memory=memory).extract()["comments"]) == ["b1", "b2"]
    assert [one["videoId"] for one in youtube.asked("/commentThreads")] == ["b"]


def test_comments_can_be_switched_off(run, youtube, make_video, make_thread):
    youtube.videos = [make_video("v", "2026-11-01", 1)]
    youtube.threads = {"v": [make_thread("c")]}
    assert run(settings={"YOUTUBE_COMMENTS": "false"}).extract()["comments"] == []
    assert youtube.asked("/commentThreads") == []


def test_comments_that_the_quota_cut_off_are_read_by_the_next_run(
    run, youtube, make_video, make_thread
):
    memory: dict = {}
    youtube.page = 2
    youtube.videos = [make_video(f"v{n}", f"2026-{10 - n:02}-01", 1) for n in range(5)]
    youtube.threads = {f"v{n}": [make_thread(f"c{n}")] for n in range(5)}
    youtube.quota = 1 + 3 + 1 + 2  # channel, list, videos, comments of two
    assert ids(run(memory=memory).extract()["comments"]) == ["c0", "c1"]
    youtube.quota = 1 + 3 + 1 + 3
    rows = run(days=1, memory=memory).extract()
    assert ids(rows["comments"]) == ["c2", "c3", "c4"]  # those unread come first
    youtube.quota = 10_000
    assert run(days=2, memory=memory).extract()["comments"] == []


def test_a_weekly_reading_that_the_quota_cuts_off_reads_what_has_changed_first(
    run, youtube, make_video, make_thread
):
    memory: dict = {}
    youtube.videos = [make_video(f"v{n}", f"2026-{10 - n:02}-01", 1) for n in range(6)]
    youtube.threads = {f"v{n}": [make_thread(f"c{n}")] for n in range(6)}
    run(memory=memory).extract()
    for name in ("v4", "v5"):
        video = youtube.videos[int(name[1:])]
        video["statistics"]["commentCount"] = "2"
        youtube.threads[name].append(make_thread(f"{name}late"))
    youtube.quota = 3 + 1  # channel, list, videos, comments of one
    found = ids(run(days=7, memory=memory).extract()["comments"])
    youtube.quota = 3 + 1  # the day after: what is left is looked for again
    found += ids(run(days=8, memory=memory).extract()["comments"])
    assert found == ["c4", "v4late", "c5", "v5late"]


@pytest.mark.parametrize("reason", ["forbidden", "processingFailure"])
def test_comments_that_are_not_given_leave_those_of_other_videos(
    run, youtube, make_video, make_thread, reason
):
    memory: dict = {}
    youtube.videos = [make_video(name, "2026-11-01", 1) for name in ("members", "open")]
    youtube.threads = {name: [make_thread(f"{name}1")] for name in ("members", "open")}
    answer = youtube.answer

    def refusing(request):
        if request.params.get("videoId") == ["members"]:
            return youtube.refuse(403, reason)
        return answer(request)

    youtube.platform.answer = refusing
    assert ids(run(memory=memory).extract()["comments"]) == ["open1"]
    youtube.platform.answer = answer
    assert ids(run(days=1, memory=memory).extract()["comments"]) == ["members1"]


def test_a_used_up_quota_says_when_it_is_full_again(run, youtube, make_video):
    youtube.quota = 0
    with pytest.raises(BudgetSpent, match="midnight Pacific") as caught:
        run().extract()
    assert caught.value.status == 403
    assert len(youtube.platform.requests) == 1  # not tried again


@pytest.mark.parametrize(
    "error",
    [
        {"errors": [{"reason": "keyInvalid"}]},
        {
            "errors": [{"reason": "badRequest"}],
            "details": [{"reason": "API_KEY_INVALID"}],
        },
    ],
)
def test_a_wrong_key_is_one_sentence_without_the_key(run, youtube, error, caplog):
    caplog.set_level(logging.DEBUG, logger="sources")
    youtube.platform.script({}, status=500)
    youtube.platform.script({"error": error}, status=400)
    with pytest.raises(Rejected, match="check YOUTUBE_API_KEY") as caught:
        run().extract()
    assert youtube.platform.requests[0].params["key"] == [KEY]
    assert "next try" in caplog.text
    assert KEY not in f"{caught.value} {caught.value.url} {caplog.text}"


def test_another_refusal_stays_what_it_is(run, youtube, make_video):
    youtube.videos = [make_video("v", "2026-11-01", 1)]
    answer = youtube.answer

    def refusing(request):
        if request.path.endswith("/videos"):
            return youtube.refuse(403, "forbidden")
        return answer(request)

    youtube.platform.answer = refusing
    with pytest.raises(Rejected, match="403"):
        run().extract()


@pytest.mark.parametrize("body", [["a channel"], {"items": ["a channel"]}])
def test_an_answer_of_another_shape_is_a_changed_schema(run, platform, body):
    platform.script(body)
    with pytest.raises(SchemaChanged, match="no list of items"):
        run().extract()


def test_a_counter_that_is_no_number_is_a_changed_schema(run, youtube, make_video):
    youtube.videos = [make_video("v", "2026-11-01")]
    youtube.videos[0]["statistics"]["viewCount"] = "many"
    with pytest.raises(SchemaChanged, match="viewCount"):
        run().extract()


def test_without_a_key_nothing_is_asked(make_run, youtube):
    rows = make_run(SOURCE, {**youtube.settings, "YOUTUBE_API_KEY": ""}).extract()
    assert rows == {"channels": [], "videos": [], "comments": []}
    assert youtube.platform.requests == []


def test_against_the_sandbox_nothing_is_missing_whatever_goes_wrong(make_run):
    community = generate(200, 1, date(2026, 11, 20))
    faults = [
        Fault("/youtube/", "500"),
        Fault("/youtube/", "429_none", after=2),
        Fault("/youtube/", "truncated_json", after=3),
        Fault("/youtube/", "reset_mid_body", after=4),
        Fault("/youtube/", "new_field", after=5),
    ]

    def read(faults):
        with SandboxServer(community, requests_per_second=1e6, faults=faults) as server:
            run = make_run(SOURCE, server.settings(), clock=CLOCK)
            rows = run.extract()
            assert SOURCE.probe(run) == (
                "YouTube answers; the first channel is ツナガリ会 公式チャンネル"
            )
        return rows, run.counts.reported

    rows, reported = read(faults)
    assert (rows, reported) == read([])
    shown = [row for row in rows["videos"] if not row["is_gone"]]
    assert len(shown) == sum(reported.values()) < len(rows["videos"])
    assert sum(row["comment_count"] or 0 for row in shown) == len(rows["comments"])
    assert 20 < len(rows["comments"]) < 60
