"""The lists of attendees that organisers download from Peatix, one file an event."""

from collections.abc import Iterable

from sources._sandbox.community import Community
from sources._sandbox.elsewhere import Elsewhere
from sources._sandbox.exports import (
    csv_bytes,
    exported,
    is_cancelled,
    known_rows,
)
from sources._sandbox.habits import (
    company_field,
    has_second_account,
    in_kana,
    registration_address,
    role_address,
)
from sources._sandbox.identities import Account
from sources._sandbox.model import Person, Registration

JAPANESE = ("販売ID", "ユーザーID", "参加者名", "アカウント名", "注文日時",
            "チケット名", "枚数", "チケットID", "ステータス", "割引コード")  # fmt: skip
ENGLISH = ("Sales ID", "User ID", "Attendee name", "Account name", "Order date",
           "Ticket name", "Quantity", "Ticket ID", "Status",
           "Discount code")  # fmt: skip
ASKS_EMAIL = "メールアドレス（当日のご案内に使います）"
ASKS_MORE = "今後のイベントの案内メールを希望しますか？"


def inbox_files(community: Community) -> Iterable[tuple[str, bytes]]:
    """peatix/event_<id>_attendees.csv, in English every third time; UTF-8 with BOM."""
    for place, shown in enumerate(exported(community, "peatix")):
        is_english = shown.number % 3 == 0
        asked = () if is_english else ("会社名", ASKS_EMAIL, ASKS_MORE)
        head = (*(ENGLISH if is_english else JAPANESE), *asked)
        rows = [
            line
            for row in known_rows(shown)
            for line in _lines(community, shown, row, is_english)
        ]
        name = f"event_{shown.number}_attendees.csv"
        path = f"{shown.number}/list_attendees.csv" if place % 4 == 3 else name
        yield f"peatix/{path}", csv_bytes(head, rows, "utf-8-sig")


def accounts(community: Community) -> Iterable[Account]:
    """Accounts are known by the platform's own ids."""
    for shown in exported(community, "peatix"):
        for row in known_rows(shown):
            person = community.people[row.person]
            yield Account("peatix", user_id(person, row), person)


def user_id(person: Person, row: Registration) -> str:
    """The id of the person's Peatix account; some have two and use either."""
    is_second = row.number % 2 == 1 and has_second_account(person, "peatix")
    return str(2_000_003 + person.index * 7 + 3 * is_second)


def _lines(
    community: Community, shown: Elsewhere, row: Registration, is_english: bool
) -> Iterable[list[str]]:
    """One line a ticket; the second ticket of a purchase has nobody's name."""
    person = community.people[row.person]
    tickets = 2 if row.number % 9 == 4 else 1
    status = ("Paid", "Cancelled") if is_english else ("支払済", "キャンセル済み")
    job = person.job_on(shown.event.day)
    employer = community.companies[job.company].name
    company = company_field(person, row.number, employer, job.department)
    email = registration_address(person, row)
    email = role_address(person, row.number, job.email) or email
    says_yes = row.number % 5 == 0
    for ticket in range(1, tickets + 1):
        line = [
            str(row.number),
            user_id(person, row),
            in_kana(person, shown.event.day).full if ticket == 1 else "",
            person.display_name,
            row.registered_at.strftime("%Y/%m/%d %H:%M"),
            "General" if is_english else "一般チケット",
            str(tickets),
            f"{row.number}-{ticket}",
            status[is_cancelled(row, shown.event.exported_on)],
            "EARLY10" if row.number % 11 == 0 else "",
        ]
        if not is_english:
            line += [company, email, "はい" if says_yes else "いいえ"]
        yield line
