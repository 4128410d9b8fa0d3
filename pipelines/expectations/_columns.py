"""The columns of any mart: none lost since the last release, no address in the open."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import great_expectations.expectations as gxe
import pandas as pd

from pipelines.audit import AuditContext
from pipelines.expectations._words import holds, none
from pipelines.publish.shareable import EMAIL, PSEUDONYMOUS

COLUMNS = """
    SELECT
        column_name,
        bool_or(database_name = 'warehouse') AS is_there,
        any_value(data_type) FILTER (database_name = 'warehouse') AS data_type
    FROM duckdb_columns()
    WHERE table_name = $mart
        AND (
            (database_name = 'warehouse' AND schema_name = 'marts')
            OR database_name = 'previous'
        )
    GROUP BY column_name
    ORDER BY column_name
"""


def frame(
    mart: str, connection: duckdb.DuckDBPyConnection, context: AuditContext
) -> pd.DataFrame:
    """Returns one row per column of the mart, now or in the last release.

    column_name: str, the key. mart: str. is_there: bool.
    rows_with_address: int, rows that hold an e-mail address; empty for columns that no
    shareable file shows.
    """
    columns = connection.execute(COLUMNS, {"mart": mart}).df()
    columns["mart"] = mart
    columns["rows_with_address"] = pd.array(
        [
            _rows_with_address(connection, mart, name)
            if kind == "VARCHAR" and _is_open(mart, name, context)
            else None
            for name, kind in zip(
                columns["column_name"], columns["data_type"], strict=True
            )
        ],
        dtype="Int64",
    )
    return columns


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold for the columns of every mart."""
    return [
        holds("is_there", "names are a promise: a column of the last release is gone"),
        none(
            "rows_with_address",
            "an e-mail address stands in a column that is not marked restricted",
        ),
    ]


def _is_open(mart: str, column: str, context: AuditContext) -> bool:
    # A mart the catalogue does not know is open: the check fails closed.
    known = next((m for m in context.marts if m.name == mart), None)
    if column.endswith(PSEUDONYMOUS):
        return False
    return known is None or not (known.restricted or column in known.restricted_columns)


def _rows_with_address(
    connection: duckdb.DuckDBPyConnection, mart: str, column: str
) -> int:
    row = connection.execute(
        f"SELECT count(*) FROM marts.{mart}"
        f" WHERE regexp_matches(\"{column}\", '{EMAIL}')"
    ).fetchone()
    return int(row[0]) if row else 0
