"""connpass resources: what is asked in which order, and what is read again when.

State (saved only when the load completes):
    groups         {subdomain: {"watermark": newest updated_at, "scanned_at": run}}
    due            {event_id: started_at}: presentations not read yet
    presentations, profiles, timelines   {event_id or nickname: run that read it}
    files, rejected_files                see participants.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from sources._base.errors import BudgetSpent, Rejected, Retriable
from sources._base.http import HttpSession
from sources._base.source import Run
from sources._base.values import moment_of
from sources.connpass import api
from sources.connpass.participants import WITHDRAWN, participants
from sources.connpass.tables import (
    EVENTS,
    GROUPS,
    PARTICIPANTS,
    PRESENTATIONS,
    USER_EVENTS,
    USERS,
)

JST = timezone(timedelta(hours=9))  # connpass counts days in Japan, wherever we run
OVERLAP = timedelta(days=1)  # read again below the watermark
FULL_SCAN_AFTER = timedelta(days=7)  # deleted events only show in a full list
DAYS_AROUND = range(-7, 32)  # event days whose accepted/waiting may move silently
RECENT = timedelta(days=30)  # after an event, slides are still being added
PROFILE_AGE = timedelta(days=7)
TIMELINE_AGE = timedelta(days=14)
BATCH = 100  # nicknames per request
MOST_UNKNOWN = 50  # nicknames refused as unknown before we think the API changed
RESERVE = 10  # requests kept back for retries of what comes after
ENDPOINTS: Mapping[str, str] = {
    "attended": "attended_events",
    "presenter": "presenter_events",
}


@dataclass
class Seen:
    """What this run came across: events as landed, nicknames in any role."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    nicknames: set[str] = field(default_factory=set)

    def add(self, *nicknames: str | None) -> None:
        """Adds nicknames; withdrawn people share one name and have no profile."""
        self.nicknames.update(
            name for name in nicknames if name and WITHDRAWN not in name
        )


def resources(run: Run) -> Iterable[Any]:
    """Yields one resource per table, files first: they name people to look up."""
    seen = Seen()
    yield run.table(
        PARTICIPANTS, lambda: _participants(run, seen), needs_connection=False
    )
    yield run.table(EVENTS, lambda: _events(run, seen))
    yield run.table(PRESENTATIONS, lambda: _presentations(run, seen))
    yield run.table(GROUPS, lambda: _groups(run))
    yield run.table(USERS, lambda: _users(run, seen))
    yield run.table(USER_EVENTS, lambda: _user_events(run, seen))


def probe(run: Run) -> str:
    """Asks for the first configured group: is the key right, is the group there?"""
    body = (
        api.session(run)
        .get_json("/groups/", {"subdomain": subdomains(run)[0], "count": 1})
        .body
    )
    rows, _ = api.listed(body, key="groups", path="/groups/")
    if not rows:
        raise Rejected(
            f"connpass knows no group {subdomains(run)[0]}: check CONNPASS_GROUPS"
        )
    return f"connpass answers; first group: {rows[0].get('title')}"


def subdomains(run: Run) -> list[str]:
    """The configured groups, each once, in the order given."""
    names = run.settings["CONNPASS_GROUPS"].replace(" ", ",").split(",")
    return list(dict.fromkeys(name for name in names if name))


def _participants(run: Run, seen: Seen) -> Iterator[dict[str, Any]]:
    for row in participants(run):
        seen.add(row["nickname"])
        yield row


def _events(run: Run, seen: Seen) -> Iterator[dict[str, Any]]:
    for row in _listed_events(run):
        if row["id"] in seen.events:
            continue
        seen.events[row["id"]] = row
        seen.add(row["owner_nickname"])
        if row["event_type"] == "participation":
            for state in ("accepted", "waiting"):
                if row[state] is not None:
                    run.report(
                        "participants", row[state], period=f"event:{row['id']}:{state}"
                    )
        yield row


def _listed_events(run: Run) -> Iterator[dict[str, Any]]:
    http = api.session(run)
    if run.window:
        yield from _events_between(http, subdomains(run), *run.window)
        return
    groups: dict[str, dict[str, str]] = run.state.setdefault("groups", {})
    for subdomain in subdomains(run):
        known = groups.setdefault(subdomain, {})
        yield from _changed_events(run, http, subdomain, known)
    today = run.clock.astimezone(JST).date()
    days = [f"{today + timedelta(days=n):%Y%m%d}" for n in DAYS_AROUND]
    query = {"subdomain": ",".join(subdomains(run)), "ymd": ",".join(days)}
    for rows, _ in api.pages(http, "/events/", query, key="events"):
        yield from map(api.event_row, rows)


def _changed_events(
    run: Run, http: HttpSession, subdomain: str, known: MutableMapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Newest update first, down to the watermark less the overlap, or to the end."""
    scanned = moment_of(known.get("scanned_at"))
    is_full = run.full or scanned is None or run.clock - scanned >= FULL_SCAN_AFTER
    watermark = moment_of(known.get("watermark"))
    until = None if is_full or watermark is None else watermark - OVERLAP
    newest = watermark
    query = {"subdomain": subdomain, "order": 1}
    for found, available in api.pages(http, "/events/", query, key="events"):
        if watermark is not None and not available:
            raise Retriable(
                f"GET /events/ says {subdomain} has no events, but it had some until"
                f" {watermark.astimezone(JST):%Y-%m-%d}: the next run asks again; if"
                " the group is empty or gone, take it out of CONNPASS_GROUPS"
            )
        rows = [api.event_row(event) for event in found]
        run.report("events", available, period=f"group:{subdomain}")
        yield from rows
        updates = [moment_of(row["updated_at"]) for row in rows]
        newest = max((m for m in (newest, *updates) if m), default=None)
        if until and updates and updates[-1] and updates[-1] <= until:
            break
    if newest:
        known["watermark"] = newest.isoformat()
    if is_full:
        known["scanned_at"] = run.clock.isoformat()


def _events_between(
    http: HttpSession, groups: list[str], first: date, last: date
) -> Iterator[dict[str, Any]]:
    """A backfill: whole months are asked, days outside the window are left out."""
    month = first.replace(day=1)
    while month <= last:
        query = {"subdomain": ",".join(groups), "ym": f"{month:%Y%m}"}
        for found, _ in api.pages(http, "/events/", query, key="events"):
            for row in map(api.event_row, found):
                started = moment_of(row["started_at"])
                if started and first <= started.astimezone(JST).date() <= last:
                    yield row
        month = (month + timedelta(days=32)).replace(day=1)


def _presentations(run: Run, seen: Seen) -> Iterator[list[dict[str, Any]]]:
    """Of events that are over and changed or recent; the latest events first."""
    http = api.session(run)
    due: dict[str, str] = run.state.setdefault("due", {})
    read: dict[str, str] = run.state.setdefault("presentations", {})
    for event_id, row in seen.events.items():
        if _wants_presentations(row, read.get(event_id), run.clock):
            due[event_id] = row["started_at"]
    share = (http.left - RESERVE) // 2
    floor = http.left - share
    for event_id in sorted(due, key=lambda name: (due[name], name), reverse=True):
        if http.left <= floor:
            return
        path = f"/events/{event_id}/presentations/"
        try:
            for items, _ in api.pages(http, path, {}, key="presentations"):
                rows = [api.presentation_row(event_id, item) for item in items]
                for row in rows:
                    seen.add(row["user_nickname"], row["presenter_nickname"])
                yield rows
        except Rejected as refusal:
            if refusal.status != 404:  # 404: the event was deleted since
                raise
        except BudgetSpent:
            return
        del due[event_id]
        read[event_id] = run.clock.isoformat()


def _wants_presentations(
    event: Mapping[str, Any], last_read: str | None, clock: datetime
) -> bool:
    started = moment_of(event["started_at"])
    if started is None or started > clock:
        return False
    read_at = moment_of(last_read)
    if read_at is None or clock - started <= RECENT:
        return True
    updated = moment_of(event["updated_at"])
    return updated is not None and updated > read_at


def _groups(run: Run) -> Iterator[dict[str, Any]]:
    http = api.session(run)
    query = {"subdomain": ",".join(subdomains(run))}
    for rows, available in api.pages(http, "/groups/", query, key="groups"):
        run.report("groups", available)
        yield from map(api.group_row, rows)


def _users(run: Run, seen: Seen) -> Iterator[dict[str, Any]]:
    """Profiles of known nicknames, 100 per request, the longest unread first."""
    if run.window:
        return
    http = api.session(run)
    read: dict[str, str] = run.state.setdefault("profiles", {})
    floor = http.left - (http.left - RESERVE) // 2
    names = stalest(_nicknames(run, seen), read, before=run.clock - PROFILE_AGE)
    for at in range(0, len(names), BATCH):
        if http.left <= floor:
            return
        batch = names[at : at + BATCH]
        try:
            query = {"nickname": ",".join(batch)}
            for rows, _ in api.pages(http, "/users/", query, key="users"):
                yield from map(api.user_row, rows)
        except BudgetSpent:
            return
        read.update(dict.fromkeys(batch, run.clock.isoformat()))


def _user_events(run: Run, seen: Seen) -> Iterator[dict[str, Any]]:
    """Events of known nicknames anywhere on connpass, the longest unread first."""
    if run.window:
        return
    http = api.session(run)
    read: dict[str, str] = run.state.setdefault("timelines", {})
    unknown = 0
    names = stalest(_nicknames(run, seen), read, before=run.clock - TIMELINE_AGE)
    for nickname in names:
        if http.left <= RESERVE:
            return
        try:
            yield from _timeline(http, nickname)
        except Rejected as refusal:
            unknown += 1
            # 404: renamed or withdrawn; counted, and bounded in case all are refused.
            if refusal.status != 404 or unknown > MOST_UNKNOWN:
                raise
        except BudgetSpent:
            return
        read[nickname] = run.clock.isoformat()


def _timeline(http: HttpSession, nickname: str) -> Iterator[dict[str, Any]]:
    for relation, endpoint in ENDPOINTS.items():
        path = f"/users/{quote(nickname, safe='')}/{endpoint}/"
        for rows, _ in api.pages(http, path, {}, key="events"):
            for event in rows:
                yield api.user_event_row(nickname, relation, event)


def _nicknames(run: Run, seen: Seen) -> set[str]:
    """Every nickname any table knows, this run's included."""
    for table, column in (
        ("participants", "nickname"),
        ("events", "owner_nickname"),
        ("presentations", "user_nickname"),
        ("presentations", "presenter_nickname"),
    ):
        seen.add(*run.known(table, column))
    return seen.nicknames


def stalest(
    names: Iterable[str], read_at: Mapping[str, str], *, before: datetime
) -> list[str]:
    """Returns the names not read since `before`: never read first, then the oldest."""
    limit = before.astimezone(UTC).isoformat()
    due = [name for name in names if read_at.get(name, "") < limit]
    return sorted(due, key=lambda name: (read_at.get(name, ""), name))
