"""The workspace of the invented community: who is in it and what they write there.

Every member's messages come from random numbers of their own and run forward in time,
so that the past stays as it is when days pass.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sources._sandbox import names
from sources._sandbox.community import Community
from sources._sandbox.model import Person

POSTS_A_MONTH = {"casual": 0.06, "regular": 0.2, "rising": 0.5}
HAS_THREAD = 0.2  # of posts
IS_BROADCAST = 0.15  # of replies: shown in the channel as well
IS_EDITED = 0.1
IS_DELETED = 0.03
EMOJI = ("+1", "tada", "raised_hands", "arigatou")
BOT = "U0EVENTBOT"
BOT_ID = "B0EVENTBOT"


@dataclass(frozen=True, slots=True)
class Channel:
    """A public channel."""

    id: str
    name: str
    is_general: bool = False
    is_member: bool = True  # the app that reads
    is_archived: bool = False


GENERAL = Channel("C0GENERAL1", "general", is_general=True)
HELP = Channel("C0HELP0002", "質問")
TALK = Channel("C0TALK0003", "zatsudan")
UNSEEN = Channel("C0UNSEEN04", "random", is_member=False)
CLOSED = Channel("C0CLOSED05", "old-project", is_member=False, is_archived=True)
CHANNELS = (GENERAL, HELP, TALK, UNSEEN, CLOSED)


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji that somebody set under a message."""

    at: datetime
    user: str
    name: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it will have become; whoever shows it compares with `now`."""

    channel: Channel
    at: datetime
    number: int  # makes the ts unique
    user: str
    text: str
    subtype: str | None = None
    thread: str | None = None  # ts of the first message, that message included
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    reactions: tuple[Reaction, ...] = ()

    @property
    def ts(self) -> str:
        """The key within the channel."""
        return f"{int(self.at.timestamp())}.{self.number % 1_000_000:06d}"


def user_id(person: Person) -> str:
    """The id on Slack."""
    return f"U{person.index:08d}A"


def is_on_slack(person: Person) -> bool:
    """Every third of those who come to events."""
    return person.kind == "event" and person.index % 3 == 1


def joined_at(person: Person) -> datetime:
    """When the person entered the workspace."""
    return person.joined_at + timedelta(days=1)


def members(community: Community) -> list[Person]:
    """Who is in the workspace by now, by the moment they entered."""
    found = [person for person in community.known_people() if is_on_slack(person)]
    return sorted(
        (person for person in found if joined_at(person) < community.now), key=joined_at
    )


def messages(community: Community) -> list[Message]:
    """Every message sent by now, newest first; deleted ones are left out."""
    crowd = _Crowd(members(community), community.now)
    sent = [*_reports(community.now)]
    for person in crowd.people:
        sent.append(_entry(person))
        for post in _posts(community, crowd, person):
            sent += _with_thread(community, crowd, post)
    known = [
        message
        for message in sent
        if message.at < community.now
        and not (message.deleted_at and message.deleted_at < community.now)
    ]
    return sorted(known, key=lambda message: message.ts, reverse=True)


class _Crowd:
    """Members by entry, to draw one who was there at a moment."""

    def __init__(self, people: list[Person], now: datetime) -> None:
        self.people = people
        self._now = now
        self._moments = [joined_at(person) for person in people]

    def someone(self, rng: Random, at: datetime) -> str | None:
        """Somebody who was in and had not left; the same whoever comes later."""
        chance = rng.random()
        there = bisect_left(self._moments, at) if at < self._now else 0
        person = self.people[int(chance * there)] if there else None
        is_there = person is not None and person.active_on(at.date())
        return user_id(person) if person and is_there else None


def _entry(person: Person) -> Message:
    user = user_id(person)
    return Message(
        channel=GENERAL,
        at=joined_at(person),
        number=person.index,
        user=user,
        text=f"<@{user}> has joined the channel",
        subtype="channel_join",
    )


def _reports(now: datetime) -> Iterator[Message]:
    """What the app for events says every quarter."""
    moment = now.replace(year=2023, month=12, day=1, hour=9)
    while moment < now:
        text = "今月のイベント一覧です: <https://tsunagari.example/events|イベント>"
        yield Message(GENERAL, moment, 999_999, BOT, text, subtype="bot_message")
        moment = (moment + timedelta(days=92)).replace(day=1)


def _posts(community: Community, crowd: _Crowd, person: Person) -> Iterator[Message]:
    rng = Random(f"{community.seed} slack {person.index}")  # noqa: S311
    moment, place = joined_at(person), 0
    while True:
        days = rng.expovariate(POSTS_A_MONTH[person.nature] / 30)
        moment = (moment + timedelta(days=days)).replace(microsecond=0)
        if moment >= community.now or not person.active_on(moment.date()):
            return
        place += 1
        topic = rng.choice(names.TOPICS)
        channel = rng.choice((GENERAL, HELP, HELP, TALK, TALK, UNSEEN))
        is_edited, is_deleted = rng.random() < IS_EDITED, rng.random() < IS_DELETED
        yield Message(
            channel=channel,
            at=moment,
            number=person.index * 100 + place,
            user=user_id(person),
            text=f"{topic}について話しませんか &lt;初心者歓迎&gt; #tsunagari",
            edited_at=moment + timedelta(minutes=9) if is_edited else None,
            deleted_at=moment + timedelta(days=2) if is_deleted else None,
            reactions=_reactions(rng, crowd, moment),
        )


def _with_thread(
    community: Community, crowd: _Crowd, post: Message
) -> Iterator[Message]:
    """The post, and the replies to it within some days."""
    rng = Random(f"{community.seed} slack thread {post.channel.id} {post.ts}")  # noqa: S311
    if post.deleted_at or rng.random() > HAS_THREAD:
        yield post
        return
    moment, replies = post.at, []
    for place in range(rng.randint(1, 4)):
        moment += timedelta(hours=min(rng.expovariate(1 / 8), 40.0))
        moment = moment.replace(microsecond=0)
        user = crowd.someone(rng, moment)
        is_shown_twice = rng.random() < IS_BROADCAST
        reactions = _reactions(rng, crowd, moment)
        if user and moment < community.now:
            replies.append(
                Message(
                    channel=post.channel,
                    at=moment,
                    number=post.number * 7 + place + 1,
                    user=user,
                    text=f"<@{post.user}> ありがとうございます :bow:",
                    subtype="thread_broadcast" if is_shown_twice else None,
                    thread=post.ts,
                    reactions=reactions,
                )
            )
    if replies:
        post = replace(post, thread=post.ts)
    yield post
    yield from replies


def _reactions(rng: Random, crowd: _Crowd, at: datetime) -> tuple[Reaction, ...]:
    found: dict[tuple[str, str], Reaction] = {}
    for _ in range(int(rng.paretovariate(1.6)) - 1 if rng.random() < 0.7 else 0):
        moment = at + timedelta(hours=min(rng.expovariate(1 / 10), 60.0))
        user, name = crowd.someone(rng, moment), rng.choice(EMOJI)
        if user and len(found) < 8:
            found.setdefault((name, user), Reaction(moment, user, name))
    return tuple(found.values())
