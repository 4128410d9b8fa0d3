"""The columns of any mart: none lost, no address in the open, text that can be read."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import great_expectations.expectations as gxe
import pandas as pd

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import (
    CONTROL_SHARE,
    GARBLED_SHARE,
    TEXT_LEAST_ROWS,
    TEXT_MOST_ROWS,
)
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


# What no writer means: the replacement character; UTF-8 read as Latin-1 or Windows-1252
# (Ã©, ã‚, â€™), as Shift_JIS (縺, 繧, 繝 again and again); Shift_JIS as Windows-1252
# (‚±‚ñ); EUC-JP as Shift_JIS (､ｳ､ﾎ).
GARBLED = (
    "\\x{FFFD}"
    "|[ÃÂ][\\x{80}-\\x{BF}]"
    "|ã[\\x{80}-\\x{BF}‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
    "|â€"
    "|[縺繧繝]\\S{0,2}[縺繧繝]"
    "|(?:[‚ƒ][\\x{20}-\\x{FF}]){2}"
    "|(?:[､･][｡-ﾟ]){3}"
)
CONTROL = "[\\x{00}-\\x{08}\\x{0B}\\x{0C}\\x{0E}-\\x{1F}\\x{7F}-\\x{9F}]"
FACTS = {
    "rows": 'count("{column}")',
    "rows_with_address": 'count(*) FILTER (regexp_matches("{column}", \''
    + EMAIL
    + "'))",
    "garbled": 'count(*) FILTER (regexp_matches("{column}", \'' + GARBLED + "'))",
    "unprintable": 'count(*) FILTER (regexp_matches("{column}", \'' + CONTROL + "'))",
}
TEXT_FACTS = ("rows", "garbled", "unprintable")
MACHINE_MADE = "_id"  # ids are of our own making, and most of a mart's bytes


def frame(
    mart: str, connection: duckdb.DuckDBPyConnection, context: AuditContext
) -> pd.DataFrame:
    """Returns one row per column of the mart, now or in the last release.

    column_name: str, the key. mart: str. is_there: bool.
    rows_with_address: int, rows that hold an e-mail address; empty for columns that no
    shareable file shows.
    is_readable, is_printable: bool; empty for columns that hold no text.
    """
    columns = connection.execute(COLUMNS, {"mart": mart}).df()
    texts = columns.loc[columns["data_type"] == "VARCHAR", "column_name"]
    opened = {name for name in texts if _is_open(mart, name, context)}
    written = {name for name in texts if not name.endswith(MACHINE_MADE)}
    open_ones = [(name, "rows_with_address") for name in opened]
    read = [(name, fact) for name in written for fact in TEXT_FACTS]
    part = _part(connection, mart) if read else ""
    counted = _counted(connection, f"marts.{mart}", open_ones)
    counted |= _counted(connection, f"marts.{mart} {part}", read)
    names = columns["column_name"]
    columns["mart"] = mart
    columns["rows_with_address"] = pd.array(
        [counted.get((name, "rows_with_address")) for name in names], dtype="Int64"
    )
    for column, fact, share in (
        ("is_readable", "garbled", GARBLED_SHARE),
        ("is_printable", "unprintable", CONTROL_SHARE),
    ):
        columns[column] = [
            _is_rare(
                connection, f"previous.{mart} {part}", (name, fact), share, counted
            )
            if name in written
            else None
            for name in names
        ]
    return columns


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold for the columns of every mart."""
    return [
        holds("is_there", "names are a promise: a column of the last release is gone"),
        none(
            "rows_with_address",
            "an e-mail address stands in a column that is not marked restricted",
        ),
        _rare("is_readable", "text read in the wrong encoding, more than ever before"),
        _rare("is_printable", "control characters, more than ever before"),
    ]


def _rare(column: str, reason: str) -> gxe.Expectation:
    # A source may really hold such text: who has looked lets it through.
    return gxe.ExpectColumnValuesToBeInSet(
        column=column,
        value_set=[True],
        meta={"reason": reason, "acknowledgeable": True},
    )


def _is_open(mart: str, column: str, context: AuditContext) -> bool:
    # A mart the catalogue does not know is open: the check fails closed.
    known = next((m for m in context.marts if m.name == mart), None)
    if column.endswith(PSEUDONYMOUS):
        return False
    return known is None or not (known.restricted or column in known.restricted_columns)


def _counted(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    facts: Sequence[tuple[str, str]],
) -> dict[tuple[str, str], int]:
    """Returns the counts of columns, by (column, fact), in one reading of the mart."""
    if not facts:
        return {}
    counts = ", ".join(FACTS[fact].replace("{column}", name) for name, fact in facts)
    row = connection.execute(f"SELECT {counts} FROM {relation}").fetchone()
    return dict(zip(facts, row or (), strict=True))


def _part(connection: duckdb.DuckDBPyConnection, mart: str) -> str:
    """Returns the condition that leaves a share of a mart's rows: a million, or all.

    Chosen by the first column's hash: the same rows whatever their order. Ten million
    take 20 s to read, and a share of a thousandth shows in one million as well.
    """
    first, rows = connection.execute(
        f"SELECT any_value(column_name), (SELECT count(*) FROM marts.{mart})"
        " FROM duckdb_columns() WHERE database_name = 'warehouse'"
        " AND schema_name = 'marts' AND table_name = ? AND column_index = 1",
        [mart],
    ).fetchone() or ("", 0)
    parts = -(-rows // TEXT_MOST_ROWS)
    return f'WHERE hash("{first}") % {parts} = 0' if parts > 1 else ""


def _is_rare(
    connection: duckdb.DuckDBPyConnection,
    last_release: str,
    column_and_fact: tuple[str, str],
    share: float,
    counted: dict[tuple[str, str], int],
) -> bool:
    """Returns whether few rows are so, or no more than the last release showed."""
    column, _ = column_and_fact
    found = counted[column_and_fact]
    if found <= max(TEXT_LEAST_ROWS, share * counted[column, "rows"]):
        return True
    try:
        last = _counted(connection, last_release, [column_and_fact])
    except (duckdb.BinderException, duckdb.CatalogException):  # it was not there
        return False
    return found <= last[column_and_fact]
