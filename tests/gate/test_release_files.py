"""What is looked for in a release's files: equal values, small groups, names."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.publish.catalogue import Mart
from pipelines.publish.release import (
    COMMUNITY,
    SHAREABLE,
    SmokeTestFailed,
    smoke_test,
)
from pipelines.publish.shareable import (
    PersonalDataFound,
    search_for_people,
    search_for_small_groups,
)
from tests.gate.folders import in_file, parquet_rows
from tests.gate.kinds import Chooser

MARTS = [Mart("metrics", "Numbers.", "metric_id", False, ())]
ONE = Chooser(0.01, 1)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release of one mart: the two files and the table as Parquet."""
    (tmp_path / "parquet").mkdir()
    for name in (COMMUNITY, SHAREABLE):
        with duckdb.connect(str(tmp_path / name)) as connection:
            connection.execute(
                f"""
                CREATE SCHEMA marts;
                CREATE TABLE marts.publications AS SELECT DATE '2026-11-20' AS
                    data_through;
                CREATE TABLE marts.metrics AS SELECT 'm' || n AS metric_id,
                    n + 0.5 AS value FROM range(20) AS numbers (n);
                CREATE MACRO marts.member_scores_as_of(day) AS TABLE SELECT day;
                COPY marts.metrics TO '{tmp_path}/parquet/metrics.parquet'
                """
            )
    return tmp_path


def test_a_whole_release_answers(release: Path):
    smoke_test(release, MARTS)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            parquet_rows(
                "metrics",
                "SELECT * EXCLUDE (is_chosen) FROM {rows} WHERE NOT is_chosen",
            ),
            "has 19 rows, the table 20",
        ),
        (
            parquet_rows(
                "metrics",
                "SELECT * EXCLUDE (is_chosen)"
                " REPLACE (if(is_chosen, 0, value) AS value) FROM {rows}",
            ),
            "and the table differ",
        ),
        (in_file(COMMUNITY, "DELETE FROM marts.metrics WHERE value < 1"), "rows"),
        (in_file(SHAREABLE, "DROP TABLE marts.metrics"), "does not answer"),
    ],
)
def test_a_release_whose_files_differ_is_none(release: Path, change, problem: str):
    change(release, ONE)
    with pytest.raises(SmokeTestFailed, match=problem):
        smoke_test(release, MARTS)


@pytest.fixture
def files() -> Iterator[duckdb.DuckDBPyConnection]:
    """The two files in memory, as the publisher has them attached."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            ATTACH ':memory:' AS community;
            CREATE SCHEMA community.marts;
            CREATE TABLE community.marts.dim_members AS SELECT '山田 太郎' AS
                display_name, 'ヤマダ タロウ' AS name_kana, false AS is_bot,
                'taro@acme.example' AS primary_email;
            CREATE TABLE community.marts.dim_companies (name VARCHAR, company_id
                VARCHAR);
            CREATE TABLE community.marts.member_accounts AS SELECT 'connpass:taro' AS
                account_id, 'taro@acme.example' AS email;
            ATTACH ':memory:' AS shared;
            CREATE SCHEMA shared.marts;
            CREATE TABLE shared.marts.dim_events AS SELECT 'つながり会' AS title;
            CREATE TABLE shared.marts.metrics AS SELECT 8 AS n, 0.5 AS value, false AS
                is_suppressed;
            CREATE TABLE shared.marts.company_summary AS SELECT 0 AS member_count;
            """
        )
        yield connection


def test_nothing_is_found_where_nothing_is(files: duckdb.DuckDBPyConnection):
    search_for_people(files)
    search_for_small_groups(files, 5)


@pytest.mark.parametrize("title", ["山田\u3000太郎", "山田\u00a0太郎", "山田太郎"])
def test_a_name_is_found_however_it_is_spaced(
    files: duckdb.DuckDBPyConnection, title: str
):
    files.execute("UPDATE shared.marts.dim_events SET title = ?", [title])
    with pytest.raises(PersonalDataFound, match=r"dim_events\.title"):
        search_for_people(files)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE shared.marts.metrics SET n = 4",
        "UPDATE shared.marts.metrics SET is_suppressed = true",
        "UPDATE shared.marts.company_summary SET member_count = 1",
    ],
)
def test_a_small_group_is_found(files: duckdb.DuckDBPyConnection, statement: str):
    files.execute(statement)
    with pytest.raises(PersonalDataFound, match="fewer than 5 people"):
        search_for_small_groups(files, 5)
