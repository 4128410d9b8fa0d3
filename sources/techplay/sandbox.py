"""The lists of attendees that organisers download from TECH PLAY."""

from collections.abc import Iterable

from sources._sandbox.community import Community
from sources._sandbox.elsewhere import Elsewhere
from sources._sandbox.exports import (
    csv_bytes,
    exported,
    is_cancelled,
    known_rows,
)
from sources._sandbox.habits import in_kana, in_kanji, registration_address
from sources._sandbox.identities import Account
from sources._sandbox.model import Registration

HEAD = ("参加枠", "氏名", "フリガナ", "メールアドレス", "会社名", "部署", "役職",
        "申込日時", "ステータス", "出欠")  # fmt: skip


def inbox_files(community: Community) -> Iterable[tuple[str, bytes]]:
    """techplay/event-attendee-<id>.csv in CP932."""
    for shown in exported(community, "techplay"):
        rows = [_line(community, shown, row) for row in known_rows(shown)]
        path = f"techplay/event-attendee-{shown.number}.csv"
        yield path, csv_bytes(HEAD, rows, "cp932")


def accounts(community: Community) -> Iterable[Account]:
    """An account is an address."""
    for shown in exported(community, "techplay"):
        for row in known_rows(shown):
            person = community.people[row.person]
            yield Account("techplay", registration_address(person, row), person)


def _line(community: Community, shown: Elsewhere, row: Registration) -> list[str]:
    person = community.people[row.person]
    job = person.job_on(shown.event.day)
    cancelled = is_cancelled(row, shown.event.exported_on)
    came = row.attended and not cancelled and shown.event.is_attendance_taken
    return [
        "一般枠",
        in_kanji(person, "techplay", shown.event.day).full,
        in_kana(person, shown.event.day).full,
        registration_address(person, row),
        community.companies[job.company].name,
        job.department,
        job.title,
        row.registered_at.strftime("%Y/%m/%d %H:%M"),
        "キャンセル" if cancelled else "参加",
        "出席" if came else "",
    ]
