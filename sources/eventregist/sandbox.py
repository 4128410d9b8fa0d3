"""The lists of orders and of attendees that organisers download from EventRegist."""

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

ORDERS = ("申込番号", "姓", "名", "メールアドレス", "会社名", "申込日時", "ステータス")
ATTENDEES = ("参加者ID", "申込番号", "チケット名", "姓", "名", "セイ", "メイ",
             "メールアドレス", "会社名", "部署", "役職", "申込日時", "ステータス",
             "受付状況")  # fmt: skip
TICKET = "一般（俱楽部会員を含む）"  # 俱 is in JIS X 0213, not in CP932


def inbox_files(community: Community) -> Iterable[tuple[str, bytes]]:
    """eventregist/<id>/orders.csv and attendees.csv in Shift_JIS-2004."""
    for shown in exported(community, "eventregist"):
        rows = known_rows(shown)
        for name, head, line in (
            ("orders", ORDERS, _order),
            ("attendees", ATTENDEES, _attendee),
        ):
            lines = [line(community, shown, row) for row in rows]
            yield (
                f"eventregist/{shown.number}/{name}.csv",
                csv_bytes(head, lines, "shift_jis_2004"),
            )


def accounts(community: Community) -> Iterable[Account]:
    """An account is an address."""
    for shown in exported(community, "eventregist"):
        for row in known_rows(shown):
            person = community.people[row.person]
            yield Account("eventregist", registration_address(person, row), person)


def _status(shown: Elsewhere, row: Registration) -> str:
    cancelled = is_cancelled(row, shown.event.exported_on)
    return "キャンセル" if cancelled else "申込完了"


def _order(community: Community, shown: Elsewhere, row: Registration) -> list[str]:
    person = community.people[row.person]
    job = person.job_on(shown.event.day)
    name = in_kanji(person, "eventregist", shown.event.day)
    return [
        f"R{row.number}",
        name.family,
        name.given,
        registration_address(person, row),
        community.companies[job.company].name,
        row.registered_at.strftime("%Y/%m/%d %H:%M:%S"),
        _status(shown, row),
    ]


def _attendee(community: Community, shown: Elsewhere, row: Registration) -> list[str]:
    person = community.people[row.person]
    job = person.job_on(shown.event.day)
    cancelled = is_cancelled(row, shown.event.exported_on)
    came = row.attended and not cancelled and shown.event.is_attendance_taken
    name = in_kanji(person, "eventregist", shown.event.day)
    kana = in_kana(person, shown.event.day)
    return [
        f"A{row.number}",
        f"R{row.number}",
        TICKET,
        name.family,
        name.given,
        kana.family,
        kana.given,
        registration_address(person, row),
        community.companies[job.company].name,
        job.department,
        job.title,
        row.registered_at.strftime("%Y/%m/%d %H:%M:%S"),
        _status(shown, row),
        "受付済" if came else "未受付",
    ]
