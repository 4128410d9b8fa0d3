"""What a run measures of its warehouse, and how releases carry it forward."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipelines.audit import CHANGES, AuditContext, audit, audited_marts, opened
from pipelines.gate.always import ALWAYS
from pipelines.gate.bounds import BOUNDS, bounds
from pipelines.gate.freeze import freeze
from pipelines.gate.rules import HISTORY_DAYS, RULES
from pipelines.gate.statistics import (
    BOUNDS_FILE,
    HISTORY,
    STATISTICS_FILE,
    Measured,
    measure,
)
from pipelines.gate.table import DOCUMENT, FAMILIES, MARK, table

SQL = (Path(__file__).parent / "community.sql").read_text()
EXPECTATIONS = Path(__file__).parents[2] / "pipelines" / "expectations"
AS_OF = date(2026, 11, 20)
CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)
# What the community lacks that its other suites do not ask for.
MORE = """
    CREATE TABLE intermediate.int_source_loads AS
    SELECT
        'connpass' AS source, DATE '2026-11-20' - cast(n AS INTEGER) AS load_date,
        CASE WHEN n = 70 THEN 9000 ELSE 100 + n % 5 END AS landed, 0 AS unchanged
    FROM range(71) AS ago (n);
    CREATE TABLE intermediate.int_stacked_deals AS
    SELECT deal_id, 'hubspot' AS source, amount, currency FROM marts.fct_deals;
    ALTER TABLE marts.fct_deals ADD COLUMN source VARCHAR DEFAULT 'hubspot';
    ALTER TABLE marts.fct_deals ADD COLUMN stage VARCHAR DEFAULT 'won';
    ALTER TABLE marts.dim_events ADD COLUMN source VARCHAR DEFAULT 'connpass';
    ALTER TABLE marts.fct_registrations ADD COLUMN source VARCHAR DEFAULT 'connpass';
    ALTER TABLE marts.fct_registrations ADD COLUMN status VARCHAR DEFAULT 'cancelled';
    ALTER TABLE marts.fct_registrations ADD COLUMN cancelled_at TIMESTAMPTZ
        DEFAULT TIMESTAMPTZ '2026-11-12 00:00:00+00';
    ALTER TABLE marts.fct_costs ADD COLUMN source VARCHAR DEFAULT 'files';
    CREATE TABLE intermediate.int_file_rows AS  -- an export a day, a row more each day
    SELECT
        'registrations' AS kind, 'files' AS connector, 'list.csv' AS file,
        'content ' || version AS content, cast(version AS DOUBLE) AS load_order,
        TIMESTAMPTZ '2026-11-15 20:00:00+00' + to_days(cast(version AS INTEGER))
            AS observed_at,
        false AS is_replaced, hash(n) AS row_key, n
    FROM range(6) AS versions (version), range(100 + version) AS rows (n);
    ALTER TABLE marts.metrics ADD COLUMN definition_version VARCHAR DEFAULT '1';
    ALTER TABLE marts.metrics ADD COLUMN is_complete BOOLEAN DEFAULT true;
    INSERT INTO marts.metrics BY NAME
    SELECT
        metric_id, 'week' AS period_grain, DATE '2026-11-09' AS period_start,
        'all' AS dimension, 'all' AS dimension_value, value, 80 AS n,
        true AS is_complete, '1' AS definition_version, false AS is_suppressed
    FROM (VALUES ('show_rate', 0.5), ('outputs', 80.0)) AS numbers (metric_id, value);
"""


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a warehouse and the release made of it a day before."""
    folder = tmp_path_factory.mktemp("carried")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(SQL)
        connection.execute(MORE)
        (folder / "parquet").mkdir()
        for mart in audited_marts():
            connection.execute(
                f"COPY marts.{mart} TO '{folder}/parquet/{mart}.parquet'"
            )
    yesterday = AuditContext(
        as_of=AS_OF - timedelta(days=1),
        clock=CLOCK - timedelta(days=1),
        previous=None,
        connectors="code",
    )
    freeze(
        folder / "warehouse.duckdb",
        yesterday,
        release_id="yesterday",
        folder=folder / "parquet",
    )
    return folder


@pytest.fixture
def today(released: Path) -> AuditContext:
    return AuditContext(as_of=AS_OF, clock=CLOCK, previous=released, connectors="code")


@pytest.fixture
def spoilt(released: Path, tmp_path: Path) -> Callable[[str], Path]:
    def spoil(sql: str) -> Path:
        file = tmp_path / "warehouse.duckdb"
        shutil.copy(released / "warehouse.duckdb", file)
        with duckdb.connect(str(file)) as connection:
            connection.execute(sql)
        return file

    return spoil


def measured(warehouse: Path, context: AuditContext) -> Measured:
    with opened(warehouse, context) as connection:
        return measure(
            connection,
            as_of=context.as_of,
            previous=context.previous,
            connectors=context.connectors,
        )


def number(found: Measured, statistic: str, subject: str) -> tuple[int, float] | None:
    """Returns n and value, None when nothing was measured."""
    rows = found.now
    chosen = rows[rows["statistic"].eq(statistic) & rows["subject"].eq(subject)]
    assert len(chosen) <= 1
    return next(((row.n, row.value) for row in chosen.itertuples()), None)


def test_a_run_is_measured(released: Path, today: AuditContext):
    found = measured(released / "warehouse.duckdb", today)
    assert number(found, "rows", "fct_activities.portal") == (60, 60)
    assert number(found, "rows", "dim_members") == (3, 3)
    assert number(found, "rows", "metrics.outputs by type") == (2, 2)
    assert number(found, "points", "event 0") == (3, 1)  # m_3 never came
    assert number(found, "points", "event 5-20") == (3, 1)  # a talk of October
    assert number(found, "stage_changes", "all") == (3, 0)
    assert number(found, "usual_stage_changes", "all") == (60, 0)
    assert number(found, "merged", "all") == (4, 1)
    assert number(found, "deal_median", "won USD") == (1, 5_000)
    assert number(found, "currency_stated", "hubspot") == (2, 1.0)
    assert number(found, "accounts_moved", "all") == (4, 0)
    assert number(found, "moments_moved", "portal") == (60, 0)
    assert number(found, "zones_lost", "connpass") == (2, 0)
    assert number(found, "states_turned", "connpass") == (2, 0)
    assert number(found, "cancellations_undone", "connpass") == (3, 0)
    assert number(found, "file_rows_gone", "files.registrations") == (104, 0)
    assert number(found, "deals_rescaled", "hubspot") == (2, 0)
    assert number(found, "costs_turned", "files") == (3, 0)
    assert number(found, "metric_change", "outputs") == (1, 0)
    assert number(found, "rate_change", "show_rate") == (1, 0)
    assert found.day == AS_OF
    assert set(found.history["release_id"]) == {"yesterday"}


@pytest.mark.parametrize(
    ("mutation", "statistic", "subject", "expected"),
    [
        (
            "UPDATE marts.member_scores SET stage = 'star' WHERE member_id <> 'm_3'",
            "stage_changes",
            "all",
            (3, 2),
        ),
        (
            "INSERT INTO identity.member_aliases SELECT 'm_9' || n, 'm_1',"
            " TIMESTAMPTZ '2026-11-20 03:00:00+00' FROM range(5) AS merged (n)",
            "merged",
            "all",
            (9, 6),
        ),
        (
            "INSERT INTO identity.member_aliases VALUES"
            " ('m_9', 'm_1', TIMESTAMPTZ '2026-11-19 20:00:00+00')",
            "merged",
            "all",
            (4, 1),
        ),
        (  # m_3 became m_1, and says so; m_2 became somebody without a trace
            "UPDATE marts.member_accounts SET member_id = CASE member_id"
            " WHEN 'm_3' THEN 'm_1' WHEN 'm_2' THEN 'm_8' ELSE member_id END;"
            "INSERT INTO identity.member_aliases VALUES ('m_3', 'm_1', NULL)",
            "accounts_moved",
            "all",
            (4, 1),
        ),
        (  # those of an event are told with it
            "UPDATE marts.fct_activities SET occurred_at = occurred_at"
            " + INTERVAL 9 HOUR WHERE source = 'connpass' OR activity_id = 'note:n1'",
            "moments_moved",
            "note",
            (1, 1),
        ),
        (  # put off by a day, and told in UTC
            "UPDATE marts.dim_events SET started_at = started_at - CASE event_id"
            " WHEN 'connpass:1' THEN INTERVAL 9 HOUR ELSE INTERVAL 1 DAY END",
            "zones_lost",
            "connpass",
            (2, 1),
        ),
        (  # of an event that is over; the other one lies ahead
            "UPDATE marts.fct_registrations SET status = 'accepted'"
            " WHERE member_id = 'm_2'",
            "states_turned",
            "connpass",
            (2, 1),
        ),
        (  # one came back after all: no day says that it was cancelled
            "UPDATE marts.fct_registrations SET status = 'accepted',"
            " cancelled_at = CASE WHEN event_id = 'connpass:1' THEN cancelled_at END"
            " WHERE member_id = 'm_2'",
            "cancellations_undone",
            "connpass",
            (3, 1),
        ),
        (  # fewer by three and more by the day's new one
            "DELETE FROM intermediate.int_file_rows WHERE load_order = 5 AND n < 4",
            "file_rows_gone",
            "files.registrations",
            (104, 3),
        ),
        (  # two rows leave a list on any day
            "DELETE FROM intermediate.int_file_rows WHERE load_order = 5 AND n < 3",
            "file_rows_gone",
            "files.registrations",
            (104, 0),
        ),
        (  # names put right in what a row is known by
            "UPDATE intermediate.int_file_rows SET row_key = hash('new' || n)"
            " WHERE load_order = 5 AND n < 40",
            "file_rows_gone",
            "files.registrations",
            (104, 0),
        ),
        (  # an export of the last weeks loses its oldest rows each time
            "DELETE FROM intermediate.int_file_rows WHERE n < 10 * load_order",
            "file_rows_gone",
            "files.registrations",
            (64, 0),
        ),
        (  # written again twice before: too few to know what it is like
            "DELETE FROM intermediate.int_file_rows"
            " WHERE load_order < 2 OR (load_order = 5 AND n < 50)",
            "file_rows_gone",
            "files.registrations",
            (104, 0),
        ),
        (  # the same loss before, which came back: no usual loss
            "DELETE FROM intermediate.int_file_rows"
            " WHERE load_order IN (2, 5) AND n < 50",
            "file_rows_gone",
            "files.registrations",
            (104, 49),
        ),
        (  # held back, and the same rows missing from the next one
            "DELETE FROM intermediate.int_file_rows WHERE load_order = 5 AND n < 50;"
            "INSERT INTO intermediate.int_file_rows SELECT * REPLACE ("
            "6 AS load_order, 'content 6' AS content)"
            " FROM intermediate.int_file_rows WHERE load_order = 5",
            "file_rows_gone",
            "files.registrations",
            (104, 49),
        ),
        (  # a header alone: its version has no row but the one that says so
            "UPDATE intermediate.int_file_rows SET is_replaced = true"
            " WHERE load_order = 5",
            "file_rows_gone",
            "files.registrations",
            (104, 104),
        ),
        (  # read again by another map: no other version
            "DELETE FROM intermediate.int_file_rows WHERE load_order = 5;"
            "INSERT INTO intermediate.int_file_rows SELECT * REPLACE ("
            "5 AS load_order, TIMESTAMPTZ '2026-11-20 20:00:00+00' AS observed_at)"
            " FROM intermediate.int_file_rows WHERE load_order = 4 AND n < 50;"
            "UPDATE intermediate.int_file_rows SET is_replaced = load_order = 4",
            "file_rows_gone",
            "files.registrations",
            None,
        ),
        (
            "UPDATE intermediate.int_stacked_deals SET currency = NULL"
            " WHERE deal_id = 'crm:d1'",
            "currency_stated",
            "hubspot",
            (2, 0.5),
        ),
        (
            "UPDATE marts.fct_deals SET amount = amount / 1000",
            "deals_rescaled",
            "hubspot",
            (2, 2),
        ),
        (  # each by another factor: typed anew
            "UPDATE marts.fct_deals SET amount = amount"
            " * CASE deal_id WHEN 'crm:d1' THEN 0.1 ELSE 2 END",
            "deals_rescaled",
            "hubspot",
            (2, 1),
        ),
        (
            "UPDATE marts.fct_costs SET amount = -amount WHERE currency = 'JPY'",
            "costs_turned",
            "files",
            (3, 2),
        ),
        (
            "UPDATE marts.metrics SET value = 100 WHERE metric_id = 'outputs'",
            "metric_change",
            "outputs",
            (1, 0.25),
        ),
        (
            "UPDATE marts.metrics SET value = 0.8 WHERE metric_id = 'show_rate'",
            "rate_change",
            "show_rate",
            (1, pytest.approx(0.3)),
        ),
    ],
    ids=[
        *("stages", "merges", "merges_before", "moves", "moments", "zones"),
        *("states", "cancellations", "list", "slips", "names", "window", "new list"),
        *("came back", "again", "header alone", "another map"),
        *("currency", "thousands", "zeros", "signs", "metric", "rate"),
    ],
)
def test_what_moved_is_measured(
    mutation: str,
    statistic: str,
    subject: str,
    expected: object,
    spoilt: Callable[[str], Path],
    today: AuditContext,
):
    assert number(measured(spoilt(mutation), today), statistic, subject) == expected


@pytest.mark.parametrize(
    "mutation",
    [
        "UPDATE marts.metrics SET value = 900, is_complete = false",
        "UPDATE marts.metrics SET value = 900, n = 49",
        "UPDATE marts.metrics SET value = 900, definition_version = '2'",
    ],
    ids=["month that runs", "few people", "other definition"],
)
def test_a_metric_is_compared_when_it_can_be(
    mutation: str, spoilt: Callable[[str], Path], today: AuditContext
):
    found = measured(spoilt(mutation), today).now["statistic"]
    assert not {"metric_change", "rate_change"} & set(found)


def test_a_first_release_measures_what_it_can(released: Path, today: AuditContext):
    first = replace(today, previous=None)
    found = measured(released / "warehouse.duckdb", first)
    assert found.history.empty
    assert not {"stage_changes", "merged", "metric_change"} & set(
        found.now["statistic"]
    )


def test_releases_carry_the_past_and_drop_what_is_long_gone(
    released: Path, today: AuditContext, tmp_path: Path
):
    warehouse = released / "warehouse.duckdb"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        freeze(warehouse, today, release_id="today", folder=tmp_path / name)
    one, two = (tmp_path / name / STATISTICS_FILE for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    carried = pq.read_table(one)
    assert carried.schema.equals(HISTORY)
    assert carried["release_id"].unique().to_pylist() == ["yesterday", "today"]
    used = pq.read_table(tmp_path / "one" / BOUNDS_FILE)
    assert used.schema.equals(BOUNDS)
    assert set(used["verdict"].to_pylist()) <= {"passed", "learning", "warned"}
    much_later = replace(today, as_of=AS_OF + timedelta(days=HISTORY_DAYS))
    (tmp_path / "later").mkdir()
    freeze(warehouse, much_later, release_id="later", folder=tmp_path / "later")
    carried = pq.read_table(tmp_path / "later" / STATISTICS_FILE)
    assert carried["release_id"].unique().to_pylist() == ["later"]


def test_a_mart_that_is_gone_has_lost_its_rows(
    spoilt: Callable[[str], Path], today: AuditContext
):
    found = bounds(measured(spoilt("DROP TABLE marts.fct_activities"), today))
    lost = found[found["verdict"].eq("blocked")]
    assert list(zip(lost["rule"], lost["subject"], strict=True)) == [
        ("keeps_its_rows", "fct_activities.portal")  # the others have under 20 rows
    ]


def test_a_finding_names_the_rule_its_subject_and_what_it_was_compared_with(
    spoilt: Callable[[str], Path], today: AuditContext
):
    file = spoilt(
        "UPDATE intermediate.int_source_loads SET landed = 900"
        " WHERE load_date = DATE '2026-11-20';"
        "UPDATE marts.metrics SET value = 0.8 WHERE metric_id = 'show_rate'"
    )
    found = list(audit(file, today, [CHANGES]))
    failed = {finding.check: finding for finding in found if not finding.passed}
    assert set(failed) == {
        "source_summary.has_usual_volume:connpass",
        "metrics.keeps_its_rates:show_rate",
    }
    volume = failed["source_summary.has_usual_volume:connpass"]
    assert volume.acknowledgeable
    assert "8 days of the same weekday" in volume.reason
    assert volume.value == 900
    assert volume.upper is not None
    assert volume.upper < 200
    passed = {finding.rule: finding for finding in found if finding.passed}
    assert "learning" in passed["member_scores.keeps_its_points"].observed


def test_every_rule_names_an_expectation_that_is_there():
    for rule in ALWAYS:
        suite = EXPECTATIONS / f"{rule.mart or '_columns'}.py"
        assert re.search(rf'"{rule.check}"', suite.read_text()), rule.check
    assert {rule.family for rule in RULES} == set(FAMILIES)
    assert len({(rule.mart, rule.check) for rule in RULES}) == len(RULES)


def test_the_page_shows_the_rules():
    before, shown, after = DOCUMENT.read_text().split(MARK)
    assert shown.strip() == table().strip(), "run python -m pipelines.gate.table"
    assert "What the gate looks at" in before


def test_the_history_may_be_in_any_order(released: Path, today: AuditContext):
    found = measured(released / "warehouse.duckdb", today)
    turned = replace(found, now=found.now[::-1], history=found.history[::-1])
    pd.testing.assert_frame_equal(bounds(turned), bounds(found))
