"""Comments of published tables and columns: a copy by CREATE TABLE AS loses them."""

from __future__ import annotations

import duckdb

from pipelines.publish.catalogue import quoted


def copy_comments(
    connection: duckdb.DuckDBPyConnection, name: str, *, source: str, target: str
) -> None:
    """Re-applies the comments of a mart (table or view) and of its copied columns.

    source, target: the attached databases' names.
    """
    table = connection.execute(
        "SELECT comment FROM ("
        "SELECT database_name, schema_name, table_name, comment FROM duckdb_tables()"
        " UNION ALL"
        " SELECT database_name, schema_name, view_name, comment FROM duckdb_views()"
        ") WHERE database_name = ? AND schema_name = 'marts' AND table_name = ?",
        [source, name],
    ).fetchone()
    if table and table[0]:
        connection.execute(
            f"COMMENT ON TABLE {target}.marts.{name} IS {quoted(table[0])}"
        )
    columns = connection.execute(
        "SELECT column_name, any_value(comment) FILTER (database_name = $source)"
        " FROM duckdb_columns() WHERE database_name IN ($source, $target)"
        " AND schema_name = 'marts' AND table_name = $name"
        " GROUP BY column_name HAVING bool_or(database_name = $target)",
        {"source": source, "target": target, "name": name},
    ).fetchall()
    for column, comment in columns:
        if comment:
            connection.execute(
                f'COMMENT ON COLUMN {target}.marts.{name}."{column}"'
                f" IS {quoted(comment)}"
            )
