"""An invented community, told row by row, in the tables that metrics are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

AS_OF = date(2026, 11, 20)
TOKYO = ZoneInfo("Asia/Tokyo")
POINTS = {
    "speak": 10, "organise": 8, "attend": 3, "no_show": -1, "register": 0.5,
    "watch_only": 1, "blog": 8, "answer": 4, "post": 3, "question": 3, "reply": 1,
    "repost": 1, "reaction": 0.2, "review_approved": 4,
}  # fmt: skip
EVENT_TYPES = ("speak", "organise", "attend", "no_show", "register", "watch_only")


def moment(day: str) -> datetime:
    """`2026-05-01` is its noon, `2026-05-01 23:59` that minute, both in Tokyo."""
    text = day if " " in day else f"{day} 12:00"
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO).astimezone(UTC)


def local(when: datetime) -> date:
    return when.astimezone(TOKYO).date()


@dataclass
class Community:
    """Rows by table; each method tells of one thing that is or happens."""

    as_of: date = AS_OF
    fiscal_start: int = 4
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def _add(self, table: str, **row: Any) -> None:
        self.tables.setdefault(table, []).append(row)

    def member(
        self,
        name: str,
        since: str | None = "2026-01-01",
        company: str | None = None,
        department: str | None = None,
        is_internal: bool = False,
        is_bot: bool = False,
        worked_before_at: tuple[str, str] | None = None,  # company, its last day
    ) -> None:
        self._add(
            "int_members_resolved", member_id=name, company_id=company,
            department=department, is_internal=is_internal, is_bot=is_bot,
        )  # fmt: skip
        first = date(2020, 1, 1)
        if worked_before_at:
            before, last = worked_before_at
            last_day = date.fromisoformat(last)
            self._works(name, before, first, last_day)
            first = last_day + timedelta(days=1)
        if company:
            self._works(name, company, first, None)
        if not is_internal and not is_bot:
            self._add(
                "int_metric_members", member_id=name, company_id=company,
                member_since=since and date.fromisoformat(since),
                first_source="portal",
            )  # fmt: skip

    def members(self, count: int, since: str = "2026-01-01") -> list[str]:
        names = [f"m{n:02}" for n in range(1, count + 1)]
        for name in names:
            self.member(name, since)
        return names

    def _works(self, name: str, company: str, first: date, last: date | None) -> None:
        self._add(
            "int_member_affiliations", member_id=name, company_id=company,
            valid_from=first, valid_to=last,
        )  # fmt: skip

    def event(
        self,
        name: str,
        day: str,
        group: str | None = None,  # the real event, where platforms share one
        working_group: str | None = None,
        status: str = "scheduled",
        is_taken: bool = True,
        attended_reported: int | None = None,
    ) -> str:
        started = moment(day)
        for table in ("int_events", "dim_events"):
            self._add(
                table, event_id=name, event_group_id=group or name,
                started_at=started, local_date=local(started), status=status,
                working_group=working_group, is_attendance_taken=is_taken,
                attended_reported=attended_reported,
            )  # fmt: skip
        self._add("int_event_lists", event_id=name)
        return name

    def _event(self, name: str) -> dict[str, Any]:
        (found,) = (e for e in self.tables["dim_events"] if e["event_id"] == name)
        return found

    def registered(
        self,
        event: str,
        *names: str,
        attended: bool | None = True,
        status: str = "accepted",
        role: str = "attendee",
        days_before: int | None = 10,
        cancelled: str | None = None,
    ) -> None:
        """Registrations, and the attendances that they imply."""
        about = self._event(event)
        started = about["started_at"]
        for name in names:
            self._add(
                "fct_registrations", event_id=event, member_id=name, status=status,
                role=role, attended=attended, lead_time_days=days_before,
                registered_at=None if days_before is None
                else started - timedelta(days=days_before),
                cancelled_at=cancelled and moment(cancelled),
            )  # fmt: skip
            if attended:
                kind = {"speaker": "speak", "staff": "organise"}.get(role, "attend")
                self.did(name, kind, started, event=event)

    def did(
        self,
        name: str,
        kind: str,
        day: str | datetime,
        *,
        id: str | None = None,
        event: str | None = None,
        parent: str | None = None,
        key: str | None = None,
        title: str | None = None,
        source: str = "portal",
        working_group: str | None = None,
        points: float | None = None,
    ) -> str:
        when = moment(day) if isinstance(day, str) else day
        rows = self.tables.setdefault("int_member_activities", [])
        activity = id or f"a{len(rows)}"
        (who,) = (
            m for m in self.tables["int_members_resolved"] if m["member_id"] == name
        )
        category = "event" if kind in EVENT_TYPES else "share"
        row = {
            "activity_id": activity, "member_id": name, "source": source,
            "activity_type": kind, "occurred_at": when, "local_date": local(when),
            "category": category if kind in POINTS else "other", "event_id": event,
            "object_key": key, "title": title, "parent_activity_id": parent,
            "working_group": working_group, "is_future": local(when) > self.as_of,
            "is_internal": who["is_internal"], "is_bot": who["is_bot"],
        }  # fmt: skip
        rows.append(row)
        worth = POINTS.get(kind, 0) if points is None else points
        self._add(
            "fct_activities", **row, points=0 if row["is_future"] else worth,
            company_id=None,
        )  # fmt: skip
        if kind in ("blog", "post"):
            self._add(
                "fct_outputs", output_id=activity, member_id=name, type=kind,
                event_id=event, local_date=local(when),
            )  # fmt: skip
        return activity

    def referred(self, name: str, by: str | None, day: str | None) -> None:
        self._add(
            "fct_referrals", member_id=name, referrer_member_id=by,
            referred_at=day and moment(day), depth=1,
            referred_date=day and local(moment(day)),
        )  # fmt: skip

    def finished(self) -> dict[str, list[dict[str, Any]]]:
        """The tables, each registration with the attendances before it."""
        events = {e["event_id"]: e for e in self.tables.get("dim_events", [])}
        seen: dict[str, dict[str, datetime]] = {}
        registrations = self.tables.get("fct_registrations", [])
        for row in registrations:
            event = events[row["event_id"]]
            if row["attended"]:
                seen.setdefault(row["member_id"], {})[event["event_group_id"]] = event[
                    "started_at"
                ]
        for row in registrations:
            start = events[row["event_id"]]["started_at"]
            earlier = [t for t in seen.get(row["member_id"], {}).values() if t < start]
            row["prior_attendances"] = len(earlier)
            row["is_first_time"] = not earlier
        return self.tables
