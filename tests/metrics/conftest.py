"""Runs the project's own metric models, as dbt compiles them, on invented communities.

`dbt compile` runs once per session; its SQL then runs in memory, on tables that hold a
community and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipelines import dbt
from pipelines.workspace import DBT_PROJECT, Workspace
from tests.metrics.community import Community
from tests.pipelines.parsed import plant

INPUTS = {
    "staging.stg_run__parameters": """
        as_of_date date, timezone varchar, fiscal_year_start_month integer""",
    "staging.stg_files__targets": """
        event_id varchar, metric varchar, period_start date, target double""",
    "intermediate.int_metric_members": """
        member_id varchar, company_id varchar, member_since date,
        first_source varchar""",
    "intermediate.int_metric_member_links": "member_id varchar, kind varchar",
    "intermediate.int_members_resolved": """
        member_id varchar, company_id varchar, department varchar,
        is_internal boolean, is_bot boolean""",
    "intermediate.int_member_affiliations": """
        member_id varchar, company_id varchar, valid_from date, valid_to date""",
    "intermediate.int_member_activities": """
        activity_id varchar, member_id varchar, source varchar,
        activity_type varchar, category varchar, occurred_at timestamptz,
        local_date date, event_id varchar, object_key varchar, title varchar,
        parent_activity_id varchar, working_group varchar, is_future boolean,
        is_internal boolean, is_bot boolean""",
    "marts.fct_activities": """
        activity_id varchar, member_id varchar, source varchar,
        activity_type varchar, category varchar, occurred_at timestamptz,
        local_date date, event_id varchar, object_key varchar, title varchar,
        parent_activity_id varchar, working_group varchar, is_future boolean,
        is_internal boolean, is_bot boolean, points decimal(18, 12),
        company_id varchar""",
    "intermediate.int_events": """
        event_id varchar, event_group_id varchar, started_at timestamptz,
        local_date date, status varchar, working_group varchar,
        is_attendance_taken boolean, attended_reported bigint""",
    "marts.dim_events": """
        event_id varchar, event_group_id varchar, started_at timestamptz,
        local_date date, status varchar, working_group varchar,
        is_attendance_taken boolean, attended_reported bigint,
        attendance_target bigint, cost_jpy bigint""",
    "intermediate.int_event_lists": "event_id varchar",
    "marts.fct_registrations": """
        event_id varchar, member_id varchar, status varchar, role varchar,
        attended boolean, registered_at timestamptz, cancelled_at timestamptz,
        is_first_time boolean, prior_attendances bigint, lead_time_days bigint""",
    "marts.fct_outputs": """
        output_id varchar, member_id varchar, company_id varchar, type varchar,
        event_id varchar, local_date date""",
    "marts.fct_referrals": """
        member_id varchar, referrer_member_id varchar, referred_at timestamptz,
        referred_date date, event_id varchar, depth bigint""",
    "marts.fct_costs": "event_id varchar, cost_date date, amount_jpy double",
}
# What stands between those tables and the metrics, then the metrics themselves.
MODELS = (
    *("int_metric_periods", "int_metric_population", "int_metric_activities"),
    *("int_metric_real_events", "int_metric_registrations", "int_metric_outputs"),
    *("int_metric_event_counts", "int_metric_event_coverage"),
    *("int_metric_whole_events", "int_metric_coverage_rate", "int_metric_actions"),
    *(
        "int_members_left",
        "int_metric_withdrawals",
        "int_metric_talks",
        "int_metric_questions",
    ),
    *("cohort_retention", "fct_interactions"),
)
METRICS = (
    *("int_metric_new_members", "int_metric_net_growth", "int_metric_active_rate"),
    *("int_metric_action_rate", "int_metric_heat", "int_metric_event_rates"),
    *("int_metric_no_show_members", "int_metric_lead_times"),
    *("int_metric_second_visits", "int_metric_repeat_rate"),
    *("int_metric_cohort_retention", "int_metric_reactivated"),
    *("int_metric_new_sharers", "int_metric_speakers", "int_metric_answers"),
    *("int_metric_contribution_share", "int_metric_cross_boundary"),
    "int_metric_hit_rate",
)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """(relation, query) of each model, parents first."""
    workspace = Workspace(tmp_path_factory.mktemp("dbt"))
    plant(workspace)
    manifest, queries = dbt.compiled(workspace, [*MODELS, *METRICS])
    named = {manifest.nodes[key].name: key for key in queries}
    return [
        (manifest.nodes[named[name]].relation_name, queries[named[name]])
        for name in (*MODELS, *METRICS)
    ]


@dataclass(frozen=True)
class Measured:
    """A community's metrics."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def value(
        self,
        metric: str,
        start: str,
        part: str = "all",
        grain: str | None = None,
    ) -> tuple[Any, ...] | None:
        """(numerator, denominator, n, coverage), or value for those without parts."""
        grains = f" AND period_grain = '{grain}'" if grain else ""
        found = self.rows(
            "SELECT CASE WHEN numerator IS NULL THEN value ELSE numerator END,"
            f" denominator, n, coverage FROM metrics WHERE metric_id = '{metric}'"
            f" AND period_start = DATE '{start}' AND dimension_value = '{part}'{grains}"
        )
        assert len(found) <= 1, found
        return found[0] if found else None

    def starts(self, metric: str) -> list[str]:
        return [
            str(day)
            for (day,) in self.rows(
                f"SELECT period_start FROM metrics WHERE metric_id = '{metric}'"
                " AND dimension = 'all' ORDER BY 1"
            )
        ]


@pytest.fixture(scope="session")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET threads = 1")
        connection.execute("ATTACH ':memory:' AS warehouse")
        connection.execute("USE warehouse")
        for schema in ("staging", "intermediate", "marts", "seeds"):
            connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(
            "CREATE TABLE seeds.source_kinds AS"
            f" FROM read_csv('{DBT_PROJECT}/seeds/source_kinds.csv')"
        )
        for table, columns in INPUTS.items():
            connection.execute(f"CREATE TABLE {table} ({columns})")
        yield connection


@pytest.fixture
def measure(
    compiled: list[tuple[str, str]], warehouse: duckdb.DuckDBPyConnection
) -> Callable[[Community], Measured]:
    """Fills the tables with a community and builds every metric on them."""

    def run(community: Community) -> Measured:
        tables = community.finished()
        tables["stg_run__parameters"] = [
            {
                "as_of_date": community.as_of,
                "timezone": "Asia/Tokyo",
                "fiscal_year_start_month": community.fiscal_start,
            }
        ]
        for table in INPUTS:
            warehouse.execute(f"DELETE FROM {table}")
            rows = tables.get(table.partition(".")[2])
            if rows:
                warehouse.register("incoming", pa.Table.from_pylist(rows))
                warehouse.execute(f"INSERT INTO {table} BY NAME FROM incoming")
                warehouse.unregister("incoming")
        for relation, query in compiled:
            warehouse.execute(f"CREATE OR REPLACE TABLE {relation} AS {query}")
        parts = " UNION ALL ".join(
            f"SELECT * FROM {relation}" for relation, _ in compiled[-len(METRICS) :]
        )
        warehouse.execute(f"CREATE OR REPLACE TABLE metrics AS {parts}")
        return Measured(warehouse)

    return run
