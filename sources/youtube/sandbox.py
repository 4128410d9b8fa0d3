"""YouTube Data API v3 as the sandbox plays it: channels, uploads, videos, comments.

The community's own channel shows recordings of past events; one member has a channel.
Those who were there comment.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sources._sandbox.community import Community
from sources._sandbox.http import Limits, Reply, Request, SecondLimiter, json_reply
from sources._sandbox.identities import TEAM, Account
from sources._sandbox.model import Person, grown
from sources.youtube.sandbox_videos import (
    Channel,
    Comment,
    Video,
    channel_id_of,
    channel_of,
    handle_of,
    letters,
    make_channel,
    member_videos,
    recordings,
)

KEY = "sandbox-youtube-key"
OWN_HANDLE = "@tsunagari"
OWN_TITLE = "ツナガリ会 公式チャンネル"


class YoutubeRoutes:
    """GET /channels, /playlistItems, /videos, /commentThreads, /comments."""

    prefix = "/youtube/youtube/v3"

    def __init__(self, community: Community, limits: Limits) -> None:
        self._limiter = SecondLimiter(limits.requests_per_second)
        self._now = community.now
        self._people = {person.index: person for person in community.people}
        self._own = make_channel(
            "community", OWN_HANDLE, OWN_TITLE, community.events[0]
        )
        member = member_with_channel(community)
        self._member = make_channel(
            str(member.index),
            handle_of(member),
            member.display_name,
            community.events[0],
            f"https://connpass.com/user/{member.nickname}/",
        )
        self._channels = (self._own, self._member)
        videos = [
            *recordings(community, self._own),
            *member_videos(community, self._member),
        ]
        self._videos = sorted(
            (video for video in videos if video.at < self._now),
            key=lambda video: (video.at, video.video_id),
            reverse=True,
        )

    def settings(self, base_url: str) -> dict[str, str]:
        """The connector's environment: our channel by handle, a member's by id."""
        return {
            "YOUTUBE_API_KEY": KEY,
            "YOUTUBE_BASE_URL": base_url,
            "YOUTUBE_CHANNELS": OWN_HANDLE,
            "YOUTUBE_MEMBER_CHANNELS": self._member.channel_id,
        }

    def unauthorized(self) -> Reply:
        """The answer to a wrong key: a 400."""
        return _error(400, "keyInvalid", "Bad Request", "usageLimits")

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """Too fast: a 403 with a reason (Google names no time to wait)."""
        reply = _error(403, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits")
        return Reply(reply.status, reply.body, headers=headers)

    def answer(self, request: Request) -> Reply:
        """The platform's answer."""
        if request.one("key") != KEY:
            return self.unauthorized()
        if not self._limiter.allows():
            return self.too_many({})
        if request.path == "/channels":
            return self._answer_channels(request)
        if request.path == "/playlistItems":
            return self._answer_uploads(request)
        if request.path == "/videos":
            ids = request.many("id")
            found = [video for video in self._shown() if video.video_id in ids]
            return _listing("video", request, [self._video(video) for video in found])
        if request.path == "/commentThreads":
            return self._answer_threads(request)
        if request.path == "/comments":
            return _listing("comment", request, [])  # no thread here is that long
        return _error(404, "notFound", "Not Found", "global")

    def _answer_channels(self, request: Request) -> Reply:
        wanted = {*request.many("id"), request.one("forHandle")}
        found = [
            self._channel(channel)
            for channel in self._channels
            if {channel.channel_id, channel.handle} & wanted
        ]
        reply = _listing("channel", request, found)
        if found:
            return reply
        body = json.loads(reply.body)
        del body["items"]  # left out when there are none
        return json_reply(200, body)

    def _answer_uploads(self, request: Request) -> Reply:
        channel = next(
            (one for one in self._channels if one.uploads == request.one("playlistId")),
            None,
        )
        if channel is None:
            return _error(404, "playlistNotFound", "No such playlist", "youtube")
        listed = [video for video in self._videos if video.channel == channel]
        items = [self._item(video, place) for place, video in enumerate(listed)]
        return _listing("playlistItem", request, items)

    def _answer_threads(self, request: Request) -> Reply:
        name = request.one("videoId")
        video = next((one for one in self._shown() if one.video_id == name), None)
        if video is None:
            return _error(
                404, "videoNotFound", "No such video", "youtube.commentThread"
            )
        if video.comments is None:
            return _error(
                403, "commentsDisabled", "Comments are off", "youtube.commentThread"
            )
        known = [one for one in video.comments if one.at < self._now]
        threads = [
            self._thread(
                video, one, [two for two in known if two.parent_id == one.comment_id]
            )
            for one in reversed(known)
            if one.parent_id is None
        ]
        return _listing("commentThread", request, threads)

    def _shown(self) -> list[Video]:
        return [video for video in self._videos if not video.is_private(self._now)]

    def _channel(self, channel: Channel) -> dict[str, Any]:
        mine = [video for video in self._shown() if video.channel == channel]
        words = {"title": channel.title, "description": channel.description}
        return {
            "kind": "youtube#channel",
            "etag": _etag(channel.channel_id),
            "id": channel.channel_id,
            "snippet": {
                **words,
                "customUrl": channel.handle,
                "publishedAt": _utc(channel.created_at),
                "thumbnails": _thumbnails(
                    channel.channel_id, ("default", "medium", "high")
                ),
                "localized": words,
                "country": "JP",
            },
            "contentDetails": {
                "relatedPlaylists": {"likes": "", "uploads": channel.uploads}
            },
            "statistics": {
                "viewCount": str(sum(self._views(video) for video in mine)),
                "subscriberCount": "312",
                "hiddenSubscriberCount": False,
                "videoCount": str(len(mine)),
            },
        }

    def _item(self, video: Video, place: int) -> dict[str, Any]:
        is_gone = video.is_private(self._now)
        name = video.video_id
        snippet: dict[str, Any] = {
            "publishedAt": _utc(video.at),
            "channelId": video.channel.channel_id,
            "title": "Private video" if is_gone else video.title,
            "description": "This video is private." if is_gone else video.description,
            "thumbnails": {} if is_gone else _thumbnails(name, _SIZES),
            "channelTitle": video.channel.title,
            "playlistId": video.channel.uploads,
            "position": place,
            "resourceId": {"kind": "youtube#video", "videoId": name},
        }
        if not is_gone:
            snippet |= {
                "videoOwnerChannelTitle": video.channel.title,
                "videoOwnerChannelId": video.channel.channel_id,
            }
        times = {} if is_gone else {"videoPublishedAt": _utc(video.at)}
        return {
            "kind": "youtube#playlistItem",
            "etag": _etag(f"item {name}"),
            "id": letters(f"item {name}", 44),
            "snippet": snippet,
            "contentDetails": {"videoId": name, **times},
        }

    def _video(self, video: Video) -> dict[str, Any]:
        words = {"title": video.title, "description": video.description}
        statistics = {
            "viewCount": str(self._views(video)),
            "likeCount": str(grown(video.likes, video.at, self._now)),
            "favoriteCount": "0",
        }
        if video.comments is not None:
            known = [one for one in video.comments if one.at < self._now]
            statistics["commentCount"] = str(len(known))
        return {
            "kind": "youtube#video",
            "etag": _etag(video.video_id),
            "id": video.video_id,
            "snippet": {
                "publishedAt": _utc(video.at),
                "channelId": video.channel.channel_id,
                **words,
                "thumbnails": _thumbnails(video.video_id, _SIZES),
                "channelTitle": video.channel.title,
                "tags": ["tsunagari", "勉強会"],
                "categoryId": "28",
                "liveBroadcastContent": "none",
                "localized": words,
                "defaultAudioLanguage": "ja",
            },
            "contentDetails": {
                "duration": "PT1H12M5S",
                "dimension": "2d",
                "definition": "hd",
                "caption": "false",
                "licensedContent": False,
                "contentRating": {},
                "projection": "rectangular",
            },
            "status": {
                "uploadStatus": "processed",
                "privacyStatus": "public",
                "license": "youtube",
                "embeddable": True,
                "publicStatsViewable": True,
                "madeForKids": False,
            },
            "statistics": statistics,
        }

    def _views(self, video: Video) -> int:
        return grown(video.likes * 23 + 40, video.at, self._now)

    def _thread(
        self, video: Video, comment: Comment, replies: list[Comment]
    ) -> dict[str, Any]:
        thread: dict[str, Any] = {
            "kind": "youtube#commentThread",
            "etag": _etag(f"thread {comment.comment_id}"),
            "id": comment.comment_id,
            "snippet": {
                "channelId": video.channel.channel_id,
                "videoId": video.video_id,
                "topLevelComment": _comment(video, comment),
                "canReply": True,
                "totalReplyCount": len(replies),
                "isPublic": True,
            },
        }
        if replies:
            thread["replies"] = {"comments": [_comment(video, one) for one in replies]}
        return thread


_SIZES = ("default", "medium", "high", "standard", "maxres")


def _comment(video: Video, comment: Comment) -> dict[str, Any]:
    channel = channel_of(comment)
    is_first = channel == channel_id_of(str(comment.author.index))
    handle = handle_of(comment.author) if is_first else f"@user-{channel[-8:].lower()}"
    snippet: dict[str, Any] = {
        "channelId": video.channel.channel_id,
        "videoId": video.video_id,
        "textDisplay": comment.text,
        "textOriginal": comment.text,
        "authorDisplayName": handle,
        "authorProfileImageUrl": f"https://yt3.example/{comment.author.index}",
        "authorChannelUrl": f"http://www.youtube.com/{handle}",
        "authorChannelId": {"value": channel},
        "canRate": True,
        "viewerRating": "none",
        "likeCount": len(comment.text) % 3,
        "publishedAt": _utc(comment.at),
        "updatedAt": _utc(comment.at),
    }
    if comment.parent_id:
        snippet["parentId"] = comment.parent_id
    return {
        "kind": "youtube#comment",
        "etag": _etag(comment.comment_id),
        "id": comment.comment_id,
        "snippet": snippet,
    }


def _listing(kind: str, request: Request, items: list[dict[str, Any]]) -> Reply:
    """A page; the token of the next one is where it begins."""
    size = int(request.one("maxResults", "5"))
    start = int(request.one("pageToken", "0"))
    body: dict[str, Any] = {
        "kind": f"youtube#{kind}ListResponse",
        "etag": _etag(f"{kind} {start}"),
        "items": items[start : start + size] if kind != "video" else items,
        "pageInfo": {"totalResults": len(items), "resultsPerPage": size},
    }
    if kind != "video" and start + size < len(items):
        body["nextPageToken"] = str(start + size)
    return json_reply(200, body)


def _error(status: int, reason: str, message: str, domain: str) -> Reply:
    errors = [{"domain": domain, "reason": reason, "message": message}]
    return json_reply(
        status, {"error": {"code": status, "message": message, "errors": errors}}
    )


def _thumbnails(name: str, sizes: tuple[str, ...]) -> dict[str, Any]:
    return {
        size: {"url": f"https://i.ytimg.example/{name}/{size}.jpg", "width": 120,
               "height": 90}
        for size in sizes
    }  # fmt: skip


def _etag(key: str) -> str:
    return letters(f"etag {key}", 27)


def _utc(moment: datetime) -> str:
    text = moment.astimezone(UTC).replace(microsecond=0).isoformat()
    return text.replace("+00:00", "Z")


def member_with_channel(community: Community) -> Person:
    """The one member whose own channel is read."""
    return next(
        person
        for person in community.people
        if person.kind == "event" and person.nickname and not person.is_internal
    )


def own_videos(community: Community) -> list[Video]:
    """The recordings on the community's channel, later ones and private ones too."""
    own = make_channel("community", OWN_HANDLE, OWN_TITLE, community.events[0])
    return recordings(community, own)


def accounts(community: Community) -> Iterable[Account]:
    """The community's channel, the member's, and those of whoever comments."""
    yield Account("youtube", channel_id_of("community"), f"{TEAM}youtube")
    member = member_with_channel(community)
    yield Account("youtube", channel_id_of(str(member.index)), member)
    for video in own_videos(community):
        for comment in video.comments or ():
            if comment.at < community.now:
                yield Account("youtube", channel_of(comment), comment.author)


ROUTES = YoutubeRoutes
