"""Daily runs against a rebuild, by dbt itself: row for row, whatever happened between.

The inputs of the score models are tables here. Each day brings activities, late ones,
deletions, changed reactions, merged members and more; one run dies half-way and its
news is taken back. The rebuild computes everybody from the same inputs.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import duckdb
import pytest
from dbt.contracts.graph.manifest import Manifest

from pipelines import dbt
from pipelines.workspace import Parameters, Workspace
from tests.pipelines.parsed import plant
from tests.scoring.conftest import CONTRACTS, INPUTS, MARTS

# A Saturday; the week holds a Sunday that ends a month, a fiscal quarter and a year.
FIRST_DAY = date(2023, 12, 30)
MEMBERS = 30
MODELS = ("path:models/intermediate/scores", *MARTS)
# Where the run stops that dies: some tables have its news, others not.
HALF = (
    "int_members_known",
    "int_score_facts",
    "int_score_news",
    "int_activity_things",
    "int_things_weighed",
    "int_score_components",
)
COMPARED = (
    "intermediate.int_activity_things",
    "intermediate.int_things_weighed",
    "intermediate.int_things_engaged",
    "intermediate.int_things_capped",
    "intermediate.int_score_components",
    "intermediate.int_stage_rule_periods",
    "intermediate.int_silent_periods",
    "intermediate.int_stage_periods",
    "intermediate.int_stages",
    *(f"marts.{mart}" for mart in MARTS),
)
KINDS = (
    "post", "post", "reply", "reaction", "blog", "slide", "attend", "attend", "speak",
    "no_show", "register", "answer", "join", "referral_made",
)  # fmt: skip
EVENT_KINDS = {"attend", "speak", "no_show", "register"}


@dataclass
class Warehouse:
    """One data folder whose score inputs the test writes."""

    workspace: Workspace
    manifest: Manifest
    formula_version: str = "v1"

    def execute(self, *statements: str) -> None:
        with duckdb.connect(str(self.workspace.warehouse)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            for statement in statements:
                connection.execute(statement)

    def rows(self, query: str) -> list[tuple]:
        file = str(self.workspace.warehouse)
        with duckdb.connect(file, read_only=True) as connection:
            return connection.execute(query).fetchall()

    def run(self, day: date, *selected: str) -> None:
        Parameters(
            clock=datetime.combine(day, time(20), UTC),
            as_of=day,
            timezone="Asia/Tokyo",
            fiscal_year_start_month=4,
            formula_version=self.formula_version,
            is_synthetic=True,
        ).write(self.workspace.parameters)
        results = dbt.build(
            self.workspace,
            ["--resource-type", "model", "--select", *(selected or MODELS)],
            self.manifest,
        )
        failed = [r.message for r in results if r.node["node_status"] == "error"]
        assert failed == []

    def looked_at(self) -> set[str]:
        """Members whom the last run computed."""
        found = self.rows("select member_id from intermediate.int_score_news")
        return {member_id for (member_id,) in found} - {""}


class Life:
    """What happens to a community, day by day; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.number = 0

    def activities(self, member: int, first: date, last: date, count: int) -> str:
        rows = []
        for _ in range(count):
            self.number += 1
            kind = self.chance.choice(KINDS)
            day = first + timedelta(days=self.chance.randint(0, (last - first).days))
            is_event = kind in EVENT_KINDS
            category = "event" if is_event else "other" if kind == "join" else "share"
            event = f"'e{self.chance.randint(0, 9)}'" if is_event else "null"
            key = f"'k{self.chance.randint(0, 3)}'" if self.number % 5 == 0 else "null"
            rows.append(
                f"('a{self.number}', 'm{member}', '{kind}', '{category}', '{day}',"
                f" {event}, {key}, null)"
            )
        return f"insert into intermediate.int_member_activities values {','.join(rows)}"

    def beginning(self) -> Iterator[str]:
        for schema in ("staging", "intermediate", "marts", "identity", "seeds"):
            yield f"create schema if not exists {schema}"
        for table, columns in INPUTS.items():
            yield f"create table intermediate.{table} ({columns})"
        yield f"create table marts.fct_contracts ({CONTRACTS})"
        yield (
            "create table identity.member_aliases (alias_member_id varchar,"
            " member_id varchar, aliased_at timestamptz)"
        )
        yield (
            "insert into intermediate.int_events select 'e' || n, 'e' || n // 2,"
            " date '2023-04-01' + cast(30 * n as integer), 'offline', null,"
            " 'scheduled', true from range(10) as t (n)"
        )
        yield (
            "insert into intermediate.int_members_resolved select 'm' || n,"
            " timestamptz '2022-10-01 00:00:00+00' + to_days(cast(n * 11 as integer)),"
            f" n = 7, n = 8 from range({MEMBERS}) as t (n)"
        )
        yield "insert into intermediate.int_companies values ('c', 'active')"
        yield "insert into marts.fct_contracts values ('c', '2023-01-01', null)"
        yield (
            "insert into intermediate.int_member_affiliations select 'm' || n, 'c',"
            f" null, null from range(0, {MEMBERS}, 2) as t (n)"
        )
        for member in range(MEMBERS - 3):
            count = 40 if member < 4 else self.chance.randint(1, 12)
            yield self.activities(member, date(2021, 11, 1), FIRST_DAY, count)
        # More quick posts than a day counts.
        yield (
            f"insert into {ACTIVITIES} select 'post' || n, 'm' || n % 3, 'post',"
            " 'share', '2023-12-26', null, null, null from range(24) as t (n)"
        )
        yield (
            "insert into intermediate.int_reaction_snapshots select activity_id,"
            " local_date + 3, hash(activity_id) % 50"
            " from intermediate.int_member_activities"
            " where category = 'share' and hash(activity_id) % 2 = 0"
        )

    def day(self, number: int, today: date) -> Iterator[str]:
        """News of a day: of today, late, and of days to come."""
        for member in self.chance.sample(range(MEMBERS), 3):
            yield self.activities(member, today, today, 2)
        yield self.activities(number, date(2023, 1, 1), today, 2)
        yield self.activities(20 + number, today, today + timedelta(days=9), 1)
        yield from NEWS[number]


ACTIVITIES = "intermediate.int_member_activities"
KNOWN = "select count(*) from intermediate.int_members_resolved"
# What each day changes besides: a later look, a deletion, a decision, a merge ...
NEWS: tuple[tuple[str, ...], ...] = (
    ("update intermediate.int_reaction_snapshots set reactions = reactions + 900"
     " where activity_id in ('a1', 'a3', 'a9', 'a14', 'a21', 'a30')",),
    (f"delete from {ACTIVITIES} where member_id = 'm3' and category = 'event'",
     "delete from intermediate.int_members_resolved where member_id = 'm29'"),
    (f"update {ACTIVITIES} set member_id = 'm1' where member_id = 'm12'",
     "delete from intermediate.int_members_resolved where member_id = 'm12'",
     "insert into identity.member_aliases values ('m12', 'm1', null)"),
    ("insert into seeds.stage_overrides values ('m12', 'star', '2023-12-01', null,"
     " 'keynote', 'committee'), ('m5', 'active', '2024-01-10', '2024-01-12',"
     " 'soon', 'committee')",
     "update intermediate.int_members_resolved set is_internal = true"
     " where member_id = 'm0'"),
    ("update intermediate.int_events set format = 'online', event_group_id = 'e0'"
     " where event_id = 'e3'",
     "update marts.fct_contracts set active_to = '2023-11-30'",
     # A second version begins beside the first, which the run still uses.
     "insert into seeds.formula_versions select * replace ('v2' as formula_version,"
     " 60 as half_life_days) from seeds.formula_versions",
     "insert into seeds.activity_points select * replace ('v2' as formula_version,"
     " base_points + 1 as base_points) from seeds.activity_points",
     "insert into seeds.stage_rules select * replace ('v2' as formula_version)"
     " from seeds.stage_rules"),
    # The merge is undone.
    (f"update {ACTIVITIES} set member_id = 'm12' where member_id = 'm1'"
     " and hash(activity_id) % 2 = 0",
     "insert into intermediate.int_members_resolved values"
     " ('m12', '2023-11-01 00:00:00+00', false, false)",
     "delete from identity.member_aliases"),
    ("update seeds.stage_rules set min_total_points = 5 where rule = 'total_6'",),
)  # fmt: skip


def begun(folder: Path) -> tuple[Warehouse, Life]:
    workspace = Workspace(folder)
    workspace.prepare()
    plant(workspace)
    warehouse = Warehouse(workspace, dbt.parse(workspace))
    life = Life(seed=5)
    warehouse.execute(*life.beginning())
    dbt.build(workspace, ["--resource-type", "seed"], warehouse.manifest)
    warehouse.run(FIRST_DAY, "stg_run__parameters", *MODELS)
    return warehouse, life


def differences(daily: Warehouse, folder: Path, day: date) -> dict[str, tuple]:
    """Rows that only the daily runs or only a rebuild of the same inputs have."""
    shutil.copytree(daily.workspace.data, folder)
    rebuilt = Warehouse(Workspace(folder), daily.manifest, daily.formula_version)
    rebuilt.execute("drop table intermediate.int_scores_done")
    rebuilt.run(day, "stg_run__parameters", *MODELS)
    found = {}
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        # As main catalogs, so that views find their tables.
        for name, warehouse in (("daily", daily), ("rebuilt", rebuilt)):
            file = warehouse.workspace.warehouse
            connection.execute(f"attach '{file}' as warehouse (read_only)")
            for table in COMPARED:
                copy = f"{name}_{table.replace('.', '_')}"
                connection.execute(f"create table {copy} as from warehouse.{table}")
            connection.execute("detach warehouse")
        for table in COMPARED:
            one, other = (
                f"{n}_{table.replace('.', '_')}" for n in ("daily", "rebuilt")
            )
            ((rows, more, less),) = connection.execute(
                f"select (select count(*) from {other}),"
                f" (select count(*) from (from {one} except all from {other})),"
                f" (select count(*) from (from {other} except all from {one}))"
            ).fetchall()
            assert rows > 0, table
            if more or less:
                found[table] = (rows, more, less)
    return found


@pytest.fixture(scope="module")
def code() -> Iterator[list[str]]:
    """What the runs take for the hash of their code; whatever is edited meanwhile."""
    told = ["as it is"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt, "code_fingerprint", lambda: told[0])
        yield told


@pytest.fixture(scope="module")
def lived(
    tmp_path_factory: pytest.TempPathFactory, code: list[str]
) -> tuple[Warehouse, Path]:
    """A week lived day by day; the fourth day's first run dies half-way.

    The fifth brings a second version of the formula, the sixth runs by it.
    """
    folder = tmp_path_factory.mktemp("daily")
    warehouse, life = begun(folder / "data")
    for number in range(6):
        today = FIRST_DAY + timedelta(days=number + 1)
        warehouse.execute(*life.day(number, today))
        warehouse.formula_version = "v2" if number == 5 else "v1"
        if number == 3:
            kept = warehouse.rows(f"select * from {ACTIVITIES} where member_id = 'm2'")
            warehouse.execute(f"delete from {ACTIVITIES} where member_id = 'm2'")
            warehouse.run(today, *HALF)
            values = ", ".join(str(row).replace("None", "null") for row in kept)
            values = values.replace("datetime.date", "make_date")
            warehouse.execute(f"insert into {ACTIVITIES} values {values}")
        warehouse.run(today)
        ((members,),) = warehouse.rows(KNOWN)
        looked_at = len(warehouse.looked_at())
        # A version that begins computes everybody; to run by it nobody more.
        assert looked_at == members if number == 4 else 0 < looked_at < members
        if number == 3:
            assert "m2" in warehouse.looked_at()
    return warehouse, folder


def test_a_week_of_daily_runs_has_the_rows_of_a_rebuild(
    lived: tuple[Warehouse, Path],
) -> None:
    warehouse, folder = lived
    last = FIRST_DAY + timedelta(days=6)
    assert differences(warehouse, folder / "rebuilt", last) == {}
    assert warehouse.rows(
        "select formula_version, count(distinct snapshot_date) > 100,"
        " bool_or(snapshot_date = date '2023-12-31') from marts.member_score_history"
        " group by formula_version order by formula_version"
    ) == [("v1", True, True), ("v2", True, True)]


def test_a_day_without_news_computes_nobody_and_a_changed_formula_everybody(
    lived: tuple[Warehouse, Path],
) -> None:
    warehouse, folder = lived
    last = FIRST_DAY + timedelta(days=7)
    warehouse.run(last)
    assert warehouse.looked_at() == set()
    warehouse.execute(*NEWS[6])
    warehouse.run(last)
    assert [(len(warehouse.looked_at()),)] == warehouse.rows(KNOWN)
    assert differences(warehouse, folder / "changed", last) == {}


def test_changed_code_computes_everybody(
    lived: tuple[Warehouse, Path], code: list[str]
) -> None:
    warehouse, _ = lived
    code[0] = "changed"
    warehouse.run(FIRST_DAY + timedelta(days=7), "int_score_facts", "int_score_news")
    assert [(len(warehouse.looked_at()),)] == warehouse.rows(KNOWN)
