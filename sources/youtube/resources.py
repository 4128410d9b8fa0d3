"""YouTube resources: channels, then the videos they list, then comments on those.

State (saved only when the load completes):
    walked_at  when every list of uploads was last read to its end
    newest     {channel id: the latest publication seen}
    comments   {video id: the comment count when its comments were last read}
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from sources._base.errors import BudgetSpent, Rejected
from sources._base.source import Run
from sources._base.values import count_of, moment_of, object_of, text_of
from sources.youtube.api import Api, is_of_one_video, says_there_is_none
from sources.youtube.tables import (
    CHANNELS,
    COMMENTS,
    VIDEOS,
    channel_row,
    comment_row,
    gone_row,
    listed_video,
    video_row,
)

log = logging.getLogger(__name__)

BATCH = 50  # ids a request; also the items of a page
COMMENTS_A_PAGE = 100
OVERLAP = timedelta(days=7)  # a video may stand below one that was published before it
WHOLE_WALK = timedelta(days=7)  # then every video is read again, also to miss some
LOCAL = timezone(timedelta(hours=9))  # days of a backfill window


@dataclass
class Seen:
    """What one table leaves for the next ones of the same run."""

    uploads: dict[str, str] = field(default_factory=dict)  # channel -> playlist
    videos: dict[str, int | None] = field(default_factory=dict)  # -> comment count
    walked: bool = False  # whether every list of uploads was read to its end


def resources(run: Run) -> Iterable[Any]:
    """Yields channels, their videos, the comments on the videos read."""
    seen = Seen()
    yield run.table(CHANNELS, lambda: _channels(run, seen))
    yield run.table(VIDEOS, lambda: _videos(run, seen))
    yield run.table(COMMENTS, lambda: _comments(run, seen))


def probe(run: Run) -> str:
    """Asks for the first channel: are key and name accepted?"""
    (name, _), *_ = _names(run)
    (channel,) = _find(Api(run), [name])
    title = channel_row(channel, is_own=True)["title"]
    return f"YouTube answers; the first channel is {title}"


def _names(run: Run) -> list[tuple[str, bool]]:
    """The configured channels, each once, and whether they are the community's own."""
    names: dict[str, bool] = {}
    for setting, is_own in (
        ("YOUTUBE_CHANNELS", True),
        ("YOUTUBE_MEMBER_CHANNELS", False),
    ):
        for part in run.settings.get(setting, "").replace(",", " ").split():
            names.setdefault(part, is_own)
    return list(names.items())


def _find(api: Api, names: list[str]) -> list[Mapping[str, Any]]:
    """The channels of these names, in any order.

    Raises: Rejected when YouTube does not know one of them.
    """
    part = "snippet,statistics,contentDetails"
    ids = [name for name in names if not name.startswith("@")]
    found: list[Mapping[str, Any]] = []
    for batch in _batches(ids):
        found += api.items("/channels", part=part, id=",".join(batch), maxResults=BATCH)
    missing = {*ids} - {text_of(channel.get("id"), "id") for channel in found}
    for name in names:
        if name.startswith("@"):
            channels = api.items("/channels", part=part, forHandle=name)
            found += channels
            missing |= set() if channels else {name}
    if missing:
        raise Rejected(
            f"YouTube knows no channel {', '.join(sorted(missing))}: check"
            " YOUTUBE_CHANNELS and YOUTUBE_MEMBER_CHANNELS (ids UC... or @handles)"
        )
    return found


def _channels(run: Run, seen: Seen) -> Iterator[dict[str, Any]]:
    names = _names(run)
    api = Api(run)
    for is_own in (True, False):
        for channel in _find(api, [name for name, own in names if own is is_own]):
            row = channel_row(channel, is_own=is_own)
            if row["id"] in seen.uploads:
                continue  # named by its id and by its handle
            seen.uploads[row["id"]] = row["uploads_playlist_id"]
            if row["video_count"] is not None and not run.window:
                run.report(
                    VIDEOS.name, row["video_count"], period=f"channel:{row['id']}"
                )
            yield row


def _videos(run: Run, seen: Seen) -> Iterator[list[dict[str, Any]]]:
    api = Api(run)
    newest: dict[str, str | None] = run.state.setdefault("newest", {})
    walked_at = moment_of(run.state.get("walked_at"))
    seen.walked = bool(
        run.full
        or run.window
        or walked_at is None
        or run.clock - walked_at >= WHOLE_WALK
        or not {*seen.uploads} <= {*newest}
    )
    listed: dict[str, None] = {}
    for channel, playlist in seen.uploads.items():
        since = None if seen.walked else moment_of(newest.get(channel))
        latest = _list(run, api, playlist, since, listed)
        if not run.window:
            latest = max(filter(None, (latest, since)), default=None)
            # A premiere that is announced hides nothing that is published before it.
            newest[channel] = min(latest, run.clock).isoformat() if latest else None
    if seen.walked and not run.window:
        run.state["walked_at"] = run.clock.isoformat()
        # Whoever is listed no more is asked for by id: gone, or only out of the list.
        listed |= dict.fromkeys(sorted(run.known(VIDEOS.name, "id")))
    for batch in _batches(list(listed)):
        yield _read(api, batch, seen)


def _list(
    run: Run,
    api: Api,
    playlist: str,
    since: datetime | None,
    listed: dict[str, None],
) -> datetime | None:
    """Adds the videos to read to `listed`, newest first; the latest publication seen.

    since: no further than to a page whose videos are all older (less the overlap).
    """
    latest = None
    pages = api.pages(
        "/playlistItems",
        part="snippet,contentDetails",
        playlistId=playlist,
        maxResults=BATCH,
    )
    try:
        for page in pages:
            times = {name: moment_of(text) for name, text in map(listed_video, page)}
            listed |= {
                name: None for name, at in times.items() if name and _is_in(run, at)
            }
            newest = max(filter(None, times.values()), default=None)
            latest = max(filter(None, (latest, newest)), default=None)
            if since and newest and newest <= since - OVERLAP:
                break
    except Rejected as error:
        if not says_there_is_none(error):
            raise
    return latest


def _is_in(run: Run, moment: datetime | None) -> bool:
    if run.window is None:
        return True
    first, last = run.window
    return moment is not None and first <= moment.astimezone(LOCAL).date() <= last


def _read(api: Api, ids: list[str], seen: Seen) -> list[dict[str, Any]]:
    """The videos of these ids; one that YouTube does not show, asked twice, is gone."""
    rows = _shown(api, ids)
    missing = [name for name in ids if name not in rows]
    if missing:
        rows |= _shown(api, missing)
    seen.videos |= {name: row["comment_count"] for name, row in rows.items()}
    return [rows.get(name) or gone_row(name) for name in ids]


def _shown(api: Api, ids: list[str]) -> dict[str, dict[str, Any]]:
    part = "snippet,contentDetails,statistics,status"
    videos = api.items("/videos", part=part, id=",".join(ids))
    return {row["id"]: row for row in map(video_row, videos)}


def _comments(run: Run, seen: Seen) -> Iterator[list[dict[str, Any]]]:
    if run.settings.get("YOUTUBE_COMMENTS", "true").strip().lower() != "true":
        return
    api = Api(run)
    read: dict[str, int | None] = run.state.setdefault("comments", {})
    if run.window:
        read = dict(read)

    def is_as_read(video: str) -> bool:
        return video in read and read[video] == seen.videos[video]

    due = [
        video
        for video, count in seen.videos.items()
        if count != 0 and (seen.walked or not is_as_read(video))
    ]
    done: set[str] = set()
    # What is unread first, then what has changed: the weekly reading may not end.
    for video in sorted(due, key=lambda name: (name in read, is_as_read(name))):
        try:
            rows = {row["id"]: row for row in _of_video(api, video)}
        except BudgetSpent as error:
            # What was read lands. The videos left may stand below the first page of a
            # list, so the next run reads the lists to their ends.
            log.warning("youtube: the comments from %s on are left: %s", video, error)
            if not is_as_read(video) and not run.window:
                run.state["walked_at"] = None
            return
        except Rejected as error:
            if not is_of_one_video(error):
                raise
            log.warning("youtube: the comments of %s are not given: %s", video, error)
            continue
        yield [row for name, row in rows.items() if name not in done]
        done |= {*rows}
        if rows or not seen.videos[video]:  # else an empty answer is not believed
            read[video] = seen.videos[video]


def _of_video(api: Api, video: str) -> Iterator[dict[str, Any]]:
    """Every comment on a video; a reply that its thread shows may come twice."""
    for thread in _all(api, "/commentThreads", videoId=video, order="time"):
        snippet = object_of(thread.get("snippet"), "snippet")
        top = object_of(snippet.get("topLevelComment"), "topLevelComment")
        total = count_of(snippet.get("totalReplyCount"), "totalReplyCount") or 0
        parent = comment_row(top, video, total)
        yield parent
        replies = object_of(thread.get("replies"), "replies").get("comments") or []
        if total > len(replies):  # a thread shows its first few replies only
            replies = [*replies, *_all(api, "/comments", parentId=parent["id"])]
        for reply in replies:
            row = comment_row(reply, video)
            yield {**row, "parent_id": row["parent_id"] or parent["id"]}


def _all(api: Api, path: str, **params: str) -> Iterator[Mapping[str, Any]]:
    """Every item, page by page; none where YouTube says there are none."""
    part = "snippet,replies" if path == "/commentThreads" else "snippet"
    try:
        for page in api.pages(
            path,
            part=part,
            textFormat="plainText",
            maxResults=COMMENTS_A_PAGE,
            **params,
        ):
            yield from page
    except Rejected as error:
        if not says_there_is_none(error):
            raise


def _batches(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
