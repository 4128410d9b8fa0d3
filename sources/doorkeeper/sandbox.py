"""Doorkeeper's API as the sandbox plays it: groups and their events, counts only.

Descriptions of events that are on connpass too link to their page there.
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from sources._sandbox.community import Community
from sources._sandbox.elsewhere import Elsewhere, elsewhere
from sources._sandbox.http import Limits, Reply, Request, SecondLimiter, json_reply
from sources._sandbox.model import JST, Group
from sources._sandbox.view import status_at, utc_ms

TOKEN = "sandbox-doorkeeper-token"  # noqa: S105  opens nothing but this server
PAGE = 25
SORTS = {"published_at": True, "starts_at": False, "updated_at": True}  # newest first?


class DoorkeeperRoutes:
    """GET /groups/{group}, /groups/{group}/events, /events/{id}."""

    prefix = "/doorkeeper"

    def __init__(self, community: Community, limits: Limits) -> None:
        self._limiter = SecondLimiter(limits.requests_per_second)
        self._now = community.now
        self._wall = limits.wall
        self._events = elsewhere(community, "doorkeeper")
        self._groups = {
            row.original.group.subdomain: row.original.group for row in self._events
        }

    def settings(self, base_url: str) -> dict[str, str]:
        """The connector's environment."""
        return {
            "DOORKEEPER_TOKEN": TOKEN,
            "DOORKEEPER_BASE_URL": base_url,
            "DOORKEEPER_GROUPS": ",".join(sorted(self._groups)),
        }

    def unauthorized(self) -> Reply:
        """The answer to a bad or expired token."""
        return json_reply(401, {"error": "Unauthorized"})

    def too_many(self, headers: Mapping[str, str]) -> Reply:
        """More than 300 requests in five minutes."""
        return Reply(429, b"Retry later\n", "text/plain", headers)

    def answer(self, request: Request) -> Reply:
        """The platform's answer; without a token it knows fewer requests."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return self.unauthorized()
        rate = {"X-Ratelimit": self._window()}
        if not self._limiter.allows():
            return self.too_many(rate)
        match request.path.split("/"):
            case ["", "groups", name] if name in self._groups:
                group = self._shape_group(self._groups[name])
                return json_reply(200, {"group": group}, rate)
            case ["", "groups", name, "events"] if name in self._groups:
                return json_reply(200, self._page(request, name), rate)
            case ["", "events", number]:
                for row in self._events:
                    if str(row.number) == number:
                        return json_reply(200, {"event": self._shape(row)}, rate)
        return Reply(404, b"", "application/json", rate)  # as recorded: no body at all

    def _window(self) -> str:
        until = utc_ms(datetime.fromtimestamp(self._wall() // 300 * 300 + 300, JST))
        return (
            '{"name":"authenticated API","period":300,"limit":300,"remaining":299,'
            f'"until":"{until.replace(".000Z", "Z")}"}}'
        )

    def _page(self, request: Request, name: str) -> list[dict[str, Any]]:
        today = self._now.date().isoformat()
        since = _day(request.one("since") or today)
        until = _day(request.one("until") or "2999-12-31")
        found = [
            row
            for row in self._events
            if row.original.group.subdomain == name
            and since <= row.event.started_at <= until
        ]
        sort = request.one("sort", "published_at")
        shaped = [self._shape(row) for row in found]
        shaped.sort(
            key=lambda event: (event[sort], event["id"]), reverse=SORTS.get(sort, True)
        )
        start = (int(request.one("page", "1")) - 1) * PAGE
        return [{"event": event} for event in shaped[start : start + PAGE]]

    def _shape(self, row: Elsewhere) -> dict[str, Any]:
        event, now = row.event, self._now
        states = [status_at(entry, event, now) for entry in row.registrations]
        is_online = event.format == "online"
        edited = event.edited_at if event.edited_at < now else event.published_at
        back = f'<p><a href="{event.url}">connpass</a></p>' if row.links_back else ""
        return {
            "title": event.title,
            "id": row.number,
            "starts_at": utc_ms(event.started_at),
            "ends_at": utc_ms(event.ended_at),
            "venue_name": None if is_online else event.place,
            "address": None if is_online else event.address,
            "lat": event.lat if event.lat is None else float(event.lat),
            "long": event.lon if event.lon is None else float(event.lon),
            "published_at": utc_ms(event.published_at),
            "updated_at": utc_ms(max(edited, event.published_at)),
            "group": event.group.group_id,
            "description": f"<h2>{event.title}</h2>\n{back}",
            "public_url": f"{_site(event.group)}events/{row.number}",
            "participants": states.count("accepted"),
            "waitlisted": states.count("waitlisted"),
            "ticket_limit": event.limit,
        }

    def _shape_group(self, group: Group) -> dict[str, Any]:
        return {
            "id": group.group_id,
            "name": group.title,
            "country_code": "JP",
            "logo": f"https://doorkeeper.example/logos/{group.group_id}.png",
            "description": f"<p>{group.title}</p>\n",
            "public_url": _site(group),
            "members_count": len(self._members(group)),
        }

    def _members(self, group: Group) -> set[int]:
        """Everybody who ever signed up for one of its events there."""
        return {
            entry.person
            for row in self._events
            if row.original.group == group
            for entry in row.registrations
        }


def _site(group: Group) -> str:
    return f"https://{group.subdomain}.doorkeeper.jp/"


def _day(text: str) -> datetime:
    """A day, or a moment, as `since` and `until` take it."""
    moment = datetime.fromisoformat(text)
    is_day = len(text) <= len("2026-11-20")
    return datetime.combine(moment.date(), time(0), JST) if is_day else moment


ROUTES = DoorkeeperRoutes
