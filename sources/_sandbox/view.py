"""What can be seen of a record at a moment."""

from datetime import UTC, date, datetime

from sources._sandbox.model import Event, Person, Registration


def status_at(row: Registration, event: Event, at: datetime) -> str:
    """accepted, waitlisted or cancelled."""
    if row.cancelled_at is not None and row.cancelled_at < at:
        return "cancelled"
    if row.waited_until is not None and (
        at < row.waited_until or row.waited_until >= event.started_at
    ):
        return "waitlisted"
    return "accepted"


def nickname_on(person: Person, day: date) -> str | None:
    """The connpass nickname of that day; users may change theirs."""
    if person.old_nickname and person.renamed_on and day < person.renamed_on:
        return person.old_nickname
    return person.nickname


def has_withdrawn(person: Person, day: date) -> bool:
    """Whether the person has deleted the connpass account by that day."""
    return person.withdrew and person.leaves_on is not None and person.leaves_on <= day


def jst(moment: datetime) -> str:
    """RFC 3339 with +09:00, no fractions."""
    return moment.replace(microsecond=0).isoformat()


def utc_ms(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and Z."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
