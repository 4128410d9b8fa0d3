"""What must always hold of scores, asked of a built warehouse.

Each check returns [looked at, wrong]; equal means equal to the last digit.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from pipelines.workspace import PROJECT, Workspace
from tests.bench import score_facts, score_warehouse
from tests.bench.benchmark import Bench, Failed, Figures
from tests.scoring.reference import Reference, decay, rounded

AS_OF_SQL = PROJECT / "pipelines" / "publish" / "as_of.sql"
NEWCOMERS, OF_EACH = 3, 1_000
# What nobody else's doings may change: all of it but the rank among others.
UNMOVED = {
    "member_scores": "member_id, event_points, share_points, stage, days_in_stage,"
    " next_stage, delta_30d, delta_90d, known_date",
    "member_score_history": "*",
    "member_stages": "*",
    "member_score_contributions": "*",
}
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Warehouse:
    """The built warehouse of a set, its published macro in memory."""

    workspace: Workspace
    connection: duckdb.DuckDBPyConnection

    def rows(self, query: str, *parameters: object) -> Rows:
        return self.connection.execute(query, list(parameters)).fetchall()

    def one(self, query: str, *parameters: object) -> Any:
        ((value,),) = self.rows(query, *parameters)
        return value


def opened(workspace: Workspace) -> Warehouse:
    """Reads the marts into memory under the warehouse's name, and adds the macro."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set threads = 2")
    connection.execute(f"attach '{workspace.warehouse}' as warehouse")
    connection.execute("use warehouse")
    connection.execute(AS_OF_SQL.read_text())
    return Warehouse(workspace, connection)


def against_reference(warehouse: Warehouse, chosen: score_facts.Sample) -> Figures:
    """Points and stages of the sample on each day, and its contributions today."""
    reference = Reference(
        score_facts.facts(warehouse.connection, chosen.members), chosen.days[-1]
    )
    shown = {
        (member_id, day): (event, share, stage)
        for member_id, day, event, share, stage in warehouse.rows(
            "select member_id, as_of_date, event_points, share_points, stage"
            " from marts.member_scores_on(?) semi join chosen using (member_id)",
            chosen.days,
        )
    }
    points, stages, contributions = [0, 0], [0, 0], [0, 0]
    for member in reference.community.members:
        for day in chosen.days:
            row = shown.pop((member.member_id, day), None)
            is_known = reference.known_since(member) <= day
            if not is_known or row is None:
                _count(points, is_known == (row is not None))
                continue
            for at, category in enumerate(("event", "share")):
                expected = reference.points(member.member_id, category, day)
                _count(points, row[at] == expected)
            has_stage = not (member.is_bot or member.is_internal)
            told = reference.stage(member.member_id, day) if has_stage else None
            _count(stages, row[2] == told)
    _compare_contributions(warehouse, reference, chosen, contributions)
    return {"points": points, "stages": stages, "contributions": contributions}


def _compare_contributions(
    warehouse: Warehouse,
    reference: Reference,
    chosen: score_facts.Sample,
    counted: list[int],
) -> None:
    day = chosen.days[-1]
    shown = {
        tuple(row[:3]): row[3]
        for row in warehouse.rows(
            "select member_id, activity_id, component, contribution"
            " from marts.member_score_contributions semi join chosen using (member_id)"
            " semi join marts.member_scores using (formula_version)"
        )
    }
    for member_id in chosen.members:
        sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
        for part in reference.parts(member_id):
            if part.starts <= day:
                key = (member_id, part.activity_id, part.component)
                passed = (day - part.decays_from).days
                sums[key] += rounded(part.points * decay(passed))
        for key, expected in sums.items():
            _count(counted, shown.pop(key, Decimal(0)) == expected)
    for left_over in shown.values():
        _count(counted, left_over == 0)


def _count(counted: list[int], is_right: bool) -> None:
    counted[0] += 1
    counted[1] += not is_right


def sums_are_points(warehouse: Warehouse) -> list[int]:
    """Everybody's points are the sum of their contributions."""
    return _pair(
        warehouse,
        """
        select count(*), count(*) filter (
            scores.event_points <> coalesce(sums.event_points, 0)
            or scores.share_points <> coalesce(sums.share_points, 0)
        )
        from marts.member_scores as scores left join (
            select
                member_id,
                formula_version,
                sum(contribution) filter (category = 'event') as event_points,
                sum(contribution) filter (category = 'share') as share_points
            from marts.member_score_contributions group by all
        ) as sums using (member_id, formula_version)
        """,
    )


def one_stage_a_day(warehouse: Warehouse) -> list[int]:
    """From the day a member is known each day has one stage, and the last is open."""
    return _pair(
        warehouse,
        """
        with stays as (
            select
                *,
                lead(valid_from) over by_day as next_from,
                row_number() over by_day = 1 as is_first
            from marts.member_stages
            window by_day as (partition by member_id order by valid_from)
        ), judged as (
            select
                scores.member_id,
                scores.is_bot or scores.is_internal as has_none,
                count(stays.member_id) as stays,
                bool_and(
                    valid_to is not distinct from next_from - 1
                    and (valid_to is null or valid_to >= valid_from)
                    and (not is_first or valid_from = scores.known_date)
                ) as is_whole
            from marts.member_scores as scores left join stays using (member_id)
            group by all
        )
        select count(*), count(*) filter (
            case when has_none then stays > 0 else not coalesce(is_whole, false) end
        ) from judged
        """,
    )


def history_is_as_of(warehouse: Warehouse) -> list[int]:
    """Every row of the score history is what the macro says of its day."""
    dates = [day for (day,) in warehouse.rows(
        "select distinct snapshot_date from marts.member_score_history order by 1"
    )][::-1]  # fmt: skip
    looked, wrong = 0, 0
    for some in (dates[start : start + 10] for start in range(0, len(dates), 10)):
        found = warehouse.rows(
            """
            select count(*), count(*) filter (
                said.member_id is null or told.member_id is null
                or (said.event_points, said.share_points)
                    <> (told.event_points, told.share_points)
                or said.stage is distinct from told.stage
            )
            from (
                select * from marts.member_score_history
                semi join marts.member_scores using (formula_version)
                where snapshot_date in (select unnest(?))
            ) as said
            full join (
                select * from marts.member_scores_on(?)
                where last_active_date >= as_of_date - 365
            ) as told
                on said.member_id = told.member_id
                and said.snapshot_date = told.as_of_date
            """,
            some,
            some,
        )
        looked, wrong = looked + found[0][0], wrong + found[0][1]
    return [looked, wrong]


def percentiles_in_range(warehouse: Warehouse, days: list[date]) -> list[int]:
    """Between 0 and 1, equal for equal points, higher for more of them."""
    return _pair(
        warehouse,
        """
        with ranked as (
            select
                *,
                lag(event_points) over by_event as event_before,
                lag(event_percentile) over by_event as event_percentile_before,
                lag(share_points) over by_share as share_before,
                lag(share_percentile) over by_share as share_percentile_before
            from marts.member_scores_on(?)
            where event_percentile is not null
            window
                by_event as (partition by as_of_date order by event_points),
                by_share as (partition by as_of_date order by share_points)
        )
        select count(*), count(*) filter (
            event_percentile not between 0 and 1
            or share_percentile not between 0 and 1
            or (event_points = event_before)
                <> (event_percentile = event_percentile_before)
            or event_percentile < event_percentile_before
            or (share_points = share_before)
                <> (share_percentile = share_percentile_before)
            or share_percentile < share_percentile_before
        ) from ranked
        """,
        days,
    )


def newcomers_move_nobody(warehouse: Warehouse, bench: Bench) -> list[int]:
    """Builds the scores anew with three very active people more."""
    data = bench.fresh("newcomers")
    warehouse.connection.execute("use memory")
    warehouse.connection.execute("detach warehouse")
    workspace = Workspace(data)
    workspace.prepare()
    shutil.copy2(warehouse.workspace.warehouse, workspace.warehouse)
    shutil.copy2(warehouse.workspace.parameters, workspace.parameters)
    with duckdb.connect(str(workspace.warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        _add_newcomers(connection)
    score_warehouse.build(workspace)
    before, after = (
        score_warehouse.export(of, data / f"marts {number}", UNMOVED)
        for number, of in enumerate((warehouse.workspace, workspace))
    )
    looked, wrong = 0, 0
    for mart, columns in UNMOVED.items():
        rows = [
            f"select {columns} from '{folder / mart}.parquet'"
            " where member_id not like 'newcomer%'"
            for folder in (before, after)
        ]
        looked += _counted(rows[0])
        for kept, other in (rows, rows[::-1]):
            wrong += _counted(f"{kept} except all {other}")
    active = _counted(
        f"from '{after / 'member_scores'}.parquet' where member_id like 'newcomer%'"
        " and event_points + share_points > 100"
    )
    if active != NEWCOMERS:
        raise Failed(f"of {NEWCOMERS} very active newcomers {active} have points")
    return [looked, wrong]


def _counted(query: str) -> int:
    ((rows,),) = duckdb.sql(f"select count(*) from ({query})").fetchall()
    return int(rows)


def _add_newcomers(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "insert into intermediate.int_members_resolved by name select"
        " 'newcomer' || number as member_id, false as is_internal, false as is_bot"
        " from range(?) as newcomers(number)",
        [NEWCOMERS],
    )
    connection.execute(
        """
        insert into intermediate.int_member_activities by name
        select
            'newcomer' || member.number || '/' || activity.number as activity_id,
            'newcomer' || member.number as member_id,
            ['speak', 'blog', 'post', 'answer', 'slide'][1 + activity.number % 5]
                as activity_type,
            case when activity.number % 5 = 0 then 'event' else 'share' end as category,
            parameters.as_of_date - cast(activity.number % 60 as integer) as local_date
        from range(?) as member(number), range(?) as activity(number),
            staging.stg_run__parameters as parameters
        """,
        [NEWCOMERS, OF_EACH],
    )


def _pair(warehouse: Warehouse, query: str, *parameters: object) -> list[int]:
    ((looked, wrong),) = warehouse.rows(query, *parameters)
    return [looked, wrong]
