"""Surveys after some events: Google downloads, Google sheets, a Microsoft workbook."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from sources._sandbox.community import Community
from sources._sandbox.exports import Cell, csv_bytes, xlsx_bytes
from sources._sandbox.habits import in_kanji, own_address
from sources._sandbox.identities import Account
from sources._sandbox.model import Event, Person, Registration

NPS = "このイベントを友人や同僚に勧める可能性はどのくらいありますか？（0〜10）"
CSAT = "満足度（1〜5）"
REASON = "その理由を教えてください"
FEELINGS = ("実例が聞けてよかった", "もう少し時間が欲しかった", "次回も参加します", "")
SHARE = 0.25  # of events that are followed by a survey


def inbox_files(community: Community) -> Iterable[tuple[str, bytes]]:
    """forms/connpass_<event>_アンケート.csv or .xlsx, three days after the event."""
    for event, answers, layout in _surveys(community):
        yield _file(event, answers, layout)


def accounts(community: Community) -> Iterable[Account]:
    """An account is an address; who left none has none."""
    for _, answers, _ in _surveys(community):
        for _, email, person, *_ in answers:
            if email:
                yield Account("forms", email, person)


Answer = tuple[
    datetime, str, Person, str, str, str
]  # time, address, who, three answers


def _surveys(community: Community) -> Iterable[tuple[Event, list[Answer], int]]:
    """The event, its answers, and which of the three layouts the survey has."""
    came: dict[int, list[Registration]] = {}
    for row in community.registrations:
        if row.platform == "connpass" and row.attended:
            came.setdefault(row.event, []).append(row)
    for event in community.events:
        dice = random.Random(f"{community.seed} survey {event.number}")  # noqa: S311
        is_known = event.day + timedelta(days=3) <= community.today
        if event.kind == "users" or dice.random() > SHARE or not is_known:
            continue
        answers = _answers(community, event, came.get(event.number, []))
        if answers:
            yield event, answers, dice.randrange(3)


def _answers(
    community: Community, event: Event, rows: list[Registration]
) -> list[Answer]:
    """Those who answered, by time; every fifth of them left no address."""
    found = []
    for row in rows:
        dice = random.Random(f"{community.seed} forms {row.number}")  # noqa: S311
        if dice.random() > 0.5:
            continue
        person = community.people[row.person]
        when = event.ended_at + timedelta(minutes=dice.randrange(5, 36 * 60))
        score = min(10, max(0, round(dice.gauss(8, 2))))
        email = "" if row.number % 5 == 0 else own_address(person, row)
        found.append((when, email, person, str(score), str((score + 1) // 2 or 1),
                      dice.choice(FEELINGS)))  # fmt: skip
    return sorted(found, key=lambda answer: (answer[0], answer[2].index))


def _file(event: Event, answers: list[Answer], layout: int) -> tuple[str, bytes]:
    name = f"forms/connpass_{event.number}_アンケート"
    if layout == 0:
        head = ("タイムスタンプ", "ユーザー名", NPS, CSAT, REASON)
        lines = [
            (_download_time(when), email, *rest) for when, email, _, *rest in answers
        ]
        return f"{name}.csv", csv_bytes(head, lines, "utf-8")
    if layout == 1:
        head = ("タイムスタンプ", "メールアドレス", NPS, CSAT, REASON)
        lines = [
            (f"{when:%Y/%m/%d} {when.hour}:{when:%M:%S}", email, *rest)
            for when, email, _, *rest in answers
        ]
        return f"{name}.csv", csv_bytes(head, lines, "utf-8")
    book: list[tuple[Cell, ...]] = [
        ("ID", "開始時刻", "完了時刻", "メール", "名前", NPS, CSAT, REASON)
    ]
    for number, (when, email, person, nps, csat, reason) in enumerate(answers, start=1):
        start = when - timedelta(minutes=3)
        name_of = in_kanji(person, "forms", event.day).full if email else "匿名"
        book.append((number, start, when, email or "anonymous", name_of,
                     int(nps), int(csat), reason))  # fmt: skip
    return f"{name}.xlsx", xlsx_bytes(book, "Sheet1")


def _download_time(when: datetime) -> str:
    """2026/07/27 3:15:06 午後 GMT+9, as Google Forms writes it in Japanese."""
    half = "午後" if when.hour >= 12 else "午前"
    return f"{when:%Y/%m/%d} {when.hour % 12 or 12}:{when:%M:%S} {half} GMT+9"
