"""The report in words: what dbt and GX checked, what failed, on which keys."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from pipelines.dbt import NodeResult
from pipelines.gate import checks, record
from pipelines.gate.block import KEEP_REPORTS, block
from pipelines.gate.findings import Finding
from pipelines.gate.words import bound_of_expectation, of_dbt_test
from pipelines.run import Resolved, RunOptions, resolve

CLOCK = datetime(2026, 11, 20, 20, tzinfo=UTC)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resolved:
    monkeypatch.setenv("TSUNAGARI_ENV_FILE", "/dev/null")
    options = RunOptions(data=str(tmp_path / "data"), as_of="2026-11-19")
    resolved = resolve(options, clock=CLOCK)
    resolved.workspace.prepare()
    return resolved


@pytest.mark.parametrize(
    ("kind", "kwargs", "words"),
    [
        ("column_values_to_be_unique", {"column": "key"}, "each “key” stands once"),
        (
            "column_values_to_be_in_set",
            {"column": "is_its_ratio", "value_set": [True]},
            "“is its ratio” holds in every row",
        ),
        (
            "column_values_to_be_between",
            {"column": "same_key", "max_value": 0},
            "no row counts as “same key”",
        ),
        (
            "column_values_to_be_between",
            {"column": "share", "min_value": 0.0, "max_value": 1.0},
            "“share” is from 0 to 1 in every row",
        ),
        ("table_row_count_to_equal", {"value": 368}, "exactly 368 rows"),
        ("table_row_count_to_be_between", {"min_value": 1}, "at least 1 rows"),
    ],
)
def test_an_expectation_says_what_it_allows(
    kind: str, kwargs: dict[str, object], words: str
):
    assert bound_of_expectation(f"expect_{kind}", kwargs) == words


@pytest.mark.parametrize(
    ("name", "kwargs", "words"),
    [
        ("not_null", {"column_name": "member_id"}, "member_id has a value in every"),
        (
            "relationships",
            {"column_name": "event_id", "to": "ref('dim_events')"},
            "every event_id is known in dim_events",
        ),
        (
            "is_keyed_by",
            {"columns": ["a", "b"], "never_null": ["c"]},
            "no two rows have the same a, b, and none lacks it; c never empty",
        ),
        ("has_as_many_rows_as", {"other": "ref('int_accounts')"}, "rows of int_acc"),
        ("holds_for_every_row", {"condition": "a <= b"}, "in every row: a <= b"),
    ],
)
def test_a_test_of_dbt_says_what_it_checks(
    name: str, kwargs: dict[str, object], words: str
):
    assert words in of_dbt_test("x", {"name": name, "kwargs": kwargs}, "", "")


def test_a_test_in_a_file_of_its_own_says_what_its_comment_says():
    sql = "-- Nothing may be lost\n-- on the way.\nselect 1 -- never mind"
    assert of_dbt_test("x", None, "", sql) == "Nothing may be lost on the way."
    assert of_dbt_test("x", None, "As described.", sql) == "As described."


def result(name: str, status: str, message: str = "", sql: str = "") -> NodeResult:
    kinds = {"int": "model", "unit": "unit_test"}
    info = {
        "resource_type": kinds.get(name.partition("_")[0], "test"),
        "node_name": name,
        "unique_id": f"test.{name}",
        "node_status": status,
    }
    return NodeResult({"data": {"node_info": info}}, message, sql)


NODES = {
    "test.members_are_known": SimpleNamespace(
        test_metadata=SimpleNamespace(
            name="relationships",
            kwargs={"column_name": "member_id", "to": "ref('dim_members')"},
        ),
        attached_node="model.tsunagari.fct_activities",
        description="",
        raw_code="",
    )
}


def found(warehouse: Path, *results: NodeResult) -> list[Finding]:
    return list(checks.findings(results, NODES, warehouse))


def test_a_failed_test_shows_its_keys_and_nobodys_name(run: Resolved):
    with duckdb.connect(str(run.workspace.warehouse)) as connection:
        connection.execute(
            "CREATE TABLE people AS SELECT 'm_9' AS member_id,"
            " 'inhouse:taro@acme.example' AS account_id, '山田 太郎' AS display_name"
        )
    failed, broken, warned, unit, *others = found(
        run.workspace.warehouse,
        result(
            "members_are_known",
            "fail",
            "Got 1 result, configured to fail if != 0",
            "FROM people",
        ),
        result("int_members", "error", "cannot cast 'taro@acme.example' to DATE"),
        result("is_odd", "warn", "Got 2 results, configured to warn"),
        result("unit_is_right", "success"),
        result("after_it", "skipped"),
    )
    assert others == []
    assert unit.passed
    assert failed.check == "fct_activities.members_are_known"
    assert failed.reason == "every member_id is known in dim_members"
    assert failed.observed == "rows: 1"
    assert failed.sample == ("member_id m_9, account_id inhouse:(an address)",)
    assert failed.blocks
    assert broken.blocks
    assert not warned.blocks
    assert not any(one.acknowledgeable for one in (failed, broken, warned))

    page = block(
        run,
        replace(record.begun(run), findings=(failed, broken, warned)),
    ).read_text(encoding="utf-8")
    for words in (
        *("Not published", "公開を止めました", "every member_id is known".capitalize()),
        *("m_9", "fct_activities.members_are_known", "Nothing is published yet"),
        *("has to be repaired", "make refresh", "cannot cast"),
    ):
        assert words in page, words
    assert "make acknowledge" not in page
    assert "acme.example" not in page
    assert "山田" not in page
    stopped, _, rest = page.partition("What to do next")
    assert stopped.index("int_members") > stopped.index("fct_activities")
    assert "after_it" not in rest


def test_reports_of_blocked_runs_are_kept_for_thirty_days(run: Resolved):
    files = [
        block(later, record.begun(later))
        for later in (
            replace(run, clock=CLOCK + age)
            for age in (timedelta(0), timedelta(hours=1), KEEP_REPORTS)
        )
    ]
    assert [file.exists() for file in files] == [True, True, True]
    last = replace(run, clock=CLOCK + KEEP_REPORTS + timedelta(minutes=1))
    files.append(block(last, record.begun(last)))
    assert [file.exists() for file in files] == [False, True, True, True]
    assert files[-1].stat().st_mode & 0o777 == 0o640
    kept = record.read(run.workspace)
    assert kept is not None
    assert kept.is_blocked
    assert kept.clock == last.clock
