"""What a check means, in words for somebody who knows neither dbt nor GX."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

DBT_TESTS = {
    "not_null": "{column} has a value in every row",
    "unique": "no two rows have the same {column}",
    "accepted_values": "{column} is one of: {values}",
    "relationships": "every {column} is known in {to}",
    "is_unique_together": "no two rows have the same {columns}",
    "is_keyed_by": "no two rows have the same {columns}, and none lacks it{never_null}",
    "has_as_many_rows_as": "exactly the rows of {other}: none lost, none double",
    "has_no_overlapping_days": "no day is told twice of one {key}",
    "holds_for_every_row": "in every row: {condition}",
}
COMMENT = re.compile(r"\{#-?(.*?)-?#\}|^\s*((?:--[^\n]*\n?)+)", re.DOTALL)
REFERENCE = re.compile(r"""(?:ref|source)\((.*)\)""")


def bound_of_expectation(kind: str, kwargs: Mapping[str, Any]) -> str:
    """Returns what an expectation allows, of its GX type and arguments."""
    column = kwargs.get("column")
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if kind == "expect_column_values_to_be_in_set":
        values = kwargs.get("value_set") or []
        if list(values) == [True]:
            return f"{said(column)} holds in every row"
        return f"{said(column)} is one of {', '.join(map(str, values))}"
    if kind == "expect_column_values_to_be_unique":
        return f"each {said(column)} stands once"
    if kind == "expect_column_values_to_be_between":
        if high == 0 and low is None:
            return f"no row counts as {said(column)}"
        return f"{said(column)} is {_range(low, high)} in every row"
    if kind == "expect_table_row_count_to_equal":
        return f"exactly {kwargs.get('value')} rows"
    if kind == "expect_table_row_count_to_be_between":
        return f"{_range(low, high)} rows"
    return said(kind.removeprefix("expect_"))


def of_dbt_test(
    name: str, metadata: Mapping[str, Any] | None, description: str, sql: str
) -> str:
    """Returns what a dbt test checks: its description, else of its kind and arguments.

    metadata: the test's `name` and `kwargs` of the manifest, None for a test in a file
    of its own, whose leading comment says it (sql).
    """
    if description:
        return " ".join(description.split())
    if metadata is None or metadata["name"] not in DBT_TESTS:
        return _comment(sql) or said(name)
    kwargs = metadata["kwargs"]
    never_null = kwargs.get("never_null") or []
    return DBT_TESTS[metadata["name"]].format(
        column=kwargs.get("column_name", ""),
        columns=", ".join(kwargs.get("columns", [])),
        values=", ".join(map(str, kwargs.get("values", []))),
        to=_named(kwargs.get("to", "")),
        other=_named(kwargs.get("other", "")),
        key=kwargs.get("key", ""),
        condition=" ".join(str(kwargs.get("condition", "")).split()),
        never_null=f"; {', '.join(never_null)} never empty" if never_null else "",
    )


def said(name: object) -> str:
    """Returns a column's or check's name as words: `is_its_ratio` is its ratio."""
    return f"“{str(name).replace('_', ' ')}”"


def _range(low: object, high: object) -> str:
    if low is None:
        return f"at most {_plain(high)}"
    if high is None:
        return f"at least {_plain(low)}"
    return f"from {_plain(low)} to {_plain(high)}"


def _plain(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _named(reference: str) -> str:
    found = REFERENCE.search(reference)
    text = found[1] if found else reference
    return ".".join(part.strip(" '\"") for part in text.split(","))


def _comment(sql: str) -> str:
    found = COMMENT.search(sql)
    if found is None:
        return ""
    return " ".join((found[1] or found[2]).replace("--", " ").split())
