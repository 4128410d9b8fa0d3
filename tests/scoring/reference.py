"""The score formula again: slow, obvious, from the written rules alone.

Nothing here looks at the SQL or at the seeds. Every number is looked up day by day,
member by member, activity by activity. The tests hold the models to it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property

HALF_LIFE = 90
DAILY_CAP = Decimal(10)
PLACES = Decimal("1e-12")

BASE: dict[str, str] = {
    "speak": "10", "organise": "8", "lightning_talk": "6", "attend": "3",
    "survey_answer": "1", "watch_only": "1", "register": "0.5", "no_show": "-1",
    "customer_story": "10", "referral_made": "10", "slide": "10", "blog": "8",
    "video": "8", "media_article": "8", "answer": "4", "post": "3", "question": "3",
    "reply": "1", "repost": "1", "reaction": "0.2", "pr_merged": "8",
    "review_approved": "4", "commit": "2", "co_author": "2",
}  # fmt: skip
EVENT_TYPES = {
    "speak", "organise", "lightning_talk", "attend", "survey_answer", "watch_only",
    "register", "no_show",
}  # fmt: skip
OTHER_TYPES = {
    "join", "profile_link", "download", "certification", "support_case", "sign_in",
    "pr_merge_action", "leave",
    "course", "follow_up",  # of portals and of the CRM: nothing shared with anybody
}  # fmt: skip
# Whoever is absent in one source and present in another was there.
PRESENCE = {"speak", "organise", "lightning_talk", "attend", "no_show"}
QUICK = {"post", "question", "reply", "repost", "reaction"}
# Leaving, an event that was missed, what others noted: no sign of anybody.
NO_SIGN = {"leave", "no_show", "follow_up"}
PROOFS = {"speak", "lightning_talk", "customer_story", "referral_made"}
LADDER = ("none", "new", "light", "active", "candidate", "star")


@dataclass(frozen=True)
class Activity:
    """One row of the activity stream."""

    activity_id: str
    member_id: str
    activity_type: str
    local_date: date
    event_id: str | None = None
    object_key: str | None = None

    @property
    def category(self) -> str:
        if self.activity_type in EVENT_TYPES:
            return "event"
        return "other" if self.activity_type in OTHER_TYPES else "share"


@dataclass(frozen=True)
class Event:
    """An event as one platform lists it."""

    event_id: str
    event_group_id: str
    local_date: date
    is_online: bool = False
    working_group: str | None = None
    is_attendance_taken: bool = True


@dataclass(frozen=True)
class Member:
    """A person; `first_seen` is a local day."""

    member_id: str
    first_seen: date | None = None
    is_internal: bool = False
    is_bot: bool = False


@dataclass(frozen=True)
class Snapshot:
    """How many reactions an activity had on a day."""

    activity_id: str
    observed_date: date
    reactions: int


@dataclass(frozen=True)
class Override:
    """A stage decided by a person; `last` is the last day, None while it holds."""

    member_id: str
    stage: str
    first: date
    last: date | None


@dataclass(frozen=True)
class Contract:
    """A member's days at a company with an active contract; None is open."""

    member_id: str
    first: date
    last: date | None


@dataclass(frozen=True)
class Community:
    """Everything that is known today."""

    members: tuple[Member, ...] = ()
    activities: tuple[Activity, ...] = ()
    events: tuple[Event, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    overrides: tuple[Override, ...] = ()
    contracts: tuple[Contract, ...] = ()
    has_crm: bool = False

    def with_more(self, other: Community) -> Community:
        """Both communities side by side; the CRM stays what it was."""
        return replace(
            self,
            members=self.members + other.members,
            activities=self.activities + other.activities,
            events=self.events + other.events,
            snapshots=self.snapshots + other.snapshots,
        )


@dataclass(frozen=True)
class Part:
    """Undecayed points that count from `starts` on and decay since `decays_from`."""

    activity_id: str
    component: str
    category: str
    points: Decimal
    starts: date
    decays_from: date


def rounded(value: Decimal) -> Decimal:
    return value.quantize(PLACES, ROUND_HALF_UP)


@cache
def decay(days: int) -> Decimal:
    return rounded(Decimal(0.5 ** (days / HALF_LIFE)))


def engagement(reactions: int) -> Decimal:
    """What reactions add to an output, as a factor of its base points."""
    return rounded(Decimal(min(1 + math.log(1 + reactions) / math.log(10), 4.0) - 1))


@dataclass
class Reference:
    """Points and stages of one community; nothing is known after `as_of`'s facts."""

    community: Community
    as_of: date
    _parts: dict[str, list[Part]] = field(default_factory=dict)
    _raw: dict[tuple[str, date], int] = field(default_factory=dict)
    _things: dict[str, list[Activity]] = field(default_factory=dict)
    _counted: dict[tuple[str, str], Counter[tuple[Decimal, date, date]]] = field(
        default_factory=dict
    )

    # ---- where things are found: the facts, put in order once

    @cached_property
    def _events(self) -> dict[str, Event]:
        return {event.event_id: event for event in self.community.events}

    @cached_property
    def _own(self) -> dict[str, list[Activity]]:
        """By member, the earliest first."""
        found: dict[str, list[Activity]] = defaultdict(list)
        for a in sorted(
            self.community.activities, key=lambda a: (a.local_date, a.activity_id)
        ):
            found[a.member_id].append(a)
        return found

    @cached_property
    def _same(self) -> dict[tuple[str, str, str | None], list[Activity]]:
        """By member, type and object, the earliest first."""
        found: dict[tuple[str, str, str | None], list[Activity]] = defaultdict(list)
        for own in self._own.values():
            for a in own:
                found[a.member_id, a.activity_type, a.object_key].append(a)
        return found

    @cached_property
    def _snapshots(self) -> dict[str, list[Snapshot]]:
        found: dict[str, list[Snapshot]] = defaultdict(list)
        for snapshot in self.community.snapshots:
            found[snapshot.activity_id].append(snapshot)
        return found

    # ---- guards

    def event(self, event_id: str | None) -> Event | None:
        return self._events.get(event_id) if event_id else None

    def real_event(self, activity: Activity) -> str | None:
        event = self.event(activity.event_id)
        return event.event_group_id if event else activity.event_id

    def base(self, activity: Activity) -> Decimal:
        event = self.event(activity.event_id)
        if activity.category == "other":
            return Decimal(0)
        if activity.activity_type == "attend" and event and event.is_online:
            return Decimal(2)
        return Decimal(BASE.get(activity.activity_type, "1"))

    def own(self, member_id: str) -> list[Activity]:
        return self._own.get(member_id, [])

    def same_thing(self, activity: Activity) -> list[Activity]:
        """Every row of the member about the same real thing, the earliest first."""
        if activity.object_key is None:
            return [activity]
        return self._same[
            activity.member_id, activity.activity_type, activity.object_key
        ]

    def things(self, member_id: str) -> list[Activity]:
        if member_id not in self._things:
            own = self.own(member_id)
            self._things[member_id] = [a for a in own if self.same_thing(a)[0] == a]
        return self._things[member_id]

    def counts(self, activity: Activity) -> bool:
        """False where another thing of the member at the event takes precedence."""
        event = self.real_event(activity)
        kind = activity.activity_type
        if event is None or (kind not in PRESENCE and kind != "register"):
            return True
        family = PRESENCE if kind in PRESENCE else {"register"}
        rivals = [
            a
            for a in self.things(activity.member_id)
            if a.activity_type in family and self.real_event(a) == event
        ]
        rivals.sort(key=lambda a: (-self.base(a), a.local_date, a.activity_id))
        return rivals[0] == activity

    # ---- points

    def engagement_points(self, activity: Activity) -> Decimal:
        if activity.category != "share":
            return Decimal(0)
        due = activity.local_date + timedelta(days=7)
        seen: dict[date, int] = {}
        for row in self.same_thing(activity):
            for snapshot in self._snapshots.get(row.activity_id, []):
                day = snapshot.observed_date
                seen[day] = max(seen.get(day, 0), snapshot.reactions)
        before = [day for day in seen if day <= due]
        after = [day for day in seen if day > due]
        if not before and not after:
            return Decimal(0)
        reactions = seen[max(before)] if before else seen[min(after)]
        return rounded(self.base(activity) * engagement(reactions))

    def parts(self, member_id: str) -> list[Part]:
        if member_id not in self._parts:
            self._parts[member_id] = self._list_parts(member_id)
        return self._parts[member_id]

    def _list_parts(self, member_id: str) -> list[Part]:
        parts: list[Part] = []
        quick: dict[date, list[Activity]] = {}
        for thing in self.things(member_id):
            if not self.counts(thing) or not self.base(thing):
                continue
            day, week_later = thing.local_date, thing.local_date + timedelta(days=7)
            about = (thing.activity_id, thing.category)
            parts.append(_part(about, "base", self.base(thing), day, day))
            extra = self.engagement_points(thing)
            parts.append(_part(about, "engagement", extra, week_later, week_later))
            if thing.activity_type in QUICK:
                quick.setdefault(day, []).append(thing)
        for day, things in quick.items():
            parts += self._cap(day, sorted(things, key=lambda t: t.activity_id))
        return [part for part in parts if part.points]

    def _cap(self, day: date, things: list[Activity]) -> list[Part]:
        """What the day's cap takes: at first of the base, a week later of both."""
        week_later = day + timedelta(days=7)
        bases = [self.base(thing) for thing in things]
        extras = [self.engagement_points(thing) for thing in things]
        first = _shares(bases)
        both = _shares([p for pair in zip(bases, extras, strict=True) for p in pair])
        parts: list[Part] = []
        for i, thing in enumerate(things):
            about = (thing.activity_id, thing.category)
            late_base, late_extra = both[2 * i], both[2 * i + 1]
            parts.append(_part(about, "cap", first[i] - bases[i], day, day))
            parts.append(_part(about, "cap", late_base - first[i], week_later, day))
            parts.append(
                _part(about, "cap", late_extra - extras[i], week_later, week_later)
            )
        return parts

    def points(self, member_id: str, category: str, day: date) -> Decimal:
        return sum(
            (
                times * rounded(points * decay((day - decays_from).days))
                for (points, starts, decays_from), times in self._alike(
                    member_id, category
                ).items()
                if starts <= day
            ),
            Decimal(0),
        )

    def _alike(
        self, member_id: str, category: str
    ) -> Counter[tuple[Decimal, date, date]]:
        """Parts that decay alike are multiplied once: (points, starts, decays_from)."""
        key = (member_id, category)
        if key not in self._counted:
            self._counted[key] = Counter(
                (part.points, part.starts, part.decays_from)
                for part in self.parts(member_id)
                if part.category == category
            )
        return self._counted[key]

    def made(self, member_id: str, after: date, through: date) -> Decimal:
        """Share points of a window, before decay."""
        return sum(
            (
                part.points
                for part in self.parts(member_id)
                if part.category == "share" and after < part.starts <= through
            ),
            Decimal(0),
        )

    # ---- who is known and active

    def last_active(self, member_id: str, day: date) -> date | None:
        days = [
            a.local_date
            for a in self.own(member_id)
            if a.local_date <= day and a.activity_type not in NO_SIGN
        ]
        return max(days, default=None)

    def known_since(self, member: Member) -> date:
        days = [a.local_date for a in self.own(member.member_id)]
        days = [day for day in days if day <= self.as_of]
        if member.first_seen:
            days.append(member.first_seen)
        return min([*days, self.as_of])

    def percentiles(self, category: str, day: date) -> dict[str, float | None]:
        ranked = {}
        for member in self.community.members:
            last = self.last_active(member.member_id, day)
            if member.is_bot or member.is_internal or last is None:
                continue
            if (day - last).days <= 365:
                ranked[member.member_id] = self.points(member.member_id, category, day)
        if len(ranked) < 20:
            return {}
        return {
            member_id: sum(other < own for other in ranked.values()) / (len(ranked) - 1)
            for member_id, own in ranked.items()
        }

    # ---- stages

    def silence(self, member_id: str, day: date) -> str | None:
        last = self.last_active(member_id, day)
        if last is None or (day - last).days < 90:
            return None
        return "lapsed" if (day - last).days >= 180 else "dormant"

    def raw_stage(self, member_id: str, day: date) -> int:
        """Place on the ladder on one day; -1 while silent."""
        key = (member_id, day)
        if key not in self._raw:
            self._raw[key] = self._judge(member_id, day)
        return self._raw[key]

    def _judge(self, member_id: str, day: date) -> int:
        if self.last_active(member_id, day) is None:
            return LADDER.index("none")
        if self.silence(member_id, day):
            return -1
        event = self.points(member_id, "event", day)
        share = self.points(member_id, "share", day)
        proven = any(
            a.activity_type in PROOFS and 0 <= (day - a.local_date).days <= 365
            for a in self.own(member_id)
        )
        if event >= 20 and share >= 20 and proven and self._contract(member_id, day):
            return LADDER.index("star")
        if event + share >= 15 or event >= 20 or share >= 20:
            return LADDER.index("candidate")
        if event + share >= 6:
            return LADDER.index("active")
        if event + share >= 3:
            return LADDER.index("light")
        return LADDER.index("new")

    def _contract(self, member_id: str, day: date) -> bool:
        if not self.community.has_crm:
            return True
        return any(
            c.member_id == member_id
            and c.first <= day
            and (not c.last or day <= c.last)
            for c in self.community.contracts
        )

    def stage(self, member_id: str, day: date) -> str:
        decisions = [
            o
            for o in self.community.overrides
            if o.member_id == member_id and o.first <= day
        ]
        if decisions:
            latest = max(decisions, key=lambda o: o.first)
            if latest.last is None or day <= latest.last:
                return latest.stage
        silent = self.silence(member_id, day)
        if silent:
            return silent
        days = [day - timedelta(days=back) for back in range(15)]
        return LADDER[max(self.raw_stage(member_id, d) for d in days)]


def _part(
    about: tuple[str, str], component: str, points: Decimal, starts: date, since: date
) -> Part:
    activity_id, category = about
    return Part(activity_id, component, category, points, starts, since)


def _shares(points: list[Decimal]) -> list[Decimal]:
    """The points, or their proportional shares of the cap where they exceed it.

    Shares are differences of a rounded running share, so that their sum is the cap.
    """
    whole = sum(points, Decimal(0))
    if whole <= DAILY_CAP:
        return points
    shares: list[Decimal] = []
    running, given = Decimal(0), Decimal(0)
    for own in points:
        running += own
        through = rounded(DAILY_CAP * running / whole)
        shares.append(through - given)
        given = through
    return shares
