"""The files people drop: connpass participants' lists and exports of the portal."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from sources._sandbox.community import Community
from sources._sandbox.habits import registration_address
from sources._sandbox.model import Event, Person, Registration
from sources._sandbox.platforms import sandbox_modules
from sources._sandbox.portal_files import portal_files
from sources._sandbox.view import has_withdrawn, nickname_on, status_at

WITHDRAWN = "(退会ユーザー)"
TICKETS = {
    "attendee": "一般枠",
    "lt": "LT枠",
    "speaker": "登壇者枠",
    "staff": "運営スタッフ枠",
}
STATES = {"accepted": "参加", "waitlisted": "補欠", "cancelled": "参加キャンセル"}
OLD_HEAD = (
    "参加枠名",
    "ユーザー名",
    "表示名",
    "コメント",
    "参加ステータス",
    "出欠ステータス",
)
NEW_HEAD = ("参加枠名", "ユーザー名", "表示名", "利用開始日", "コメント",
            "参加ステータス", "出欠ステータス", "出席日時")  # fmt: skip
TAIL = ("更新日時", "受付番号")
ASKS_COMPANY = "ご所属（会社名）を教えてください"
ASKS_EMAIL = "メールアドレス（当日のご案内に使います）"
ASKS_REASON = "参加の動機を教えてください（複数可, 自由記述）"


def write_inbox(community: Community, folder: Path) -> list[Path]:
    """Writes what has been dropped by `today` into `folder`; gives the paths.

    connpass/event_<id>_participants.csv: one file an event, from the day its organiser
    exported it. files/portal/*.csv: the portal's tables in the universal format.
    Whatever the sandbox.py of a source gives in `inbox_files(community)` as well.
    Files that are there already with the same content are not touched.
    """
    written = []
    for event, entries in exported_rows(community):
        path = folder / "connpass" / f"event_{event.number}_participants.csv"
        written.append(_write(path, participants_file(community, event, entries)))
    for name, (head, rows) in portal_files(community).items():
        written.append(
            _write(folder / "files" / "portal" / f"{name}.csv", _csv(head, rows))
        )
    for module in sandbox_modules():
        if hasattr(module, "inbox_files"):
            for path, content in module.inbox_files(community):
                written.append(_write(folder / path, content))
    return written


def _write(path: Path, content: bytes) -> Path:
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return path


def _csv(
    head: Sequence[str], rows: Iterable[Sequence[str]], encoding: str = "utf-8"
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def exported_rows(
    community: Community,
) -> Iterator[tuple[Event, list[Registration]]]:
    """connpass events whose list has been exported by `today`, with its rows."""
    rows: dict[int, list[Registration]] = {}
    for row in community.registrations:
        if row.platform == "connpass":
            rows.setdefault(row.event, []).append(row)
    for event in community.events:
        if event.kind == "users" or event.exported_on > community.today:
            continue
        yield event, rows.get(event.number, [])


def exported_name(event: Event, person: Person) -> str:
    """The nickname in the list of the event; '' of somebody who has withdrawn."""
    if has_withdrawn(person, event.exported_on):
        return ""
    return nickname_on(person, event.exported_on) or ""


def participants_file(
    community: Community, event: Event, rows: Sequence[Registration]
) -> bytes:
    """The organiser's list as exported: cp932 in the old layout, UTF-8 in the new."""
    asked = _questions(event)
    head: tuple[str, ...] = OLD_HEAD if event.has_old_layout else NEW_HEAD
    encoding = "cp932" if event.has_old_layout else "utf-8-sig"
    lines = [_line(community, event, row, asked) for row in rows]
    return _csv((*head, *asked, *TAIL), lines, encoding)


def _questions(event: Event) -> list[str]:
    """Questions of the organiser's own: any number, some with commas, two alike."""
    asked = []
    if event.asks_company:
        asked.append(ASKS_COMPANY)
    if event.number % 3 == 0:
        asked.append(ASKS_REASON)
    if event.asks_email:
        asked.append(ASKS_EMAIL)
    if event.kind == "conference":
        asked += ["ひとこと", "ひとこと"]
    return asked


def _line(
    community: Community, event: Event, row: Registration, asked: Sequence[str]
) -> list[str]:
    person = community.people[row.person]
    company = community.companies[person.job_on(event.day).company].name
    nickname = exported_name(event, person)
    state = status_at(row, event, event.ended_at)
    came = row.attended and event.is_attendance_taken and state == "accepted"
    arrived = event.started_at
    comment = (
        f"{event.group.title}に参加を申し込みました！" if row.number % 3 == 0 else ""
    )
    fields = {
        "参加枠名": TICKETS[row.role],
        "ユーザー名": nickname or WITHDRAWN,
        "表示名": person.display_name if nickname else WITHDRAWN,
        "利用開始日": _day(person.joined_at.date()),
        "コメント": comment,
        "参加ステータス": STATES[state],
        "出欠ステータス": "出席" if came else "",
        "出席日時": _minute(arrived) if came else "",
    }
    head = OLD_HEAD if event.has_old_layout else NEW_HEAD
    answers = [_reply(question, row, person, company) for question in asked]
    changed = row.cancelled_at if state == "cancelled" else None
    updated = (
        changed
        or (row.waited_until if state == "accepted" else None)
        or row.registered_at
    )
    return [
        *(fields[name] for name in head),
        *answers,
        _minute(updated),
        str(row.number),
    ]


def _reply(question: str, row: Registration, person: Person, company: str) -> str:
    job = person.job_on(row.registered_at.date())
    if question == ASKS_COMPANY:
        return (
            ""
            if row.number % 7 == 0
            else _as_typed(row.number, company, job.department)
        )
    if question == ASKS_EMAIL:
        return registration_address(person, row)
    if question == ASKS_REASON:
        return "業務で使うため,\n情報収集" if row.number % 4 == 0 else "興味があって"
    return "楽しみです" if row.number % 5 == 0 else ""


def _as_typed(number: int, company: str, department: str) -> str:
    """People write their company's name in many ways."""
    if number % 5 == 0:
        return company.replace("株式会社", "(株)")
    if number % 5 == 1:
        return company.replace("株式会社", "㈱")
    if number % 5 == 2:
        return (
            company.replace("株式会社", "")
            .replace("合同会社", "")
            .replace("有限会社", "")
        )
    return f"{company} {department}" if number % 11 == 3 else company


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _minute(moment: datetime) -> str:
    return f"{_day(moment.date())} {moment.hour:02d}時{moment.minute:02d}分"
