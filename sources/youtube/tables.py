"""What YouTube sends and what of it lands.

Counters come as texts and are missing where the owner hides them: they land as numbers
or null, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sources._base.event_pages import event_pages
from sources._base.source import Table
from sources._base.values import count_of, flag_of, object_of, text_of

CHANNELS = Table(
    name="channels",
    key=("id",),
    columns={
        "id": "text",
        "title": "text",
        "description": "text",
        "custom_url": "text",
        "country": "text",
        "published_at": "text",
        "uploads_playlist_id": "text",
        "view_count": "bigint",
        "subscriber_count": "bigint",
        "hidden_subscriber_count": "bool",
        "video_count": "bigint",
        "is_own": "bool",
    },
    personal={
        "id": "id",
        "title": "name",
        "description": "links",
        "custom_url": "handle",
        "uploads_playlist_id": "own_id",
    },
    # They move every day; the channel did not change for that.
    volatile=("view_count", "subscriber_count", "video_count"),
    description="The configured channels; is_own: of the community or company.",
)
VIDEOS = Table(
    name="videos",
    key=("id",),
    columns={
        "id": "text",
        "channel_id": "text",
        "title": "text",
        "description": "text",
        "event_pages": "text",
        "published_at": "text",
        "tags": "json",
        "category_id": "text",
        "live_broadcast_content": "text",
        "duration": "text",
        "privacy_status": "text",
        "upload_status": "text",
        "view_count": "bigint",
        "like_count": "bigint",
        "comment_count": "bigint",
        "is_gone": "bool",
    },
    personal={
        "id": "own_id",
        "channel_id": "id",
        "title": "text",
        "description": "text",
    },
    description="Videos; a version is a snapshot of the counters. is_gone: YouTube no"
    " longer shows it (deleted or private), all else is then null.",
)
COMMENTS = Table(
    name="comments",
    key=("id",),
    columns={
        "id": "text",
        "video_id": "text",
        "parent_id": "text",
        "author_channel_id": "text",
        "author_display_name": "text",
        "author_channel_url": "text",
        "text": "text",
        "like_count": "bigint",
        "reply_count": "bigint",
        "published_at": "text",
        "updated_at": "text",
    },
    personal={
        "id": "own_id",
        "video_id": "refs",
        "parent_id": "refs",
        "author_channel_id": "id",
        "author_display_name": "handle",
        "author_channel_url": "links",
        "text": "text",
    },
    description="Comments and replies to them; parent_id: the comment replied to.",
)


def channel_row(channel: Mapping[str, Any], *, is_own: bool) -> dict[str, Any]:
    """Projects a channel."""
    snippet = object_of(channel.get("snippet"), "snippet")
    statistics = object_of(channel.get("statistics"), "statistics")
    return {
        "id": text_of(channel.get("id"), "id"),
        "title": text_of(snippet.get("title"), "title"),
        "description": text_of(snippet.get("description"), "description"),
        "custom_url": text_of(snippet.get("customUrl"), "customUrl"),
        "country": text_of(snippet.get("country"), "country"),
        "published_at": text_of(snippet.get("publishedAt"), "publishedAt"),
        "uploads_playlist_id": uploads_of(channel),
        "view_count": count_of(statistics.get("viewCount"), "viewCount"),
        "subscriber_count": count_of(
            statistics.get("subscriberCount"), "subscriberCount"
        ),
        "hidden_subscriber_count": flag_of(
            statistics.get("hiddenSubscriberCount"), "hiddenSubscriberCount"
        ),
        "video_count": count_of(statistics.get("videoCount"), "videoCount"),
        "is_own": is_own,
    }


def uploads_of(channel: Mapping[str, Any]) -> str | None:
    """The playlist of everything the channel has uploaded."""
    details = object_of(channel.get("contentDetails"), "contentDetails")
    playlists = object_of(details.get("relatedPlaylists"), "relatedPlaylists")
    return text_of(playlists.get("uploads"), "uploads")


def listed_video(item: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """(video id, when it was published) of an item of a playlist.

    A deleted or private video keeps its place in the playlist and has no time.
    """
    details = object_of(item.get("contentDetails"), "contentDetails")
    snippet = object_of(item.get("snippet"), "snippet")
    resource = object_of(snippet.get("resourceId"), "resourceId")
    return (
        text_of(details.get("videoId") or resource.get("videoId"), "videoId"),
        text_of(details.get("videoPublishedAt"), "videoPublishedAt"),
    )


def video_row(video: Mapping[str, Any]) -> dict[str, Any]:
    """Projects a video."""
    snippet = object_of(video.get("snippet"), "snippet")
    statistics = object_of(video.get("statistics"), "statistics")
    status = object_of(video.get("status"), "status")
    details = object_of(video.get("contentDetails"), "contentDetails")
    description = text_of(snippet.get("description"), "description")
    return {
        "id": text_of(video.get("id"), "id"),
        "channel_id": text_of(snippet.get("channelId"), "channelId"),
        "title": text_of(snippet.get("title"), "title"),
        "description": description,
        "event_pages": event_pages(description),
        "published_at": text_of(snippet.get("publishedAt"), "publishedAt"),
        "tags": [text_of(tag, "tags") for tag in snippet.get("tags") or []],
        "category_id": text_of(snippet.get("categoryId"), "categoryId"),
        "live_broadcast_content": text_of(
            snippet.get("liveBroadcastContent"), "liveBroadcastContent"
        ),
        "duration": text_of(details.get("duration"), "duration"),
        "privacy_status": text_of(status.get("privacyStatus"), "privacyStatus"),
        "upload_status": text_of(status.get("uploadStatus"), "uploadStatus"),
        "view_count": count_of(statistics.get("viewCount"), "viewCount"),
        "like_count": count_of(statistics.get("likeCount"), "likeCount"),
        "comment_count": count_of(statistics.get("commentCount"), "commentCount"),
        "is_gone": False,
    }


def gone_row(video_id: str) -> dict[str, Any]:
    """A video that YouTube no longer shows."""
    empty: dict[str, Any] = dict.fromkeys(VIDEOS.columns)
    return {**empty, "id": video_id, "is_gone": True}


def comment_row(
    comment: Mapping[str, Any], video_id: str, reply_count: int | None = None
) -> dict[str, Any]:
    """Projects a comment; one whose author is gone has no author_channel_id."""
    snippet = object_of(comment.get("snippet"), "snippet")
    author = object_of(snippet.get("authorChannelId"), "authorChannelId")
    words = snippet.get("textOriginal") or snippet.get("textDisplay")
    return {
        "id": text_of(comment.get("id"), "id"),
        "video_id": video_id,
        "parent_id": text_of(snippet.get("parentId"), "parentId"),
        "author_channel_id": text_of(author.get("value"), "authorChannelId.value"),
        "author_display_name": text_of(
            snippet.get("authorDisplayName"), "authorDisplayName"
        ),
        "author_channel_url": text_of(
            snippet.get("authorChannelUrl"), "authorChannelUrl"
        ),
        "text": text_of(words, "textOriginal"),
        "like_count": count_of(snippet.get("likeCount"), "likeCount"),
        "reply_count": reply_count,
        "published_at": text_of(snippet.get("publishedAt"), "publishedAt"),
        "updated_at": text_of(snippet.get("updatedAt"), "updatedAt"),
    }
