"""Points of some members, computed again from the facts: plain Python, no SQL models.

Written from the words of the formula, not from its SQL, so that a mistake in either
shows. Doubles; equal to the published decimals within RECOMPUTED_DIFFERENCE.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from pipelines.expectations._bounds import RECOMPUTED_OTHERS, RECOMPUTED_TOP

SAMPLED = f"""
    SELECT member_id FROM (
        SELECT
            member_id,
            row_number() OVER (ORDER BY event_points + share_points DESC, member_id)
                AS by_points,
            row_number() OVER (ORDER BY md5(member_id || as_of_date)) AS by_chance
        FROM marts.member_scores
    )
    WHERE by_points <= {RECOMPUTED_TOP} OR by_chance <= {RECOMPUTED_OTHERS}
"""
ACTIVITIES = f"""
    SELECT
        activities.activity_id,
        activities.member_id,
        activities.activity_type,
        activities.local_date,
        activities.object_key,
        coalesce(events.event_group_id, activities.event_id) AS real_event,
        coalesce(events.format = 'online', false) AS is_online
    FROM marts.fct_activities AS activities
    LEFT JOIN marts.dim_events AS events ON activities.event_id = events.event_id
    WHERE activities.member_id IN ({SAMPLED})
        AND activities.category IN ('event', 'share')
    ORDER BY activities.local_date, activities.activity_id
"""
TYPES = """
    SELECT
        types.activity_type,
        types.category,
        types.family,
        types.is_daily_capped,
        points.base_points,
        points.online_base_points
    FROM seeds.activity_types AS types
    INNER JOIN seeds.activity_points AS points
        ON types.activity_type = points.activity_type
    WHERE points.formula_version = $version
"""
FORMULA = """
    SELECT formula_version, half_life_days, daily_share_cap, engagement_cap,
        engagement_delay_days
    FROM seeds.formula_versions
    WHERE formula_version = (SELECT max(formula_version) FROM marts.member_scores)
"""
REACTIONS = f"""
    SELECT activity_id, observed_date, reactions
    FROM intermediate.int_reaction_snapshots
    WHERE reactions IS NOT NULL AND activity_id IN (
        SELECT activity_id FROM marts.fct_activities WHERE member_id IN ({SAMPLED})
    )
    ORDER BY observed_date
"""


@dataclass(frozen=True)
class Kind:
    """A type of activity: its category, guards and base points, offline and online."""

    category: str
    family: str | None
    is_daily_capped: bool
    base: float
    online_base: float


@dataclass(frozen=True)
class Formula:
    """One version of the formula."""

    version: str
    half_life: int
    daily_cap: float
    engagement_cap: float
    delay: timedelta

    def left(self, since: date, day: date) -> float:
        """Returns what is left on a day of a point made on another."""
        return float(0.5 ** ((day - since).days / self.half_life))


@dataclass(frozen=True)
class Thing:
    """One real thing a member did, whoever told of it; `engagement` in points."""

    kind: Kind
    day: date
    base: float
    engagement: float


def recomputed_points(
    connection: duckdb.DuckDBPyConnection, as_of: date
) -> dict[str, tuple[float, float]]:
    """Returns event and share points by member, for the sampled ones."""
    found = connection.execute(FORMULA).fetchone()
    if found is None:
        return {}
    version, half_life, daily_cap, cap, delay = found
    formula = Formula(
        version, half_life, float(daily_cap), float(cap), timedelta(days=delay)
    )
    kinds = {
        name: Kind(category, family, capped, float(base), float(online))
        for name, category, family, capped, base, online in connection.execute(
            TYPES, {"version": version}
        ).fetchall()
    }
    counts: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for activity_id, day, reactions in connection.execute(REACTIONS).fetchall():
        counts[activity_id].append((day, reactions))
    rows: dict[str, list[tuple]] = defaultdict(list)  # type: ignore[type-arg]
    for row in connection.execute(ACTIVITIES).fetchall():
        rows[row[1]].append(row)
    sampled = [member for (member,) in connection.execute(SAMPLED).fetchall()]
    return {
        member: points(_things(rows[member], kinds, counts, formula), formula, as_of)
        for member in sampled
    }


def points(
    things: Iterable[Thing], formula: Formula, as_of: date
) -> tuple[float, float]:
    """Returns event and share points on a day."""
    total = {"event": 0.0, "share": 0.0}
    quick: dict[date, list[Thing]] = defaultdict(list)
    for thing in things:
        if thing.day > as_of:
            continue
        if thing.kind.is_daily_capped:
            quick[thing.day].append(thing)
        else:
            total[thing.kind.category] += _worth(thing, formula, as_of, 1.0)
    for day, posts in quick.items():
        made = sum(post.base for post in posts)
        if day + formula.delay <= as_of:
            made += sum(post.engagement for post in posts)
        kept = min(1.0, formula.daily_cap / made) if made > 0 else 1.0
        for post in posts:
            total[post.kind.category] += _worth(post, formula, as_of, kept)
    return total["event"], total["share"]


def _worth(thing: Thing, formula: Formula, as_of: date, kept: float) -> float:
    worth = thing.base * formula.left(thing.day, as_of)
    noticed = thing.day + formula.delay
    if noticed <= as_of:
        worth += thing.engagement * formula.left(noticed, as_of)
    return worth * kept


def _things(
    rows: Iterable[tuple],  # type: ignore[type-arg]
    kinds: Mapping[str, Kind],
    counts: Mapping[str, list[tuple[date, int]]],
    formula: Formula,
) -> list[Thing]:
    """Returns what counts: each thing once, the highest role of an event."""
    told: dict[tuple[str, str], list[tuple]] = defaultdict(list)  # type: ignore[type-arg]
    for row in rows:
        activity_id, _, activity_type, _, object_key, *_ = row
        told[activity_type, object_key or f"id {activity_id}"].append(row)
    best: dict[tuple[str, ...], Thing] = {}
    for (activity_type, _), tellings in told.items():
        activity_id, _, _, day, _, real_event, is_online = tellings[0]  # the earliest
        kind = kinds.get(activity_type, kinds["unknown"])
        base = kind.online_base if is_online else kind.base
        seen = [count for row in tellings for count in counts.get(row[0], ())]
        factor = _engagement(seen, day + formula.delay, formula)
        shares = base * factor if kind.category == "share" else 0.0
        thing = Thing(kind, day, base, shares)
        role = (
            (kind.family, real_event)
            if kind.family and real_event
            else ("alone", activity_id)
        )
        if role not in best or thing.base > best[role].base:
            best[role] = thing
    return list(best.values())


def _engagement(seen: list[tuple[date, int]], day: date, formula: Formula) -> float:
    """Returns what reactions add to an output, as a factor of its base points."""
    by_then = [count for count in seen if count[0] <= day]
    if not seen:
        return 0.0
    last = max(by_then)[0] if by_then else min(seen)[0]
    reactions = max(count for when, count in seen if when == last)
    return min(math.log(1 + reactions) / math.log(10), formula.engagement_cap - 1)
