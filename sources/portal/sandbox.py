"""A second portal, commmune-like: its members, what they did, and a survey.

Its people are not on the in-house portal (files/portal).
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from sources._sandbox.community import Community
from sources._sandbox.exports import csv_bytes
from sources._sandbox.habits import in_kanji
from sources._sandbox.identities import Account
from sources._sandbox.model import JST, Person

MEMBERS = ("ユーザーID", "ニックネーム", "氏名", "メールアドレス", "会社名", "部署",
           "役職", "メール配信", "登録日時", "紹介者ID")  # fmt: skip
LOG = ("ログID", "日時", "ユーザーID", "アクション", "対象ID", "タイトル", "URL")
ACTIONS = ("ログイン", "ログイン", "いいね", "コメント", "投稿", "コース修了")
OPENED = datetime(2025, 10, 1, 10, 0, tzinfo=JST)
ONE_IN = 9  # people who are members


def inbox_files(community: Community) -> Iterable[tuple[str, bytes]]:
    """portal/commmune/members.csv and activity.csv, growing with the day."""
    people = members(community)
    if not people:
        return
    earlier: list[Person] = []
    rows = []
    for person in people:
        referrer = earlier[-1] if earlier and person.index % 4 == 0 else None
        rows.append(_member(community, person, referrer))
        earlier.append(person)
    yield "portal/commmune/members.csv", csv_bytes(MEMBERS, rows, "utf-8-sig")
    acts = sorted(
        (line for person in people for line in _acts(community, person)),
        key=lambda line: (line[1], line[0]),
    )
    yield "portal/commmune/activity.csv", csv_bytes(LOG, acts, "utf-8-sig")


def accounts(community: Community) -> Iterable[Account]:
    """The folder names the source."""
    for person in members(community):
        yield Account("commmune", member_id(person), person)


def members(community: Community) -> list[Person]:
    """Those who joined by now, by the day they did."""
    chosen = [
        person
        for person in community.known_people()
        if person.kind == "event"
        and not person.portal
        and person.index % ONE_IN == 2
        and joined(person) < community.now
        and person.active_on(joined(person).date())
    ]
    return sorted(chosen, key=lambda person: (joined(person), person.index))


def joined(person: Person) -> datetime:
    """When the person became a member."""
    start = max(person.joined_at, OPENED)
    return start + timedelta(days=person.index % 30, hours=person.index % 11)


def member_id(person: Person) -> str:
    """The portal's id of the person."""
    return f"U{person.index + 50_001}"


def _member(community: Community, person: Person, referrer: Person | None) -> list[str]:
    job = person.job_on(joined(person).date())
    return [
        member_id(person),
        person.display_name,
        in_kanji(person, "commmune", joined(person).date()).full,
        job.email,
        community.companies[job.company].name,
        job.department,
        job.title,
        "許可" if person.index % 3 else "拒否",
        joined(person).strftime("%Y/%m/%d %H:%M:%S"),
        member_id(referrer) if referrer else "",
    ]


def _acts(community: Community, person: Person) -> Iterable[list[str]]:
    dice = random.Random(f"{community.seed} commmune {person.index}")  # noqa: S311
    when = joined(person)
    for place in range(1_000):
        when += timedelta(days=dice.expovariate(1 / 45), minutes=1)
        action = dice.choice(ACTIONS)
        target = f"T{dice.randrange(100, 140)}"
        if when >= community.now or not person.active_on(when.date()):
            return
        number = person.index * 1_000 + place
        if action == "投稿":
            target = f"P{number}"
        url = f"https://community.tsunagari-vendor.example/items/{target}"
        is_login = action == "ログイン"
        yield [
            f"L{number}",
            when.strftime("%Y/%m/%d %H:%M:%S"),
            member_id(person),
            action,
            "" if is_login else target,
            "" if is_login else f"{target}について",
            "" if is_login else url,
        ]
