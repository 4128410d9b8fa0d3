"""Slack's Web API as the sandbox plays it; errors are told in a 200, as there."""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sources._sandbox.community import Community
from sources._sandbox.habits import link_to_x, shown_at
from sources._sandbox.http import Limits, Reply, Request, SecondLimiter, json_reply
from sources._sandbox.identities import BOT as IS_BOT
from sources._sandbox.identities import Account
from sources._sandbox.model import Person
from sources.slack.invented import (
    BOT,
    BOT_ID,
    CHANNELS,
    Channel,
    Message,
    joined_at,
    members,
    messages,
    user_id,
)

TOKEN = "xoxb-sandbox-token"  # noqa: S105  opens nothing but this server
TEAM = "T0TSUNAGARI"
URL = "https://tsunagari-sandbox.slack.example/"
Answer = dict[str, Any]


class Refused(Exception):
    """An error by Slack's name for it."""


class SlackRoutes:
    """The methods that read, and those that other readers of Slack ask for."""

    prefix = "/slack/api"

    def __init__(self, community: Community, limits: Limits) -> None:
        self._limiter = SecondLimiter(limits.requests_per_second)
        self._community = community
        self._people = members(community)
        self._by_id = {user_id(person): person for person in self._people}
        by_channel: dict[str, list[Message]] = {channel.id: [] for channel in CHANNELS}
        for message in messages(community):
            by_channel[message.channel.id].append(message)
        self._messages = by_channel
        self._threads: dict[tuple[str, str], list[Message]] = {}
        for channel, sent in by_channel.items():
            for message in reversed(sent):
                if message.thread:
                    thread = self._threads.setdefault((channel, message.thread), [])
                    thread.append(message)
        self._methods: Mapping[str, Callable[[Request], Answer]] = {
            "/auth.test": self._auth_test,
            "/conversations.history": self._history,
            "/conversations.info": lambda request: {
                "channel": self._channel(self._asked_channel(request))
            },
            "/conversations.list": self._list,
            "/conversations.members": self._members,
            "/conversations.replies": self._replies,
            "/users.info": self._user_info,
            "/users.list": lambda request: _page(
                request, "members", self._users(), most=1_000
            ),
        }

    def settings(self, base_url: str) -> dict[str, str]:
        """The connector's environment."""
        return {"SLACK_TOKEN": TOKEN, "SLACK_BASE_URL": base_url}

    def unauthorized(self) -> Reply:
        """The answer to an expired token: a 200 like all errors."""
        return _error("token_expired")

    def error_in_200(self) -> Reply:
        """Something went wrong on Slack's side."""
        return _error("internal_error")

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """The one error with a status of its own."""
        return json_reply(429, {"ok": False, "error": "ratelimited"}, headers)

    def answer(self, request: Request) -> Reply:
        """The platform's answer."""
        token = request.headers.get("authorization", "")
        if token != f"Bearer {TOKEN}":
            return _error("invalid_auth" if token else "not_authed")
        if not self._limiter.allows():
            return self.too_many({"Retry-After": "1"})
        method = self._methods.get(request.path)
        if method is None:
            return _error("unknown_method")
        try:
            return json_reply(200, {"ok": True, **method(request)})
        except Refused as error:
            return _error(str(error))

    def _auth_test(self, request: Request) -> Answer:
        return {
            "url": URL,
            "team": "つながりコミュニティ",
            "user": "eventbot",
            "team_id": TEAM,
            "user_id": BOT,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    def _list(self, request: Request) -> Answer:
        is_whole = request.one("exclude_archived") != "true"
        shown = [
            self._channel(channel)
            for channel in CHANNELS
            if is_whole or not channel.is_archived
        ]
        return _page(request, "channels", shown, most=1_000)

    def _asked_channel(self, request: Request) -> Channel:
        asked = request.one("channel")
        for channel in CHANNELS:
            if channel.id == asked:
                return channel
        raise Refused("channel_not_found")

    def _history(self, request: Request) -> Answer:
        channel = self._asked_channel(request)
        if not channel.is_member:
            raise Refused("not_in_channel")
        oldest, latest = request.one("oldest", "0"), request.one("latest")
        shown = [
            message
            for message in self._messages[channel.id]
            if _is_at_top(message) and _between(message.ts, oldest, latest)
        ]
        return self._messages_page(request, shown)

    def _replies(self, request: Request) -> Answer:
        channel = self._asked_channel(request)
        thread = self._threads.get((channel.id, request.one("ts")))
        if not thread:
            raise Refused("thread_not_found")
        return self._messages_page(request, thread)

    def _messages_page(self, request: Request, shown: list[Message]) -> Answer:
        answer = _page(request, "messages", shown, most=999)
        sent = [self._message(message) for message in answer["messages"]]
        return {**answer, "messages": sent}

    def _members(self, request: Request) -> Answer:
        self._asked_channel(request)
        ids = [user_id(person) for person in self._people]
        return _page(request, "members", ids, most=1_000)

    def _user_info(self, request: Request) -> Answer:
        person = self._by_id.get(request.one("user"))
        if person is None:
            raise Refused("user_not_found")
        return {"user": self._user(person)}

    def _channel(self, channel: Channel) -> Answer:
        created = _seconds(self._community.now.replace(year=2023, month=9, day=30))
        topic = {"value": "", "creator": "", "last_set": 0}
        return {
            "id": channel.id,
            "name": channel.name,
            "is_channel": True,
            "is_group": False,
            "is_im": False,
            "is_mpim": False,
            "is_private": False,
            "created": created,
            "is_archived": channel.is_archived,
            "is_general": channel.is_general,
            "unlinked": 0,
            "name_normalized": channel.name,
            "is_shared": False,
            "is_org_shared": False,
            "is_ext_shared": False,
            "is_pending_ext_shared": False,
            "pending_shared": [],
            "creator": BOT,
            "is_member": channel.is_member,
            "topic": topic,
            "purpose": {**topic, "value": f"{channel.name} の話をするところ"},
            "previous_names": [],
            "num_members": len(self._people),
            "updated": created * 1_000,
        }

    def _users(self) -> list[Answer]:
        bot = _bot("USLACKBOT", "slackbot", "Slackbot", is_bot=False)
        app = _bot(BOT, "eventbot", "イベントのお知らせ", is_bot=True)
        return [bot, app, *(self._user(person) for person in self._people)]

    def _user(self, person: Person) -> Answer:
        today = self._community.today
        job = person.job_on(today)
        title = job.title
        handle = link_to_x(person, "slack", None) if person.index % 4 == 0 else None
        if handle:
            title = f"{title} https://x.com/{handle}"
        name = shown_at(person, "slack", today)
        has_job_address = person.index % 2 == 0
        return {
            "id": user_id(person),
            "team_id": TEAM,
            "name": f"{person.given_romaji}.{person.family_romaji}".lower(),
            "deleted": not person.active_on(today),
            "color": "9f69e7",
            "real_name": name,
            "tz": "Asia/Tokyo",
            "tz_label": "Japan Standard Time",
            "tz_offset": 32_400,
            "profile": {
                "title": title,
                "phone": "",
                "skype": "",
                "real_name": name,
                "real_name_normalized": name,
                "display_name": person.display_name if person.index % 5 else "",
                "display_name_normalized": person.display_name,
                "status_text": "",
                "status_emoji": "",
                "status_expiration": 0,
                "avatar_hash": f"g{person.index:011x}",
                "email": job.email if has_job_address else person.private_email,
                "team": TEAM,
            },
            "is_admin": person.is_internal,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_bot": False,
            "is_app_user": False,
            "updated": _seconds(joined_at(person)),
            "is_email_confirmed": True,
            "who_can_share_contact_card": "EVERYONE",
        }

    def _message(self, message: Message) -> Answer:
        is_bot = message.subtype == "bot_message"
        shown: Answer = {"type": "message", "text": message.text, "ts": message.ts}
        shown |= {"bot_id": BOT_ID} if is_bot else {"user": message.user}
        if message.subtype:
            shown["subtype"] = message.subtype
        if message.edited_at and message.edited_at < self._community.now:
            shown["edited"] = {
                "user": message.user,
                "ts": f"{_seconds(message.edited_at)}.000000",
            }
        if reactions := self._reactions(message):
            shown["reactions"] = reactions
        if message.thread:
            shown["thread_ts"] = message.thread
            thread = self._threads[message.channel.id, message.thread]
            shown |= _of_thread(message, thread)
        return shown

    def _reactions(self, message: Message) -> list[Answer]:
        users: dict[str, list[str]] = {}
        for reaction in message.reactions:
            if reaction.at < self._community.now:
                users.setdefault(reaction.name, []).append(reaction.user)
        return [
            {"name": name, "users": found, "count": len(found)}
            for name, found in users.items()
        ]


def _of_thread(message: Message, thread: list[Message]) -> Answer:
    """What Slack adds to the first message of a thread, and to the others."""
    first, *replies = thread
    if message.ts != first.ts:
        return {"parent_user_id": first.user}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": False,
    }


def _bot(user: str, name: str, real_name: str, *, is_bot: bool) -> Answer:
    """Slackbot says of itself that it is none."""
    return {
        "id": user,
        "team_id": TEAM,
        "name": name,
        "deleted": False,
        "real_name": real_name,
        "profile": {"real_name": real_name, "display_name": name, "team": TEAM},
        "is_bot": is_bot,
        "is_app_user": False,
        "updated": 0,
    }


def _page(request: Request, key: str, records: Sequence[Any], *, most: int) -> Answer:
    """Records from the cursor on; the cursor is where the next page begins."""
    limit = min(int(request.one("limit") or 100), most)
    start = 0
    if cursor := request.one("cursor"):
        try:
            start = int(base64.b64decode(cursor).decode().removeprefix("next:"))
        except ValueError as error:
            raise Refused("invalid_cursor") from error
    end = start + limit
    following = base64.b64encode(f"next:{end}".encode()).decode()
    has_more = end < len(records)
    answer: Answer = {key: list(records[start:end])}
    if key == "messages":
        answer["has_more"] = has_more
    return {
        **answer,
        "response_metadata": {"next_cursor": following if has_more else ""},
    }


def _is_at_top(message: Message) -> bool:
    """Whether a channel shows it: all but replies that were not sent to it as well."""
    is_reply = message.thread not in (None, message.ts)
    return not is_reply or message.subtype == "thread_broadcast"


def _between(ts: str, oldest: str, latest: str) -> bool:
    moment = Decimal(ts)
    return Decimal(oldest) < moment and (not latest or moment < Decimal(latest))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _error(name: str) -> Reply:
    return json_reply(200, {"ok": False, "error": name})


def accounts(community: Community) -> Iterable[Account]:
    """The members of the workspace, Slack's own bot and the app for events."""
    for bot in ("USLACKBOT", BOT):
        yield Account("slack", bot, f"{IS_BOT}{bot}")
    for person in members(community):
        yield Account("slack", user_id(person), person)


ROUTES = SlackRoutes
