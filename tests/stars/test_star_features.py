"""What is known of members on a day does not change with what happens after it.

The project's own SQL, built twice: as of the day, and as of half a year later with all
that came since (talks, a higher role at an old event, reactions, replies, a contract).
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.stars.backtest import JUDGED_MEMBERS
from tests.dbt.project import DBT, SmallProject

DAY = date(2026, 3, 31)
MODELS = ("snapshots", "facts", "days", "answers", "contracts", "features", "people")

Row = tuple[Any, ...]


def days_before(count: int) -> date:
    return DAY - timedelta(days=count)


# activity, member, day, type, category, event, source, group, parent
KNOWN: list[Row] = [
    ("a1", "m", days_before(400), "attend", "event", "e0", "connpass", None, None),
    ("a2", "m", days_before(170), "attend", "event", "e1", "connpass", None, None),
    ("a3", "m", days_before(90), "blog", "share", None, "qiita", "east", None),
    ("a4", "m", days_before(20), "blog", "share", None, "qiita", "west", None),
    ("a5", "m", days_before(3), "speak", "event", "e2", "connpass", None, None),
    ("b1", "n", days_before(10), "reply", "share", None, "slack", None, "a4"),
    ("c1", "o", days_before(364), "post", "share", None, "slack", None, None),
    ("d1", "p", days_before(365), "post", "share", None, "slack", None, None),
]
LATER: list[Row] = [
    ("a6", "m", DAY + timedelta(1), "speak", "event", "e1", "connpass", None, None),
    ("a7", "m", DAY + timedelta(9), "blog", "share", None, "qiita", "north", None),
    ("b2", "n", DAY + timedelta(2), "reply", "share", None, "slack", None, "a3"),
    ("b3", "o", DAY + timedelta(2), "reply", "share", None, "slack", None, "a4"),
]
LOOKS = [("a4", days_before(15), 4), ("a4", DAY + timedelta(5), 400)]
CONTRACTS = [("c", days_before(500)), ("d", DAY + timedelta(1))]


def sql(rows: list[Row], types: dict[str, str]) -> str:
    """A model of these rows."""
    casts = ", ".join(
        f"cast({name} as {type_}) as {name}" for name, type_ in types.items()
    )
    values = ", ".join(
        "(" + ", ".join("null" if v is None else f"'{v}'" for v in row) + ")"
        for row in rows
    )
    return f"select {casts} from (values {values}) as rows ({', '.join(types)})"


def stubs(as_of: date, activities: list[Row]) -> dict[str, str]:
    return {
        "stg_run__parameters": (
            f"select date '{as_of}' as as_of_date, 'v1' as formula_version"
        ),
        "int_member_activities": sql(
            activities,
            {
                "activity_id": "varchar",
                "member_id": "varchar",
                "local_date": "date",
                "activity_type": "varchar",
                "category": "varchar",
                "event_id": "varchar",
                "source": "varchar",
                "working_group": "varchar",
                "parent_activity_id": "varchar",
            },
        ),
        "int_activity_things": (
            "select activity_id, activity_id as thing_id, event_id as real_event_id,"
            " false as is_online from {{ ref('int_member_activities') }}"
        ),
        "int_members_resolved": (
            "select distinct member_id, false as is_bot, false as is_internal"
            " from {{ ref('int_member_activities') }}"
        ),
        "int_rhythm_members": (
            "select member_id, row_number() over (order by member_id) as member_number,"
            " false as has_left"
            " from {{ ref('int_members_resolved') }}"
        ),
        "int_stars": "select 'o' as member_id, date '2026-04-20' as star_date,"
        " false as is_date_lower_bound, true as is_still_star",
        "int_score_parts": (
            "select member_id, 'v1' as formula_version, 90 as half_life_days,"
            " local_date as starts_on, local_date as decays_from, 3 as points"
            " from {{ ref('int_member_activities') }}"
        ),
        "int_reaction_snapshots": sql(
            LOOKS,
            {"activity_id": "varchar", "observed_date": "date", "reactions": "bigint"},
        ),
        "int_member_affiliations": (
            "select member_id, company_id, known_since, known_since as valid_from,"
            " cast(null as date) as valid_to from ("
            + sql(
                [("m", "d", days_before(100)), ("n", "c", days_before(100))],
                {
                    "member_id": "varchar",
                    "company_id": "varchar",
                    "known_since": "date",
                },
            )
            + ") as jobs"
        ),
        "stg_files__contracts": (
            "select *, cast(null as date) as end_date from ("
            + sql(CONTRACTS, {"company_id": "varchar", "start_date": "date"})
            + ") as contracts"
        ),
        "int_company_aliases": (
            "select distinct company_id, company_id as source_company_id"
            " from {{ ref('int_member_affiliations') }}"
        ),
    }


def features(folder: Path, as_of: date, activities: list[Row]) -> dict[str, Row]:
    """What was known on DAY, by member, in a community as of a day."""
    project = SmallProject.create(
        folder,
        models=[f"intermediate/stars/int_star_{name}.sql" for name in MODELS],
        seeds=("activity_types", "activity_points", "formula_versions"),
        stubs=stubs(as_of, activities),
    )
    project.build()
    with duckdb.connect(str(project.data / "warehouse.duckdb")) as connection:
        found = connection.execute(
            "from intermediate.int_star_features where snapshot_date = ? order by all",
            [DAY],
        )
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        people = connection.execute(
            "select count(*), min(next_active_day) filter (member_id = 'm'),"
            " any_value(star_day) filter (member_id = 'o')"
            " from intermediate.int_star_people where snapshot_date = ?",
            [DAY],
        ).fetchall()[0]
    return {"": people} | {row["member_id"]: row for row in rows}


@pytest.fixture(scope="module")
def then(tmp_path_factory):
    return features(tmp_path_factory.mktemp("then"), DAY, KNOWN)


@pytest.fixture(scope="module")
def now(tmp_path_factory):
    late = DAY + timedelta(days=181)
    return features(tmp_path_factory.mktemp("now"), late, KNOWN + LATER)


def test_facts_after_the_day_change_nothing(then, now):
    assert {member: row for member, row in now.items() if member} == {
        member: row for member, row in then.items() if member
    }


def test_who_was_active_within_a_year_has_a_row(then):
    assert set(then) == {"", "m", "n", "o"}


def test_windows_are_counted_by_hand(then):
    member = then["m"]
    assert (member["recency_days"], member["tenure_days"]) == (3, 400)
    assert member["longest_gap_days"] == 230  # from the 400th to the 170th day before
    assert (member["work_30d"], member["work_90d"], member["work_180d"]) == (1, 1, 2)
    assert (member["talk_30d"], member["attend_180d"], member["attend_365d"]) == (
        1,
        1,
        1,
    )
    assert (member["active_days_365d"], member["active_weeks_182d"]) == (4, 4)
    assert (member["groups_180d"], member["channels_365d"], member["types_365d"]) == (
        2,
        2,
        3,
    )
    assert (member["replies_180d"], member["repliers_180d"]) == (1, 1)
    assert member["reactions_180d"] == 4
    assert member["points_180d"] == 8 + 8 + 10 + 3
    assert float(member["share_points"]) == pytest.approx(
        8 * 0.5 + 8 * 0.5 ** (20 / 90), abs=1e-5
    )
    assert float(member["share_slope_30d"]) == pytest.approx(
        float(member["share_points"]) - 8 * 0.5 ** (60 / 90), abs=1e-5
    )


def test_a_contract_counts_from_its_first_day(then):
    assert not then["m"]["has_contract"]
    assert then["n"]["has_contract"]


def test_what_became_of_members_stands_beside(then, now):
    first = date(1990, 1, 1)
    assert then[""][:2] == (3, None)
    assert now[""] == (3, (DAY - first).days + 1, (date(2026, 4, 20) - first).days)


@pytest.mark.parametrize("model", ["features", "people"])
def test_sql_and_python_take_the_same_sample(model):
    stars = DBT / "models" / "intermediate" / "stars"
    text = (stars / f"int_star_{model}.sql").read_text()
    assert f"<= {JUDGED_MEMBERS}" in text
