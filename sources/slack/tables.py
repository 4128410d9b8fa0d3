"""What of Slack's objects lands: the same projection for the API and for exports.

`ts` is the key of a message in its channel and stays text: as a float it would lose
digits, and messages of one second would become one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sources._base.errors import SchemaChanged
from sources._base.source import Table
from sources._base.values import count_of, flag_of, object_of, text_of

MESSAGE_COLUMNS: Mapping[str, Any] = {
    "channel_id": "text",
    "ts": "text",
    "subtype": "text",
    "user_id": "text",
    "bot_id": "text",
    "text": "text",
    "thread_ts": "text",
    "reply_count": "bigint",
    "latest_reply": "text",
    "edited_ts": "text",
    "reactions": "json",
}

CHANNELS = Table(
    name="channels",
    key=("id",),
    columns={
        "id": "text",
        "name": "text",
        "created": "bigint",
        "creator": "text",
        "is_archived": "bool",
        "is_general": "bool",
        "is_member": "bool",
        "topic": "text",
        "purpose": "text",
        "num_members": "bigint",
        "team_id": "text",
        "team_url": "text",
    },
    personal={
        "creator": "creator.id",
        "topic": "refs",
        "purpose": "refs",
    },
    volatile=("num_members",),
    description="Public channels of the workspace; team_url is where messages link to.",
)
USERS = Table(
    name="users",
    key=("id",),
    columns={
        "id": "text",
        "team_id": "text",
        "name": "text",
        "real_name": "text",
        "display_name": "text",
        "email": "text",
        "is_email_confirmed": "bool",
        "title": "text",
        "tz": "text",
        "fields": "json",
        "deleted": "bool",
        "is_bot": "bool",
        "is_workflow_bot": "bool",
        "is_restricted": "bool",
        "is_ultra_restricted": "bool",
        "updated": "bigint",
    },
    personal={
        "id": "id",
        "name": "handle",
        "real_name": "name",
        "display_name": "name",
        "email": "email",
        "title": "job",
        "fields": "fields",
    },
    # It moves with every change of a status text; what we keep did not change for that.
    volatile=("updated",),
    description="Members, guests, bots and deleted users of the workspace.",
)
MESSAGES = Table(
    name="messages",
    key=("channel_id", "ts"),
    columns=MESSAGE_COLUMNS,
    personal={
        "user_id": "id",
        "text": "text",
        "reactions": "refs",
    },
    description="Messages of public channels and their threads; a version is a"
    " snapshot of text and reactions.",
)
EXPORT_MESSAGES = Table(
    name="export_messages",
    key=("channel_id", "ts"),
    columns=MESSAGE_COLUMNS,
    personal={
        "user_id": "id",
        "text": "text",
        "reactions": "refs",
    },
    # A file is known by its content; a hash per message would have to be remembered.
    skip_unchanged=False,
    description="Messages of public channels as an export (zip) of the inbox has them.",
)


def channel_row(channel: Mapping[str, Any]) -> dict[str, Any]:
    """Projects a channel of conversations.list or of an export's channels.json."""
    members = channel.get("members")
    return {
        "id": text_of(channel.get("id"), "channel.id"),
        "name": text_of(channel.get("name"), "channel.name"),
        "created": count_of(channel.get("created"), "channel.created"),
        "creator": _filled(channel.get("creator"), "channel.creator"),
        "is_archived": flag_of(channel.get("is_archived"), "channel.is_archived"),
        "is_general": flag_of(channel.get("is_general"), "channel.is_general"),
        "is_member": flag_of(channel.get("is_member"), "channel.is_member"),
        "topic": _value_of(channel, "topic"),
        "purpose": _value_of(channel, "purpose"),
        "num_members": len(members)
        if isinstance(members, list)
        else count_of(channel.get("num_members"), "channel.num_members"),
        "team_id": None,
        "team_url": None,
    }


def user_row(user: Mapping[str, Any]) -> dict[str, Any]:
    """Projects a user of users.list or of an export's users.json."""
    profile = object_of(user.get("profile"), "user.profile")
    real_name = _filled(profile.get("real_name"), "profile.real_name")
    return {
        "id": text_of(user.get("id"), "user.id"),
        "team_id": _filled(user.get("team_id"), "user.team_id"),
        "name": _filled(user.get("name"), "user.name"),
        "real_name": real_name or _filled(user.get("real_name"), "user.real_name"),
        "display_name": _filled(profile.get("display_name"), "profile.display_name"),
        "email": _filled(profile.get("email"), "profile.email"),
        "is_email_confirmed": flag_of(
            user.get("is_email_confirmed"), "user.is_email_confirmed"
        ),
        "title": _filled(profile.get("title"), "profile.title"),
        "tz": _filled(user.get("tz"), "user.tz"),
        "fields": _field_values(profile.get("fields")),
        "deleted": flag_of(user.get("deleted"), "user.deleted"),
        "is_bot": flag_of(user.get("is_bot"), "user.is_bot"),
        "is_workflow_bot": flag_of(user.get("is_workflow_bot"), "user.is_workflow_bot"),
        "is_restricted": flag_of(user.get("is_restricted"), "user.is_restricted"),
        "is_ultra_restricted": flag_of(
            user.get("is_ultra_restricted"), "user.is_ultra_restricted"
        ),
        "updated": count_of(user.get("updated"), "user.updated"),
    }


def message_row(channel_id: str, message: Mapping[str, Any]) -> dict[str, Any]:
    """Projects a message; an old comment on a file names its author inside itself."""
    comment = object_of(message.get("comment"), "message.comment")
    edited = object_of(message.get("edited"), "message.edited")
    return {
        "channel_id": channel_id,
        "ts": _filled(message.get("ts"), "message.ts"),
        "subtype": _filled(message.get("subtype"), "message.subtype"),
        "user_id": _filled(message.get("user") or comment.get("user"), "message.user"),
        "bot_id": _filled(message.get("bot_id"), "message.bot_id"),
        "text": _filled(message.get("text"), "message.text"),
        "thread_ts": _filled(message.get("thread_ts"), "message.thread_ts"),
        "reply_count": count_of(message.get("reply_count"), "message.reply_count"),
        "latest_reply": _filled(message.get("latest_reply"), "message.latest_reply"),
        "edited_ts": _filled(edited.get("ts"), "message.edited.ts"),
        "reactions": _reactions(message.get("reactions")),
    }


def _reactions(sent: Any) -> list[dict[str, Any]] | None:
    if not sent:
        return None
    return [
        {
            "name": text_of(one.get("name"), "reactions.name"),
            "count": count_of(one.get("count"), "reactions.count"),
            "users": [text_of(user, "reactions.users") for user in one["users"]]
            if isinstance(one.get("users"), list)
            else [],
        }
        for one in _objects(sent, "message.reactions")
    ]


def _field_values(sent: Any) -> list[str] | None:
    """The texts of a workspace's own profile fields; their keys say nothing to us."""
    fields = object_of(sent or None, "profile.fields")
    texts = [
        _filled(object_of(field, "profile.fields").get("value"), "profile.fields.value")
        for _, field in sorted(fields.items())
    ]
    return [text for text in texts if text] or None


def _objects(sent: Any, name: str) -> list[Mapping[str, Any]]:
    if not isinstance(sent, list):
        raise SchemaChanged(
            f"{name} is no longer a list but a {type(sent).__name__}:"
            " compare with the README of the source and change its connector"
        )
    return [object_of(one, name) for one in sent]


def _value_of(channel: Mapping[str, Any], name: str) -> str | None:
    topic = object_of(channel.get(name), f"channel.{name}")
    return _filled(topic.get("value"), f"channel.{name}.value")


def _filled(value: Any, name: str) -> str | None:
    return text_of(value, name) or None
