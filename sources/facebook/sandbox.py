"""A list of posts in the community's Facebook group, as one keeps it by hand."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from sources._sandbox.community import Community
from sources._sandbox.exports import csv_bytes
from sources._sandbox.habits import shown_at
from sources._sandbox.identities import Account
from sources._sandbox.model import JST, Person, grown

HEAD = ("投稿者", "プロフィールURL", "投稿日時", "投稿URL", "返信先URL", "本文",
        "リアクション数")  # fmt: skip
GROUP = "https://www.facebook.com/groups/tsunagari"
FIRST_POST = datetime(2025, 1, 6, 12, 0, tzinfo=JST)
ONE_IN = 19  # people who are in the group


def inbox_files(community: Community) -> Iterable[tuple[str, bytes]]:
    """facebook/group_posts_<year>.csv: posts and replies of that year so far."""
    by_year: dict[int, list[list[str]]] = {}
    for person in _members(community):
        for when, line in _lines(community, person):
            by_year.setdefault(when.year, []).append(line)
    for year, lines in sorted(by_year.items()):
        lines.sort(key=lambda line: (line[2], line[3]))
        yield f"facebook/group_posts_{year}.csv", csv_bytes(HEAD, lines, "utf-8-sig")


def accounts(community: Community) -> Iterable[Account]:
    """An account is the address of a profile; only who posts is seen."""
    for person in _members(community):
        if any(_lines(community, person)):
            yield Account("facebook", profile(person), person)


def _members(community: Community) -> Iterable[Person]:
    for person in community.known_people():
        if person.kind == "event" and person.index % ONE_IN == 3:
            yield person


def profile(person: Person) -> str:
    """The address of the person's profile."""
    name = f"{person.given_romaji}.{person.family_romaji}.{person.index}".lower()
    return f"https://www.facebook.com/{name}"


def _lines(
    community: Community, person: Person
) -> Iterable[tuple[datetime, list[str]]]:
    """A post now and then, every third one a reply to the one before."""
    dice = random.Random(f"{community.seed} facebook {person.index}")  # noqa: S311
    when, before = max(person.joined_at, FIRST_POST), ""
    for place in range(1_000):
        when += timedelta(days=dice.expovariate(1 / 60), minutes=1)
        likes, number = dice.randrange(12), person.index * 1_000 + place
        if when >= community.now or not person.active_on(when.date()):
            return
        url = f"{GROUP}/posts/{number}"
        is_reply = place % 3 == 2
        text = "ありがとうございます！" if is_reply else "次回の勉強会が楽しみです"
        yield (
            when,
            [
                shown_at(person, "facebook", when.date()),
                profile(person),
                when.strftime("%Y/%m/%d %H:%M"),
                url,
                before if is_reply else "",
                text,
                str(grown(likes, when, community.now)),
            ],
        )
        before = url
