"""Seven days one by one, late and changed rows among them, and the last from nothing.

Without the job around it (process, audit, release): landing and dbt in this process.
The days before the last build what carries something from day to day, and what that
reads; `python -m tests.bench score_days` lives sixty days by the whole job.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pytest

from pipelines import dbt
from pipelines.workspace import Parameters, Workspace
from tests.bench.life import life
from tests.bench.score_days import (
    Diary,
    clock,
    differences,
    from_nothing,
    live,
)
from tests.bench.score_warehouse import export
from tests.pipelines.landed_build import land_and_build
from tests.pipelines.parsed import plant

DAYS = 7
# Who is who, the facts, and the scores; the bench compares every mart.
COMPARED = (
    "member_accounts",
    "fct_activities",
    "member_scores",
    "member_score_contributions",
    "member_score_history",
    "member_stages",
    "stage_transitions",
)


# What a run keeps for the next one: who is who, and scores of whose facts are the same.
CARRIED = ("+account_members", "+path:models/intermediate/scores")


@dataclass
class Week:
    """Both data folders, built, and the marts' differences."""

    daily: Workspace
    rebuilt: Workspace
    found: dict[str, tuple[int, int, int]]


def refresher(workspace: Workspace, *ends: date) -> Callable[[date], None]:
    """A refresh in this process; the project is read once.

    ends: the first and the last day, which build the compared marts too (the first for
    the views in between).
    """
    plant(workspace)
    manifest = dbt.parse(workspace)
    marts = [f"+{mart}" for mart in COMPARED]

    def refresh(day: date) -> None:
        moment = datetime.fromisoformat(clock(day))
        land_and_build(
            workspace,
            Parameters(moment, day, "Asia/Tokyo", 4, "v1", is_synthetic=False),
            [*CARRIED, *(marts if day in ends else [])],
            manifest,
            is_next=day != ends[0],
        )

    return refresh


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    folder = tmp_path_factory.mktemp("week")
    lived = life(DAYS, members=150, activities=8_000)
    daily = Workspace(folder / "daily")
    live(
        lived,
        daily.inbox,
        Diary(folder / "diary.json"),
        refresher(daily, lived.first, lived.last),
    )
    rebuilt = Workspace(from_nothing(daily.data, folder / "rebuilt"))
    refresher(rebuilt, lived.last)(lived.last)
    found = differences(
        export(daily, folder / "marts daily", COMPARED),
        export(rebuilt, folder / "marts rebuilt", COMPARED),
    )
    return Week(daily, rebuilt, found)


def test_the_marts_have_the_rows_of_a_rebuild(week: Week) -> None:
    assert set(COMPARED) <= set(week.found)
    assert {m: rows for m, rows in week.found.items() if any(rows[1:])} == {}
    assert week.found["member_scores"][0] > 100
    assert week.found["member_score_contributions"][0] > 1_000
    assert week.found["member_stages"][0] > 100


def test_the_week_had_late_and_changed_rows(week: Week) -> None:
    with duckdb.connect(str(week.daily.warehouse), read_only=True) as connection:
        ((late, changed, attended),) = connection.execute(
            """
            select
                (
                    select count(*) from staging.stg_files__activities_checked
                    where _source_file like '%/2026-%' and local_date
                        < cast(regexp_extract(_source_file, '2026-..-..') as date)
                ),
                (
                    select count(*) from staging.stg_files__activities_checked
                    where _row_status = 'superseded'
                ),
                (
                    select count(*) from staging.stg_files__registrations_checked
                    where _row_status = 'superseded'
                )
            """
        ).fetchall()
    assert late > 0
    assert changed > 0
    assert attended > 0


def test_the_last_day_scored_those_alone_whose_facts_changed(week: Week) -> None:
    with duckdb.connect(str(week.daily.warehouse), read_only=True) as connection:
        ((batch, everybody, scored),) = connection.execute(
            "select max(batch), bool_or(is_everybody), count(*)"
            " from intermediate.int_score_news where member_id <> ''"
        ).fetchall()
    assert batch == 1 + DAYS
    assert not everybody
    assert 0 < scored < week.found["member_scores"][0] / 2
