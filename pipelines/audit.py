"""Great Expectations on the marts: is it fit to show?

One module of `pipelines/expectations/` per mart holds its suite. GX gets a DataFrame of
the needed columns (0.13 s for a million rows); importing it costs 5 s, so it is
imported here only, inside the audit step.
"""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from pipelines import expectations

if TYPE_CHECKING:
    from great_expectations.expectations import Expectation


@dataclass(frozen=True)
class AuditContext:
    """What a suite may know besides the rows: the day and the last release, if any."""

    as_of: date
    clock: datetime
    previous: Path | None


@dataclass(frozen=True)
class Finding:
    """One expectation's outcome; `sample` shows keys only, never personal data."""

    mart: str
    expectation: str
    reason: str
    passed: bool
    observed: str
    sample: tuple[str, ...]


@dataclass(frozen=True)
class Suite:
    """One mart's suite: the frame it needs and what must hold for it.

    query: SQL over `marts`; its first column is the key that samples show.
    """

    mart: str
    query: str
    expectations: Callable[[AuditContext], Sequence[Expectation]]


def audited_marts() -> list[str]:
    """Returns the marts that have a suite: the modules' names, nothing imported."""
    names = (info.name for info in pkgutil.iter_modules(expectations.__path__))
    return sorted(name for name in names if not name.startswith("_"))


def suite_of(mart: str) -> Suite:
    """Returns a mart's suite; this imports Great Expectations."""
    module = import_module(f"{expectations.__name__}.{mart}")
    return Suite(mart=mart, query=module.QUERY, expectations=module.expectations)


def audit(
    warehouse: Path, context: AuditContext, marts: Sequence[str] | None = None
) -> Iterator[Finding]:
    """Yields one finding per expectation of every suite (or of those marts only)."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    gx_context = gx.get_context(mode="ephemeral")
    gx_context.variables.progress_bars = {"globally": False}
    source = gx_context.data_sources.add_pandas("marts")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for mart in audited_marts() if marts is None else marts:
            suite = suite_of(mart)
            frame = connection.execute(suite.query).df()
            batch = (
                source.add_dataframe_asset(suite.mart)
                .add_batch_definition_whole_dataframe("all")
                .get_batch({"dataframe": frame})
            )
            yield from _validate(suite, batch, frame, context)


def _validate(
    suite: Suite, batch: Any, frame: pd.DataFrame, context: AuditContext
) -> Iterator[Finding]:
    from great_expectations import ExpectationSuite

    expectation_suite = ExpectationSuite(name=suite.mart)
    for expectation in suite.expectations(context):
        expectation_suite.add_expectation(expectation)
    result = batch.validate(expectation_suite, result_format="COMPLETE")
    for outcome in result.results:
        yield _finding(suite, outcome, frame)


def _finding(suite: Suite, outcome: Any, frame: pd.DataFrame) -> Finding:
    config = outcome.expectation_config
    result = outcome.result or {}
    raised = [
        info.get("exception_message", "")
        for info in _exceptions(outcome.exception_info)
        if info.get("raised_exception")
    ]
    rows = result.get("unexpected_index_list") or []
    key = frame.columns[0]
    sample = tuple(
        str(frame[key].iloc[row]) for row in rows[:5] if isinstance(row, int)
    )
    observed = (
        raised[0]
        if raised
        else str(
            result.get("observed_value", f"{result.get('unexpected_count', 0)} rows")
        )
    )
    column = config.kwargs.get("column")
    name = config.type.removeprefix("expect_")
    return Finding(
        mart=suite.mart,
        expectation=f"{column}: {name}" if column else name,
        reason=str(config.meta.get("reason", "")) if config.meta else "",
        passed=bool(outcome.success),
        observed=observed,
        sample=sample,
    )


def _exceptions(info: Any) -> list[dict[str, Any]]:
    # One dict, or one dict per metric.
    if not isinstance(info, dict):
        return []
    return [info] if "raised_exception" in info else list(info.values())
