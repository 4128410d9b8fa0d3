"""The gate: a right warehouse passes; each expectation catches what it is there for.

A mutation spoils the warehouse; exactly the expectation named beside it must fail. An
expectation without a mutation fails the last test: it would protect nothing.
"""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.audit import AuditContext, audit, audited_marts
from pipelines.publish.catalogue import Mart
from tests.pipelines.mutations import MUTATIONS

SQL = (Path(__file__).parent / "community.sql").read_text()
RESTRICTED = {"dim_members", "member_accounts"}
MARTS = [
    Mart(name, "", "", name in RESTRICTED, ("title",) if name == "fct_outputs" else ())
    for name in audited_marts()
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("gate") / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(SQL)
    return file


@pytest.fixture(scope="module")
def context(warehouse: Path) -> AuditContext:
    """The last release held the same as the warehouse before it is spoiled."""
    parquet = warehouse.parent / "parquet"
    parquet.mkdir()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for mart in audited_marts():
            connection.execute(f"COPY marts.{mart} TO '{parquet}/{mart}.parquet'")
    return AuditContext(
        as_of=date(2026, 11, 20),
        clock=datetime(2026, 11, 20, 20, tzinfo=UTC),
        previous=warehouse.parent,
        marts=MARTS,
    )


@pytest.fixture
def spoiled(warehouse: Path, tmp_path: Path) -> Callable[[str], Path]:
    def spoil(sql: str) -> Path:
        file = tmp_path / "warehouse.duckdb"
        shutil.copy(warehouse, file)
        with duckdb.connect(str(file)) as connection:
            connection.execute(sql)
        return file

    return spoil


def name_of(expectation: str) -> str:
    column, colon, _ = expectation.partition(":")
    if colon:
        return column
    return expectation.split("_to_")[0]


def test_a_right_warehouse_passes(warehouse: Path, context: AuditContext):
    findings = list(audit(warehouse, context))
    assert [f for f in findings if not f.passed] == []
    assert {f.mart for f in findings} == set(audited_marts())


def test_the_first_release_has_nothing_to_be_compared_with(
    warehouse: Path, context: AuditContext
):
    first = AuditContext(context.as_of, context.clock, previous=None, marts=MARTS)
    assert [f for f in audit(warehouse, first) if not f.passed] == []


@pytest.mark.parametrize(
    ("mart", "mutation", "caught_by"),
    MUTATIONS,
    ids=[f"{mart}-{caught_by}" for mart, _, caught_by in MUTATIONS],
)
def test_exactly_the_expectation_meant_for_it_fails(
    mart: str,
    mutation: str,
    caught_by: str,
    spoiled: Callable[[str], Path],
    context: AuditContext,
):
    findings = audit(spoiled(mutation), context, [mart])
    failed = [f for f in findings if not f.passed and not _is_gone_too(f, caught_by)]
    assert [name_of(f.expectation) for f in failed] == [caught_by]
    assert failed[0].reason


def _is_gone_too(finding, caught_by: str) -> bool:
    # A mart its suite cannot read is also short of a column.
    return caught_by == "columns" and name_of(finding.expectation) == "is_there"


def test_every_expectation_has_a_mutation(warehouse: Path, context: AuditContext):
    # of any mart: tried on two of them
    columns = {"is_there", "rows_with_address", "is_readable", "is_printable"}
    caught = {(mart, name) for mart, _, name in MUTATIONS}
    # what moved since earlier releases has its mutations in test_gate_changes.py
    have = {
        (f.mart, name_of(f.expectation))
        for f in audit(warehouse, context, audited_marts())
        if name_of(f.expectation) not in columns
    }
    assert have - caught == set()
    assert columns <= {name for _, name in caught}


def test_samples_show_keys_only(spoiled: Callable[[str], Path], context: AuditContext):
    file = spoiled("UPDATE marts.dim_members SET account_count = 9")
    (failed,) = (f for f in audit(file, context, ["dim_members"]) if not f.passed)
    assert set(failed.sample) == {"m_1", "m_2", "m_3"}


def test_marts_without_inputs_may_be_empty(
    spoiled: Callable[[str], Path], context: AuditContext
):
    file = spoiled("DELETE FROM marts.fct_deals; DELETE FROM intermediate.int_deals")
    assert [f for f in audit(file, context, ["fct_deals"]) if not f.passed] == []
