"""Great Expectations on the marts: is it fit to show?

One module of `pipelines/expectations/` per mart holds its suite, and one suite looks at
every mart's columns. GX gets a DataFrame of the needed columns (0.13 s for a million
rows); importing it costs 5 s, so it is imported here only, inside the audit step.
"""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from pipelines import expectations
from pipelines.gate import findings
from pipelines.gate.findings import Finding
from pipelines.publish.catalogue import Mart, quoted

if TYPE_CHECKING:
    from great_expectations.expectations import Expectation

Connection = duckdb.DuckDBPyConnection
CHANGES = "changes"


def _no_rows(relation: str) -> int:
    return 0


@dataclass(frozen=True)
class AuditContext:
    """What a suite may know besides its rows: the day, the last release, the inputs.

    marts: the catalogue, which says what is restricted.
    rows: counts a relation of the warehouse; set while its suites run.
    connectors: a hash of the code that lands rows; other code may land them again.
    """

    as_of: date
    clock: datetime
    previous: Path | None
    marts: Sequence[Mart] = ()
    rows: Callable[[str], int] = _no_rows
    connectors: str = ""


@dataclass(frozen=True)
class Suite:
    """One suite: the frame it looks at and what must hold for it.

    frame: rows of a mart, or what is counted of them; its first column is the key that
    samples show.
    """

    name: str
    frame: Callable[[Connection, AuditContext], pd.DataFrame]
    expectations: Callable[[AuditContext], Sequence[Expectation]]


def audited_marts() -> list[str]:
    """Returns the marts that have a suite: the modules' names, nothing imported."""
    names = (info.name for info in pkgutil.iter_modules(expectations.__path__))
    return sorted(name for name in names if not name.startswith("_"))


def suite_of(mart: str) -> Suite:
    """Returns a mart's suite; this imports Great Expectations."""
    module = import_module(f"{expectations.__name__}.{mart}")

    def frame(connection: Connection, context: AuditContext) -> pd.DataFrame:
        rows: pd.DataFrame = connection.execute(module.QUERY).df()
        complete = getattr(module, "complete", None)  # what SQL is not to compute
        if complete is not None:
            rows = complete(rows, connection, context)
        return rows

    return Suite(mart, frame, module.expectations)


def suite_of_columns(marts: Sequence[str]) -> Suite:
    """Returns the suite of all columns of these marts; its frame has a column `mart`.

    One for all of them: each validation costs 0.1 s.
    """
    module = import_module(f"{expectations.__name__}._columns")

    def frame(connection: Connection, context: AuditContext) -> pd.DataFrame:
        columns: list[pd.DataFrame] = [
            module.frame(mart, connection, context) for mart in marts
        ]
        return pd.concat(columns, ignore_index=True)

    return Suite("columns", frame, module.expectations)


def suite_of_changes() -> Suite:
    """Returns the suite of what moved since earlier releases, over all marts."""
    module = import_module(f"{expectations.__name__}._changes")
    return Suite(CHANGES, module.frame, module.expectations)


def audit(
    warehouse: Path, context: AuditContext, marts: Sequence[str] | None = None
) -> Iterator[Finding]:
    """Yields one finding per mart and expectation, of every suite or of those marts.

    marts: CHANGES among them is what moved since earlier releases, of all marts.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    gx_context = gx.get_context(mode="ephemeral")
    gx_context.variables.progress_bars = {"globally": False}
    frames = (
        gx_context.data_sources.add_pandas("warehouse")
        .add_dataframe_asset("marts")
        .add_batch_definition_whole_dataframe("all")
    )
    asked = [*audited_marts(), CHANGES] if marts is None else marts
    chosen = [mart for mart in asked if mart != CHANGES]
    with opened(warehouse, context) as connection:
        counted = replace(context, rows=lambda relation: _count(connection, relation))
        for mart in chosen:
            suite = suite_of(mart)
            try:
                frame = suite.frame(connection, counted)
                for outcome in _outcomes(suite, frames, frame, counted):
                    yield from findings.of_outcome(mart, outcome, frame)
            except (duckdb.BinderException, duckdb.CatalogException) as error:
                yield _unreadable(mart, error)
        if chosen:
            suite = suite_of_columns(chosen)
            frame = suite.frame(connection, counted)
            for outcome in _outcomes(suite, frames, frame, counted):
                yield from findings.by_mart(chosen, outcome, frame)
        if CHANGES in asked:
            yield from _changes(frames, connection, counted)


def _changes(
    frames: Any, connection: Connection, context: AuditContext
) -> Iterator[Finding]:
    module = import_module(f"{expectations.__name__}._changes")
    suite = suite_of_changes()
    frame = suite.frame(connection, context)
    for outcome in _outcomes(suite, frames, frame, context):
        check = outcome.expectation_config.kwargs["column"]
        for finding in findings.by_mart(module.marts(frame, check), outcome, frame):
            yield module.explained(finding, frame, check)


@contextmanager
def opened(warehouse: Path, context: AuditContext) -> Iterator[Connection]:
    """Opens the warehouse as the suites' queries see it, read-only.

    getvariable('as_of'), getvariable('clock'): the run's day and clock.
    previous.<mart>: the mart in the last release; empty before the first one.
    """
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {quoted(str(warehouse))} AS warehouse (READ_ONLY)")
        connection.execute("ATTACH ':memory:' AS previous")
        for mart in audited_marts():
            last = _last_release_of(mart, context.previous)
            if last is not None:
                connection.execute(
                    f"CREATE VIEW previous.{mart} AS FROM read_parquet({last})"
                )
            elif _exists(connection, mart):
                connection.execute(
                    f"CREATE TABLE previous.{mart} AS"
                    f" FROM warehouse.marts.{mart} LIMIT 0"
                )
        connection.execute("USE warehouse")
        connection.execute(f"SET VARIABLE as_of = DATE '{context.as_of}'")
        connection.execute(
            f"SET VARIABLE clock = TIMESTAMPTZ '{context.clock.isoformat()}'"
        )
        yield connection


def _last_release_of(mart: str, previous: Path | None) -> str | None:
    file = previous / "parquet" / f"{mart}.parquet" if previous else None
    return quoted(str(file)) if file is not None and file.exists() else None


def _exists(connection: Connection, mart: str) -> bool:
    found = connection.execute(
        "SELECT 1 FROM information_schema.tables WHERE table_catalog = 'warehouse'"
        " AND table_schema = 'marts' AND table_name = ?",
        [mart],
    )
    return found.fetchone() is not None


def _count(connection: Connection, relation: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return int(row[0]) if row else 0


def _outcomes(
    suite: Suite, frames: Any, frame: pd.DataFrame, context: AuditContext
) -> list[Any]:
    """Returns GX's result for each expectation of the suite."""
    from great_expectations import ExpectationSuite

    expectation_suite = ExpectationSuite(name=suite.name)
    for expectation in suite.expectations(context):
        expectation_suite.add_expectation(expectation)
    batch = frames.get_batch({"dataframe": frame})
    result = batch.validate(expectation_suite, result_format="COMPLETE")
    return list(result.results)


def _unreadable(mart: str, error: duckdb.Error) -> Finding:
    return Finding(
        mart=mart,
        expectation="columns_to_be_there",
        reason="a mart short of a column, or missing, answers nobody",
        passed=False,
        observed=str(error).splitlines()[0],
        sample=(),
    )
