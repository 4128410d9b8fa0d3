"""What a warehouse knows of some members, as the reference of the formula takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import duckdb

from tests.scoring.reference import (
    Activity,
    Community,
    Contract,
    Event,
    Member,
    Override,
    Snapshot,
)

FIRST, LAST = date(1990, 1, 1), date(9999, 12, 31)
BUSIEST = 60  # of the sample are these, the rest are anybody


@dataclass(frozen=True)
class Sample:
    """Members, and the days on which they are looked at."""

    members: list[str]
    days: list[date]


def sample(
    connection: duckdb.DuckDBPyConnection, members: int, days: int, seed: int = 1
) -> Sample:
    """The busiest members and others at random, and past days at random.

    Days from the last five years: before, most communities are asleep.
    """
    ranked = [
        member_id
        for (member_id,) in connection.execute(
            "select member_id from intermediate.int_members_resolved"
            " left join intermediate.int_member_activities using (member_id)"
            " group by member_id order by count(activity_id) desc, member_id"
        ).fetchall()
    ]
    ((as_of, first),) = connection.execute(
        "select max(as_of_date), min(local_date)"
        " from staging.stg_run__parameters, intermediate.int_member_activities"
    ).fetchall()
    first = max(first, as_of - timedelta(days=5 * 365))
    random = Random(seed)
    rest = ranked[BUSIEST:]
    chosen = random.sample(rest, min(max(members - BUSIEST, 0), len(rest)))
    span = (as_of - first).days
    some = {first + timedelta(days=random.randrange(span)) for _ in range(days - 1)}
    return Sample(ranked[:BUSIEST] + chosen, sorted({*some, as_of}))


def facts(connection: duckdb.DuckDBPyConnection, members: list[str]) -> Community:
    """Everything that the score models read about these members."""
    connection.execute(
        "create or replace temp table chosen as select unnest(?) as member_id",
        [members],
    )
    rows = connection.execute
    ((timezone,),) = rows("select timezone from staging.stg_run__parameters").fetchall()
    return Community(
        members=tuple(
            Member(*row)
            for row in rows(
                "select member_id, cast(timezone(?, first_seen_at) as date),"
                " coalesce(is_internal, false), coalesce(is_bot, false)"
                " from intermediate.int_members_resolved semi join chosen"
                " using (member_id)",
                [timezone],
            ).fetchall()
        ),
        activities=tuple(
            Activity(*row)
            for row in rows(
                "select activity_id, member_id, activity_type, local_date, event_id,"
                " object_key from intermediate.int_member_activities"
                " semi join chosen using (member_id)"
            ).fetchall()
        ),
        events=tuple(
            Event(*row)
            for row in rows(
                "select event_id, event_group_id, local_date,"
                " coalesce(format = 'online', false), working_group,"
                " is_attendance_taken from intermediate.int_events"
            ).fetchall()
        ),
        snapshots=tuple(
            Snapshot(*row)
            for row in rows(
                "select activity_id, observed_date, reactions"
                " from intermediate.int_reaction_snapshots semi join ("
                "select activity_id from intermediate.int_member_activities"
                " semi join chosen using (member_id)) using (activity_id)"
                " where reactions is not null"
            ).fetchall()
        ),
        overrides=tuple(
            Override(*row)
            for row in rows(
                "select coalesce(aliases.member_id, decided.member_id), stage,"
                " valid_from, valid_to from seeds.stage_overrides as decided"
                " left join identity.member_aliases as aliases"
                " on decided.member_id = aliases.alias_member_id"
            ).fetchall()
        ),
        contracts=_contracts(connection),
        has_crm=bool(
            rows(
                "select 1 from marts.fct_contracts union all select 1 from"
                " intermediate.int_companies where contract_status is not null limit 1"
            ).fetchall()
        ),
    )


def _contracts(connection: duckdb.DuckDBPyConnection) -> tuple[Contract, ...]:
    """Days on which a member worked for a company and the company had a contract."""
    worked = connection.execute(
        "select member_id, company_id, valid_from, valid_to"
        " from intermediate.int_member_affiliations semi join chosen using (member_id)"
    ).fetchall()
    had: dict[str, list[tuple[date, date]]] = {}
    for company_id, first, last in connection.execute(
        "select company_id, active_from, active_to from marts.fct_contracts"
        " where company_id is not null and active_from is not null"
    ).fetchall():
        had.setdefault(company_id, []).append((first, last or LAST))
    found = []
    for member_id, company_id, since, until in worked:
        for first, last in had.get(company_id, []):
            begin, end = max(since or FIRST, first), min(until or LAST, last)
            if begin <= end:
                found.append(Contract(member_id, begin, end))
    return tuple(found)
