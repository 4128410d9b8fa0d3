"""Channels, videos and comments of the invented community, before anybody asks."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sources._sandbox import names
from sources._sandbox.community import Community
from sources._sandbox.habits import has_second_account
from sources._sandbox.model import Event, Person

RECORDED = 3  # one in so many events is recorded
COMMENT_SHARE = 8  # one in so many of those who were there comments


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: of the community (person None) or of a member."""

    channel_id: str
    handle: str
    title: str
    description: str
    created_at: datetime

    @property
    def uploads(self) -> str:
        """The playlist of its videos."""
        return "UU" + self.channel_id[2:]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; number 1 of a video answers number 0."""

    comment_id: str
    parent_id: str | None
    author: Person
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Video:
    """A video. is_gone: made private after a while; comments None: switched off."""

    video_id: str
    channel: Channel
    title: str
    description: str
    at: datetime
    likes: int
    is_gone: bool
    comments: tuple[Comment, ...] | None

    def is_private(self, now: datetime) -> bool:
        """Whether nobody can see it any more."""
        return self.is_gone and self.at + timedelta(days=90) < now


def recordings(community: Community, channel: Channel) -> list[Video]:
    """Recordings of past events: one in three is kept, some are made private."""
    was_there: dict[int, list[Person]] = {}
    for row in community.registrations:
        if row.attended:
            was_there.setdefault(row.event, []).append(community.people[row.person])
    return [
        _recording(community, channel, event, was_there.get(event.number, []))
        for event in community.events
        if event.kind != "users"
        and event.cancelled_at is None
        and event.number % RECORDED == 0
    ]


def _recording(
    community: Community, channel: Channel, event: Event, people: list[Person]
) -> Video:
    dice = Random(f"{community.seed} youtube {event.number}")  # noqa: S311
    name = letters(f"{community.seed} video {event.number}", 11)
    at = event.ended_at + timedelta(days=2, minutes=dice.randrange(600))
    authors = [person for person in people if not dice.randrange(COMMENT_SHARE)]
    comments: list[Comment] = []
    for place, author in enumerate(authors):
        own_id = f"Ugx{letters(f'{name} {place}', 21)}"
        parent = comments[0].comment_id if place == 1 else None
        comments.append(
            Comment(
                comment_id=f"{parent}.{own_id[3:25]}" if parent else own_id,
                parent_id=parent,
                author=author,
                text=dice.choice(names.REMARKS),
                at=at + timedelta(hours=3 + 20 * place),
            )
        )
    return Video(
        video_id=name,
        channel=channel,
        title=f"{event.title} アーカイブ",
        description=f"イベントページ: {event.url}\n#{event.group.hash_tag}",
        at=at.replace(microsecond=0),
        likes=3 + 2 * len(people) + dice.randrange(9),
        is_gone=event.number % (RECORDED * 5) == 0,
        comments=None if event.number % (RECORDED * 7) == 0 else tuple(comments),
    )


def member_videos(community: Community, channel: Channel) -> list[Video]:
    """The videos of a member's own channel."""
    first = community.events[0].ended_at
    return [
        Video(
            video_id=letters(f"{community.seed} member {place}", 11),
            channel=channel,
            title=f"{names.TOPICS[place % len(names.TOPICS)]}を触ってみる",
            description="個人の記録です。",
            at=first + timedelta(days=150 * (place + 1)),
            likes=5 + place,
            is_gone=False,
            comments=(),
        )
        for place in range(5)
    ]


def make_channel(
    key: str, handle: str, title: str, first: Event, description: str = ""
) -> Channel:
    """A channel; its id follows from the key."""
    return Channel(
        channel_id=channel_id_of(key),
        handle=handle,
        title=title,
        description=description,
        created_at=first.published_at,
    )


def channel_of(comment: Comment) -> str:
    """The id of the channel that comments; some people have a second one."""
    person = comment.author
    is_second = comment.at.day % 2 == 1 and has_second_account(person, "youtube")
    return channel_id_of(f"{person.index} again" if is_second else str(person.index))


def channel_id_of(key: str) -> str:
    """The id of a channel: UC and 22 letters."""
    return f"UC{letters(f'channel {key}', 22)}"


def handle_of(person: Person) -> str:
    """The handle of a person who comments."""
    return f"@{person.family_romaji}{person.given_romaji}{person.index}".lower()


def letters(key: str, length: int) -> str:
    """So many letters that follow from the key, as ids look."""
    digest = hashlib.sha256(key.encode()).digest()
    return base64.urlsafe_b64encode(digest * 2).decode()[:length]
