"""Runs the project's own score models, as dbt compiles them, on generated communities.

`dbt compile` runs once per session. The compiled SQL then runs in an in-memory DuckDB
that carries the warehouse's name, on tables of the intermediate schema that hold a
generated community, the real seeds, and the run's parameters. The published macro
(as_of.sql) is created on top, as the publisher does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest

from pipelines import dbt
from pipelines.workspace import Workspace
from tests.pipelines.parsed import plant
from tests.scoring.reference import Community

PROJECT = Path(__file__).parents[2]
AS_OF_SQL = PROJECT / "pipelines" / "publish" / "as_of.sql"
MARTS = (
    "member_score_contributions",
    "member_scores",
    "member_score_history",
    "member_stages",
    "stage_transitions",
)
# Who is to be computed again: the runs here compute everybody.
BOOKKEEPING = ("int_score_facts", "int_score_news", "int_scores_done")
TOKYO = ZoneInfo("Asia/Tokyo")

# What the score models read of other models, and nothing more.
INPUTS = {
    "int_member_activities": """
        activity_id varchar, member_id varchar, activity_type varchar, category varchar,
        local_date date, event_id varchar, object_key varchar, working_group varchar""",
    "int_reaction_snapshots": """
        activity_id varchar, observed_date date, reactions bigint""",
    "int_events": """
        event_id varchar, event_group_id varchar, local_date date, format varchar,
        working_group varchar, status varchar, is_attendance_taken boolean""",
    "int_members_resolved": """
        member_id varchar, first_seen_at timestamptz, is_internal boolean,
        is_bot boolean""",
    "int_companies": "company_id varchar, contract_status varchar",
    "int_member_affiliations": """
        member_id varchar, company_id varchar, valid_from date, valid_to date""",
}
CONTRACTS = "company_id varchar, active_from date, active_to date"


@dataclass(frozen=True)
class Model:
    """One compiled model: where it goes and the query that fills it."""

    relation: str
    query: str


@dataclass(frozen=True)
class Compiled:
    """The score models in the order of their dependencies, and the seeds they read."""

    models: tuple[Model, ...]
    seeds: dict[str, dict[str, str]]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """The project's score models as dbt compiles them."""
    workspace = Workspace(tmp_path_factory.mktemp("dbt"))
    plant(workspace)
    selected = ["path:models/intermediate/scores", *MARTS, "--exclude", *BOOKKEEPING]
    manifest, chosen = dbt.compiled(workspace, selected)
    nodes: Mapping[str, Any] = manifest.nodes
    ordered: list[str] = []

    def visit(key: str) -> None:
        for parent in nodes[key].depends_on.nodes:
            if parent in chosen and parent not in ordered:
                visit(parent)
        if key not in ordered:
            ordered.append(key)

    for key in sorted(chosen):
        visit(key)
    read = {parent for key in ordered for parent in nodes[key].depends_on.nodes}
    return Compiled(
        models=tuple(Model(nodes[key].relation_name, chosen[key]) for key in ordered),
        seeds={
            nodes[key].name: nodes[key].config.column_types
            for key in read
            if key.startswith("seed.")
        },
    )


@dataclass(frozen=True)
class Scores:
    """The score models in memory; `run` builds them for one community and day."""

    connection: duckdb.DuckDBPyConnection
    compiled: Compiled

    def run(
        self, community: Community, as_of: date, formula_version: str = "v1"
    ) -> None:
        """Loads the community and builds every score model and the macro on it."""
        self._load(community, as_of, formula_version)
        self.build()

    def build(self) -> None:
        """Builds every score model and the published macro on what is loaded."""
        for model in self.compiled.models:
            self.connection.execute(
                f"create or replace table {model.relation} as {model.query}"
            )
        self.connection.execute(
            "create or replace table marts.fct_activities as "
            "select activity_id, member_id, activity_type, local_date "
            "from intermediate.int_member_activities"
        )
        self.connection.execute(AS_OF_SQL.read_text())

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, list(parameters)).fetchall()

    def _load(self, community: Community, as_of: date, formula_version: str) -> None:
        self.connection.execute("delete from staging.stg_run__parameters")
        self.connection.execute(
            "insert into staging.stg_run__parameters values (?, ?, ?, ?, ?, ?)",
            [
                as_of,
                datetime.combine(as_of + timedelta(days=1), time(5), TOKYO),
                "Asia/Tokyo",
                4,
                formula_version,
                True,
            ],
        )
        self._fill(
            "intermediate.int_member_activities",
            [
                {
                    "activity_id": a.activity_id,
                    "member_id": a.member_id,
                    "activity_type": a.activity_type,
                    "category": a.category,
                    "local_date": a.local_date,
                    "event_id": a.event_id,
                    "object_key": a.object_key,
                    "working_group": None,
                }
                for a in community.activities
            ],
        )
        self._fill(
            "intermediate.int_reaction_snapshots",
            [vars(snapshot) for snapshot in community.snapshots],
        )
        self._fill(
            "intermediate.int_events",
            [
                {
                    "event_id": e.event_id,
                    "event_group_id": e.event_group_id,
                    "local_date": e.local_date,
                    "format": "online" if e.is_online else "offline",
                    "working_group": e.working_group,
                    "status": "scheduled",
                    "is_attendance_taken": e.is_attendance_taken,
                }
                for e in community.events
            ],
        )
        self._fill(
            "intermediate.int_members_resolved",
            [
                {
                    "member_id": m.member_id,
                    "first_seen_at": m.first_seen
                    and datetime.combine(m.first_seen, time(0, 1), TOKYO).astimezone(
                        UTC
                    ),
                    "is_internal": m.is_internal,
                    "is_bot": m.is_bot,
                }
                for m in community.members
            ],
        )
        self._fill(
            "intermediate.int_companies",
            [{"company_id": "files:1", "contract_status": "active"}]
            if community.has_crm
            else [],
        )
        self._fill(
            "marts.fct_contracts",
            [{"company_id": "files:1", "active_from": date(1990, 1, 1)}]
            if community.has_crm
            else [],
        )
        self._fill(
            "intermediate.int_member_affiliations",
            [
                {
                    "member_id": c.member_id,
                    "company_id": "files:1",
                    "valid_from": c.first,
                    "valid_to": c.last,
                }
                for c in community.contracts
            ],
        )
        self._fill(
            "seeds.stage_overrides",
            [
                {
                    "member_id": o.member_id,
                    "stage": o.stage,
                    "valid_from": o.first,
                    "valid_to": o.last,
                    "reason": "committee",
                    "decided_by": "Sato",
                }
                for o in community.overrides
            ],
        )

    def _fill(self, table: str, rows: list[dict[str, Any]]) -> None:
        self.connection.execute(f"delete from {table}")
        if rows:
            self.connection.register("incoming", pa.Table.from_pylist(rows))
            self.connection.execute(
                f"insert into {table} by name select * from incoming"
            )
            self.connection.unregister("incoming")


@pytest.fixture(scope="session")
def scores(compiled: Compiled) -> Iterator[Scores]:
    """Score models on an in-memory warehouse with the real seeds."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set threads = 1")
    connection.execute("attach ':memory:' as warehouse")
    connection.execute("use warehouse")
    for schema in ("staging", "identity", "intermediate", "marts", "seeds"):
        connection.execute(f"create schema {schema}")
    connection.execute(
        "create table staging.stg_run__parameters (as_of_date date, "
        "run_at timestamptz, timezone varchar, fiscal_year_start_month integer, "
        "formula_version varchar, is_synthetic boolean)"
    )
    connection.execute(
        "create table identity.member_aliases "
        "(alias_member_id varchar, member_id varchar, aliased_at timestamptz)"
    )
    for table, columns in INPUTS.items():
        connection.execute(f"create table intermediate.{table} ({columns})")
    connection.execute(f"create table marts.fct_contracts ({CONTRACTS})")
    for seed, types in compiled.seeds.items():
        path = PROJECT / "dbt_project" / "seeds" / f"{seed}.csv"
        columns = json.dumps(types).replace('"', "'")
        connection.execute(
            f"create table seeds.{seed} as from read_csv("
            f"'{path}', header = true, auto_detect = false, columns = {columns})"
        )
    yield Scores(connection, compiled)
    connection.close()
