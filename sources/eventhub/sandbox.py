"""EventHub's API v1 as the sandbox plays it: events and registered users.

Fields and paths are those that programs against the real API use; `participation` and
the times of an event are guesses, as README.md of this source says.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sources._sandbox.community import Community
from sources._sandbox.elsewhere import Elsewhere, elsewhere
from sources._sandbox.habits import company_field, in_kanji, registration_address
from sources._sandbox.http import Limits, Reply, Request, SecondLimiter, json_reply
from sources._sandbox.identities import Account
from sources._sandbox.model import Registration
from sources._sandbox.view import status_at, utc_ms

API_KEY = "sandbox-eventhub-key"
MOST = 100
STATES = {"accepted": "approved", "waitlisted": "pending", "cancelled": "cancelled"}


class EventHubRoutes:
    """GET /events/{key}, POST /users/{key}."""

    prefix = "/eventhub/v1"

    def __init__(self, community: Community, limits: Limits) -> None:
        self._limiter = SecondLimiter(limits.requests_per_second)
        self._community = community
        self._events = {_key(row): row for row in elsewhere(community, "eventhub")}

    def settings(self, base_url: str) -> dict[str, str]:
        """The connector's environment."""
        return {
            "EVENTHUB_API_KEY": API_KEY,
            "EVENTHUB_BASE_URL": base_url,
            "EVENTHUB_EVENTS": ",".join(self._events),
        }

    def unauthorized(self) -> Reply:
        """The answer to a wrong key."""
        return json_reply(401, {"message": "Unauthorized"})

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """Too many requests; what it says is not known."""
        return json_reply(429, {"message": "Too Many Requests"}, headers)

    def answer(self, request: Request) -> Reply:
        """The platform's answer to one request."""
        if request.headers.get("x-api-key") != API_KEY:
            return self.unauthorized()
        if not self._limiter.allows():
            return self.too_many({})
        match (request.method, *request.path.strip("/").split("/")):
            case ("GET", "events", key) if key in self._events:
                return json_reply(200, self._shape(self._events[key]))
            case ("POST", "users", key) if key in self._events:
                return self._users(self._events[key], json.loads(request.body))
        return json_reply(404, {"message": "Not Found"})

    def _shape(self, row: Elsewhere) -> dict[str, Any]:
        event = row.event
        return {
            "name": event.title,
            "startAt": utc_ms(event.started_at),
            "endAt": utc_ms(event.ended_at),
            "description": event.url if row.links_back else event.title,
        }

    def _users(self, row: Elsewhere, asked: Mapping[str, Any]) -> Reply:
        since = datetime.fromisoformat(asked.get("createdOnOrAfter", "1970-01-01T00Z"))
        offset, limit = int(asked.get("offset", 0)), int(asked.get("limit", MOST))
        if limit > MOST:
            return json_reply(400, {"message": f"limit must be at most {MOST}"})
        found = [r for r in row.registrations if r.registered_at >= since]
        shown = found[offset : offset + limit]
        users = [self._user(row, registration) for registration in shown]
        return json_reply(200, {"users": users, "userCount": len(found)})

    def _user(self, row: Elsewhere, registration: Registration) -> dict[str, Any]:
        person = self._community.people[registration.person]
        job = person.job_on(registration.registered_at.date())
        name = in_kanji(person, "eventhub", registration.registered_at.date())
        company = self._community.companies[job.company].name
        now, event = self._community.now, row.event
        cancelled = registration.cancelled_at
        is_cancelled = cancelled is not None and cancelled < now
        is_over = event.ended_at < now
        user = {
            "userId": f"u{registration.number}",
            "email": registration_address(person, registration),
            "lastName": name.family,
            "firstName": name.given,
            "affiliation": company_field(
                person, registration.number, company, job.department
            ),
            "department": job.department,
            "position": job.title,
            "registrationType": "form",
            "status": STATES[status_at(registration, event, now)],
            "createdAt": utc_ms(registration.registered_at),
            "updatedAt": utc_ms(
                cancelled if cancelled and is_cancelled else registration.registered_at
            ),
            "customFields": [{"label": "ご興味のある製品", "value": "製品A"}],
        }
        if is_over and not is_cancelled:
            user["participation"] = "参加" if registration.attended else "不参加"
        return user


def _key(row: Elsewhere) -> str:
    """A short code, as the platform's event pages have it."""
    return row.event_id


def accounts(community: Community) -> Iterable[Account]:
    """An account is an address."""
    for shown in elsewhere(community, "eventhub"):
        for row in shown.registrations:
            person = community.people[row.person]
            yield Account("eventhub", registration_address(person, row), person)


ROUTES = EventHubRoutes
