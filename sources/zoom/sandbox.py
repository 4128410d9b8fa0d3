"""Zoom's reports as the sandbox plays them, with a token that runs out.

People come and go several times, wait outside, join as guests without an address;
some uuids hold slashes.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import unquote

from sources._sandbox.community import Community
from sources._sandbox.elsewhere import Elsewhere, elsewhere
from sources._sandbox.habits import company_field, in_kanji, shown_at
from sources._sandbox.http import Limits, Reply, Request, SecondLimiter, json_reply
from sources._sandbox.identities import TEAM, Account
from sources._sandbox.model import JST, Event, Person, Registration
from sources._sandbox.view import status_at
from sources.zoom.sandbox_files import file_accounts
from sources.zoom.sandbox_files import inbox_files as inbox_files

ACCOUNT = "sandbox-zoom-account"
CLIENT = "sandbox-zoom-client"
SECRET = "sandbox-zoom-secret"  # noqa: S105  opens nothing but this server
HOST = "events@tsunagari-vendor.example"
HOST_ID = "mKV7t-gGSWWQOqej1qxafA"
MONTHS = 18  # a liberty: the community has few events on Zoom in six months
STATES = {"accepted": "approved", "waitlisted": "pending", "cancelled": "denied"}


class ZoomRoutes:
    """POST /oauth/token; /v2: reports of meetings and webinars, registrants."""

    prefix = "/zoom"

    def __init__(self, community: Community, limits: Limits) -> None:
        self._limiter = SecondLimiter(limits.requests_per_second)
        self._community = community
        self._past = {uuid_of(row): row for row in held(community)}

    def settings(self, base_url: str) -> dict[str, str]:
        """The connector's environment."""
        return {
            "ZOOM_ACCOUNT_ID": ACCOUNT,
            "ZOOM_CLIENT_ID": CLIENT,
            "ZOOM_CLIENT_SECRET": SECRET,
            "ZOOM_USERS": HOST,
            "ZOOM_MONTHS": str(MONTHS),
            "ZOOM_BASE_URL": f"{base_url}/v2",
            "ZOOM_OAUTH_URL": f"{base_url}/oauth",
        }

    def unauthorized(self) -> Reply:
        """The answer to a token that has run out."""
        return json_reply(401, {"code": 124, "message": "Access token is expired."})

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """Over the limit of a second or of the day."""
        message = "You have reached the maximum per-second rate limit for this API."
        return json_reply(429, {"code": 429, "message": message}, headers)

    def answer(self, request: Request) -> Reply:
        """The platform's answer to one request."""
        if request.path == "/oauth/token":
            return self._token(request)
        if request.headers.get("authorization") != f"Bearer {_access_token()}":
            return self.unauthorized()
        if not self._limiter.allows():
            return self.too_many({})
        match request.path.split("/"):
            case ["", "v2", "report", "users", user, "meetings"]:
                return self._meetings(unquote(user), request)
            case ["", "v2", "report", kind, uuid, "participants"]:
                return self._participants(kind, unquote(unquote(uuid)), request)
            case ["", "v2", kind, number, "registrants"]:
                return self._registrants(kind, number, request)
        return json_reply(404, {"code": 2300, "message": "This API endpoint is not."})

    def _token(self, request: Request) -> Reply:
        pair = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        is_known = request.headers.get("authorization") == f"Basic {pair}"
        if not is_known or request.one("account_id") != ACCOUNT:
            body = {"reason": "Invalid client_id or client_secret",
                    "error": "invalid_client"}  # fmt: skip
            return json_reply(400, body)
        body = {"access_token": _access_token(), "token_type": "bearer",
                "expires_in": "3599", "scope": "report:read:admin"}  # fmt: skip
        return json_reply(200, body)

    def _meetings(self, user: str, request: Request) -> Reply:
        if user != HOST:
            message = f"User does not exist: {user}."
            return json_reply(404, {"code": 1001, "message": message})
        first, last = _day(request.one("from")), _day(request.one("to"))
        if last - first > timedelta(days=31):
            return json_reply(400, {"code": 300, "message": "Invalid date range."})
        found = [
            self._meeting(uuid, row)
            for uuid, row in self._past.items()
            if first <= row.event.started_at < last + timedelta(days=1)
        ]
        days = {"from": request.one("from"), "to": request.one("to")}
        return json_reply(200, {**days, **_page(request, "meetings", found)})

    def _meeting(self, uuid: str, row: Elsewhere) -> dict[str, Any]:
        event, joins = row.event, _joins(self._community, row)
        return {
            "uuid": uuid,
            "id": row.number,
            "type": 5 if is_webinar(row) else 2,
            "topic": event.title,
            "user_name": "イベント事務局",
            "user_email": HOST,
            "start_time": _utc(event.started_at),
            "end_time": _utc(event.ended_at),
            "duration": (event.ended_at - event.started_at) // timedelta(minutes=1),
            "total_minutes": sum(join["duration"] for join in joins) // 60,
            "participants_count": len({join["name"] for join in joins}),
        }

    def _participants(self, kind: str, uuid: str, request: Request) -> Reply:
        row = self._past.get(uuid)
        if row is None or (kind == "webinars") != is_webinar(row):
            message = f"Meeting does not exist: {uuid}."
            return json_reply(404, {"code": 3001, "message": message})
        return json_reply(
            200, _page(request, "participants", _joins(self._community, row))
        )

    def _registrants(self, kind: str, number: str, request: Request) -> Reply:
        rows = [row for row in self._past.values() if str(row.number) == number]
        if not rows or kind != "webinars" or not is_webinar(rows[0]):
            message = "Registration has not been enabled for this meeting."
            return json_reply(400, {"code": 300, "message": message})
        event, now = rows[0].event, self._community.now
        state = request.one("status", "approved")
        found = [
            self._registrant(event, entry)
            for entry in rows[0].registrations
            if STATES[status_at(entry, event, now)] == state
        ]
        return json_reply(200, _page(request, "registrants", found))

    def _registrant(self, event: Event, entry: Registration) -> dict[str, Any]:
        person = self._community.people[entry.person]
        job = person.job_on(event.day)
        state = STATES[status_at(entry, event, self._community.now)]
        name = in_kanji(person, "webinar", event.day)
        company = self._community.companies[job.company].name
        return {
            "id": f"r{entry.number}",
            "email": _email(person, event),
            "first_name": name.given,
            "last_name": name.family,
            "address": "", "city": "", "country": "", "zip": "", "state": "",
            "phone": "", "industry": "",
            "org": company_field(person, entry.number, company, job.department),
            "job_title": job.title,
            "purchasing_time_frame": "", "role_in_purchase_process": "",
            "no_of_employees": "", "comments": "",
            "custom_questions": [{"title": "参加の動機", "value": "情報収集"}],
            "status": state,
            "create_time": _utc(entry.registered_at),
            "join_url": "https://zoom.example/w/1",
        }  # fmt: skip


def held(community: Community) -> list[Elsewhere]:
    """What took place by now."""
    return [
        row
        for row in elsewhere(community, "zoom")
        if row.event.ended_at < community.now and row.event.cancelled_at is None
    ]


def accounts(community: Community) -> Iterable[Account]:
    """An account is an address, or a guest's name in one event."""
    yield Account("zoom", HOST, f"{TEAM}zoom")
    for row in held(community):
        yield from accounts_at(community, row)
    yield from file_accounts(community)


def accounts_at(community: Community, row: Elsewhere) -> Iterable[Account]:
    """Who registered for one event, and who came."""
    for entry in row.registrations if is_webinar(row) else ():
        person = community.people[entry.person]
        yield Account("zoom", _email(person, row.event), person)
    for person, join in _visits(community, row):
        if join["status"] == "in_meeting":
            guest = f"{row.number}/{join['name']}".lower()
            email = _email(person, row.event) if is_webinar(row) else ""
            yield Account("zoom", join["user_email"] or email or guest, person)


def _joins(community: Community, row: Elsewhere) -> list[dict[str, Any]]:
    """The host, and whoever came."""
    event = row.event
    joins = [_join(event, 0, event.ended_at - event.started_at, HOST_ID,
                   "イベント事務局", HOST, True, "")]  # fmt: skip
    joins += [join for _, join in _visits(community, row)]
    for number, join in enumerate(joins):
        join["user_id"] = str(16_778_240 + number * 1_024)
    return joins


def _visits(
    community: Community, row: Elsewhere
) -> Iterable[tuple[Person, dict[str, Any]]]:
    dice = Random(f"{community.seed} zoom {row.number}")  # noqa: S311
    for entry in row.registrations:
        if entry.cancelled_at is None and entry.attended:
            person = community.people[entry.person]
            job = person.job_on(row.event.day)
            company = community.companies[job.company].name
            name = shown_at(person, "zoom", row.event.day, company)
            for join in _stays(person, name, row, entry, dice):
                yield person, join


def _stays(
    person: Person, name: str, row: Elsewhere, entry: Registration, dice: Random
) -> list[dict[str, Any]]:
    """One to three stays that may overlap; some begin in the waiting room."""
    event = row.event
    length = int((event.ended_at - event.started_at).total_seconds())
    user = f"u{person.index:021d}" if dice.random() < 0.4 else ""
    email = _email(person, event) if user or is_webinar(row) else ""
    shown = dice.choice([name, f"{person.display_name} ({name})"])
    registrant = f"r{entry.number}" if is_webinar(row) else ""
    found = []
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        start = dice.randrange(max(1, length // 2))
        stay = dice.randrange(120, max(121, length - start))
        found.append(
            _join(event, start, timedelta(seconds=stay), user, shown, email,
                  person.is_internal, registrant)
        )  # fmt: skip
    if not is_webinar(row) and dice.random() < 0.3:
        waited = _join(event, 0, timedelta(minutes=25), user, shown, email,
                       person.is_internal, "")  # fmt: skip
        found.insert(0, {**waited, "status": "in_waiting_room"})
    return found


def uuid_of(row: Elsewhere) -> str:
    """Sixteen bytes in base64, as the platform has them; some with awkward slashes."""
    digest = hashlib.md5(str(row.number).encode(), usedforsecurity=False).digest()
    text = base64.b64encode(digest).decode()
    kind = row.number // 2 % 3
    if kind == 0:
        return f"/{text[1:]}"
    return f"{text[:6]}//{text[8:]}" if kind == 1 else text


def is_webinar(row: Elsewhere) -> bool:
    """Larger events are webinars, with registration."""
    return row.number % 4 < 2


def _access_token() -> str:
    return base64.b64encode(b"sandbox-zoom-access-token").decode()


def _join(
    event: Event, start: int, stay: timedelta, user: str, name: str, email: str,
    is_internal: bool, registrant: str,
) -> dict[str, Any]:  # fmt: skip
    joined = event.started_at + timedelta(seconds=start)
    left = min(joined + stay, event.ended_at)
    join: dict[str, Any] = {
        "id": user,
        "user_id": "",
        "name": name,
        "user_email": email,
        "join_time": _utc(joined),
        "leave_time": _utc(left),
        "duration": int((left - joined).total_seconds()),
        "attentiveness_score": "",
        "failover": False,
        "status": "in_meeting",
        "customer_key": "",
        "registrant_id": registrant,
        "internal_user": is_internal,
    }
    if user:
        join["participant_user_id"] = user
    return join


def _email(person: Person, event: Event) -> str:
    return person.job_on(event.day).email


def _page(request: Request, key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    size = min(int(request.one("page_size", "30")), 300)
    start = int(request.one("next_page_token", "p0")[1:])
    end = start + size
    return {
        "page_count": -(-len(rows) // size),
        "page_size": size,
        "total_records": len(rows),
        "next_page_token": f"p{end}" if end < len(rows) else "",
        key: rows[start:end],
    }


def _day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00:00+00:00")


def _utc(moment: datetime) -> str:
    local = moment.astimezone(JST).replace(microsecond=0, tzinfo=None)
    return f"{(local - timedelta(hours=9)).isoformat()}Z"


ROUTES = ZoomRoutes
