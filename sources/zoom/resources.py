"""Zoom resources: which finished meetings are listed, and whose reports are read when.

State (saved only when the load completes):
    users   {user: last day that was listed}
    due     {uuid: {"id", "type", "ended"}}: finished, report not read (for good) yet
    read    {uuid: {"ended", "at"}}: when its report was read last
    registrations   {number: type}: meetings whose registrants are not read yet
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, timedelta
from typing import Any

from sources._base.errors import BudgetSpent, Rejected
from sources._base.source import Run
from sources._base.values import moment_of
from sources._files.mapped import mapped_resources
from sources.zoom.api import (
    Api,
    in_path,
    meeting_row,
    participant_row,
    registrant_row,
    said_by,
)
from sources.zoom.tables import MEETINGS, PARTICIPANTS, REGISTRANTS

WINDOW = timedelta(days=29)  # a list is of a month at most
OVERLAP = timedelta(days=3)  # reports come late; both readings lie within
LAG = timedelta(hours=1)  # until a report is there
SETTLED = timedelta(days=1)  # after the end it is read once more, and no more then
WEBINARS = {5, 6, 9}  # of the types of meetings
STATES = ("approved", "pending", "denied")
# Codes of a report the platform does not have (any more): skipped, not a failure.
# 300 invalid id, 1010 host of another account, 3001 does not exist, 12702 too old.
GONE = {300, 1010, 3001, 12702}


def resources(run: Run) -> Iterable[Any]:
    """Yields one resource per table: meetings first, they say whose reports are due."""
    api = Api(run)
    yield run.table(MEETINGS, lambda: _meetings(run, api))
    yield run.table(PARTICIPANTS, lambda: _participants(run, api))
    yield run.table(REGISTRANTS, lambda: _registrants(run, api))
    yield from mapped_resources(run)


def probe(run: Run) -> str:
    """Asks for today's meetings of the first user: credentials, scope and user."""
    today = run.clock.astimezone(UTC).date().isoformat()
    path = f"/report/users/{in_path(users(run)[0])}/meetings"
    Api(run).get(path, {"from": today, "to": today, "page_size": 1})
    return f"Zoom answers; first user: {users(run)[0]}"


def users(run: Run) -> list[str]:
    """The configured hosts, each once, in the order given."""
    names = run.settings["ZOOM_USERS"].replace(" ", ",").split(",")
    return list(dict.fromkeys(name for name in names if name))


def _meetings(run: Run, api: Api) -> Iterator[list[dict[str, Any]]]:
    seen: set[str] = set()
    listed: dict[str, str] = run.state.setdefault("users", {})
    due: dict[str, dict[str, Any]] = run.state.setdefault("due", {})
    read: dict[str, dict[str, str]] = run.state.setdefault("read", {})
    today = run.clock.astimezone(UTC).date()
    for user in users(run):
        for first, last in _windows(run, listed.get(user), today):
            path = f"/report/users/{in_path(user)}/meetings"
            days = {"from": first.isoformat(), "to": last.isoformat(), "type": "past"}
            found, _ = api.listed(path, "meetings", days)
            rows = [meeting_row(user, meeting) for meeting in found]
            rows = [
                row for row in rows if _is_wanted(run, row) and row["uuid"] not in seen
            ]
            seen.update(row["uuid"] for row in rows)
            for row in rows:
                if _is_due(run, row, read.get(row["uuid"])):
                    kept = ("id", "type", "end_time")
                    due[row["uuid"]] = {name: row[name] for name in kept}
            yield rows
        if not run.window:
            listed[user] = today.isoformat()
    for uuid in [name for name, told in read.items() if _is_forgotten(run, told)]:
        del read[uuid]


def _windows(
    run: Run, listed_up_to: str | None, today: date
) -> Iterator[tuple[date, date]]:
    """Months to list, newest first; days are those of the platform (UTC)."""
    day = timedelta(days=1)
    oldest = today - timedelta(days=30 * _months(run) - 5)
    first, last = oldest, today
    if run.window:
        first, last = run.window[0] - day, min(run.window[1] + day, today)
    elif listed_up_to and not run.full:
        first = max(oldest, date.fromisoformat(listed_up_to) - OVERLAP)
    while last >= first:
        yield max(first, last - WINDOW), last
        last -= WINDOW + day


def _months(run: Run) -> int:
    text = run.settings["ZOOM_MONTHS"]
    if not text.isdecimal() or int(text) < 1:
        raise Rejected(f"ZOOM_MONTHS is no number of months: {text}")
    return int(text)


def _is_wanted(run: Run, row: Mapping[str, Any]) -> bool:
    words = run.settings.get("ZOOM_TOPICS", "").split(";")
    wanted = [word.strip().casefold() for word in words if word.strip()]
    topic = (row["topic"] or "").casefold()
    return not wanted or any(word in topic for word in wanted)


def _is_due(run: Run, row: Mapping[str, Any], last: Mapping[str, str] | None) -> bool:
    """An instance is read when it is over, and once more a day later."""
    ended = moment_of(row["end_time"])
    if ended is None or run.clock - ended < LAG:
        return False
    if last is None or run.full or run.window:
        return True
    read_at = moment_of(last["at"])
    was_early = read_at is None or read_at - ended < SETTLED
    return was_early and run.clock - ended >= SETTLED


def _is_forgotten(run: Run, told: Mapping[str, str]) -> bool:
    """No list shows it again, unless everything is read anew."""
    read_at = moment_of(told["at"])
    return read_at is None or run.clock - read_at > OVERLAP + 2 * SETTLED


def _participants(run: Run, api: Api) -> Iterator[list[dict[str, Any]]]:
    """Of what is due, the latest first; each report lands whole."""
    registrations: dict[str, int] = run.state.setdefault("registrations", {})
    due: dict[str, dict[str, Any]] = run.state.setdefault("due", {})
    read: dict[str, dict[str, str]] = run.state.setdefault("read", {})
    for uuid in sorted(due, key=lambda name: (due[name]["end_time"], name))[::-1]:
        meeting = due[uuid]
        kind = "webinars" if meeting["type"] in WEBINARS else "meetings"
        path = f"/report/{kind}/{in_path(uuid)}/participants"
        fields = {"include_fields": "registrant_id"}
        try:
            found, total = api.listed(path, "participants", fields)
        except Rejected as refusal:
            code, message = said_by(refusal)
            if code not in GONE:
                raise
            reason = f"Zoom has no report of this meeting ({code}: {message})"
            run.quarantine(PARTICIPANTS.name, reason, {"uuid": uuid, **meeting})
        except BudgetSpent:
            return
        else:
            if total is not None:
                run.report(PARTICIPANTS.name, total, period=f"meeting:{uuid}")
            registrations[meeting["id"]] = meeting["type"]
            yield [participant_row(uuid, row) for row in found]
        del due[uuid]
        read[uuid] = {"ended": meeting["end_time"], "at": run.clock.isoformat()}


def _registrants(run: Run, api: Api) -> Iterator[list[dict[str, Any]]]:
    """Of every meeting whose report was read, each number once."""
    due: dict[str, int] = run.state.setdefault("registrations", {})
    for number in sorted(due):
        try:
            for state in STATES:
                yield _registered(api, number, due[number], state)
        except Rejected as refusal:
            # Most meetings have no registration, or their host has deleted them.
            if refusal.status not in (400, 404):
                raise
        except BudgetSpent:
            return
        del due[number]


def _registered(api: Api, number: str, kind: int, state: str) -> list[dict[str, Any]]:
    folder = "webinars" if kind in WEBINARS else "meetings"
    path = f"/{folder}/{in_path(number)}/registrants"
    found, _ = api.listed(path, "registrants", {"status": state})
    rows = [registrant_row(number, registrant) for registrant in found]
    return [{**row, "status": row["status"] or state} for row in rows]
