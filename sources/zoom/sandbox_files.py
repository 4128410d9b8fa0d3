"""Zoom's reports as CSV, of the time before the API was connected.

Webinars in the sections of the attendee report, other events as meetings of a Japanese
account. Who attended by the truth stayed ten minutes or more, perhaps in two
pieces; who did not is marked absent or left after four.
"""

import csv
import io
import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sources._sandbox.community import Community
from sources._sandbox.elsewhere import Elsewhere
from sources._sandbox.exports import exported, is_cancelled, known_rows
from sources._sandbox.habits import in_kanji, registration_address
from sources._sandbox.identities import Account
from sources._sandbox.model import Person, Registration

API_SINCE = date(2025, 5, 1)
HOST = ("イベント事務局", "events@tsunagari-vendor.example")
WEBINAR_HEAD = ("Topic", "Webinar ID", "Actual Start Time",
                "Actual Duration (minutes)", "# Registered", "# Cancelled",
                "Unique Viewers", "Total Users", "Max Concurrent Views")  # fmt: skip
HOST_HEAD = ("Attended", "User Name (Original Name)", "Email", "Join Time",
             "Leave Time", "Time in Session (minutes)", "Is Guest",
             "Country/Region Name")  # fmt: skip
ATTENDEE_HEAD = ("Attended", "User Name (Original Name)", "First Name", "Last Name",
                 "Email", "Registration Time", "Approval Status", "Join Time",
                 "Leave Time", "Time in Session (minutes)", "Is Guest",
                 "Country/Region Name")  # fmt: skip
MEETING_HEAD = ("ミーティング ID", "トピック", "開始時間", "終了時間")
PARTICIPANT_HEAD = ("名前 (元の名前)", "User Email", "Join Time", "Leave Time",
                    "Duration (Minutes)", "Guest")  # fmt: skip
Stay = tuple[datetime, datetime]


def inbox_files(community: Community) -> Iterable[tuple[str, bytes]]:
    """zoom/attendee_<id>.csv for webinars, zoom/participants_<id>.csv for meetings."""
    for shown in _before_the_api(community):
        if _is_meeting(shown):
            yield f"zoom/participants_{shown.number}.csv", _meeting(community, shown)
        else:
            yield f"zoom/attendee_{shown.number}.csv", _webinar(community, shown)


def file_accounts(community: Community) -> Iterable[Account]:
    """An account is an address, or a guest's name in one meeting."""
    for shown in _before_the_api(community):
        for row in known_rows(shown):
            person = community.people[row.person]
            if not _is_meeting(shown):
                yield Account("zoom", registration_address(person, row), person)
            elif stays(community, shown, row):
                guest = f"{shown.number}/{_shown_name(person)}".lower()
                yield Account("zoom", _meeting_address(person, row) or guest, person)


def _before_the_api(community: Community) -> list[Elsewhere]:
    return [
        shown for shown in exported(community, "zoom") if shown.event.day < API_SINCE
    ]


def _is_meeting(shown: Elsewhere) -> bool:
    """Larger events are webinars, as with the API."""
    return shown.number % 4 >= 2


def _meeting_address(person: Person, row: Registration) -> str:
    return registration_address(person, row) if row.number % 3 else ""


def stays(community: Community, shown: Elsewhere, row: Registration) -> list[Stay]:
    """When the person was there; nothing for most who did not attend."""
    dice = random.Random(f"{community.seed} zoom {row.number}")  # noqa: S311
    start, end = shown.event.started_at, shown.event.ended_at
    if not row.attended or is_cancelled(row, shown.event.exported_on):
        return [(start, start + timedelta(minutes=4))] if dice.random() < 0.3 else []
    joined = start + timedelta(seconds=dice.randrange(600))
    if dice.random() < 0.7:
        return [(joined, end)]
    dropped = joined + timedelta(minutes=12)
    # The second device was there before the first one went.
    return [(joined, dropped), (dropped - timedelta(minutes=2), end)]


def _webinar(community: Community, shown: Elsewhere) -> bytes:
    event, rows = shown.event, known_rows(shown)
    attendees = [line for row in rows for line in _attendee(community, shown, row)]
    number = f"{shown.number:011d}"
    minutes = _minutes((event.started_at, event.ended_at))
    began, ended = _second(event.started_at), _second(event.ended_at)
    return _file(
        [
            ("Attendee Report",),
            ("Report Generated:", f"{event.exported_on:%b %d, %Y} 9:00 AM"),
            WEBINAR_HEAD,
            (
                event.title,
                f"{number[:3]} {number[3:7]} {number[7:]}",
                began,
                minutes,
                str(len(rows)),
                "0",
                str(len(rows)),
                str(len(rows)),
                "0",
            ),
            ("Host Details",),
            HOST_HEAD,
            ("Yes", *HOST, began, ended, minutes, "No", "Japan"),
            ("Attendee Details",),
            ATTENDEE_HEAD,
            *attendees,
        ]  # fmt: skip
    )


def _attendee(
    community: Community, shown: Elsewhere, row: Registration
) -> Iterable[tuple[str, ...]]:
    person = community.people[row.person]
    name = in_kanji(person, "webinar", shown.event.day)
    who = (name.full, name.given, name.family, registration_address(person, row))
    applied = (_second(row.registered_at), "approved")
    found = stays(community, shown, row)
    if not found:
        yield ("No", *who, *applied, "--", "--", "--", "--", "--")
    for place, stay in enumerate(found):
        # Filled in on a person's first row only.
        yield ("Yes", *who, *(applied if place == 0 else ("", "")), _second(stay[0]),
               _second(stay[1]), _minutes(stay), "Yes", "Japan")  # fmt: skip


def _meeting(community: Community, shown: Elsewhere) -> bytes:
    event = shown.event
    lines = [
        (_shown_name(person), _meeting_address(person, row),
         _american(stay[0]), _american(stay[1]), _minutes(stay), "Yes")
        for row in known_rows(shown)
        for person in (community.people[row.person],)
        for stay in stays(community, shown, row)
    ]  # fmt: skip
    above = (str(shown.number), event.title, _american(event.started_at),
             _american(event.ended_at))  # fmt: skip
    host = (*HOST, above[2], above[3], _minutes((event.started_at, event.ended_at)))
    return _file([MEETING_HEAD, above, (), PARTICIPANT_HEAD, (*host, "No"), *lines])


def _shown_name(person: Person) -> str:
    """Some change the name they are shown by; Zoom adds the original one."""
    if person.index % 4 or person.nickname is None:
        return person.kanji_name
    return f"{person.nickname} ({person.kanji_name})"


def _minutes(stay: Stay) -> str:
    return str(round((stay[1] - stay[0]).total_seconds() / 60))


def _second(moment: datetime) -> str:
    return moment.strftime("%b %d, %Y %H:%M:%S")


def _american(moment: datetime) -> str:
    return moment.strftime("%m/%d/%Y %I:%M:%S %p")


def _file(lines: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode("utf-8-sig")
