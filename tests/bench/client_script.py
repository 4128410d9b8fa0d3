"""Reads a published file with whichever DuckDB client this Python has.

Run by `clients` in an environment that holds nothing but the client. Prints JSON.
"""

import json
import sys
from typing import Any

import duckdb


def main(file: str) -> None:
    """Reads all tables, their comments and the macro."""
    connection = duckdb.connect(file, read_only=True)

    def ask(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(sql).fetchall()

    connection.execute("USE marts")
    tables = [row[0] for row in ask("SELECT table_name FROM duckdb_tables()")]
    rows = 0
    for table in tables:
        # Hashing reads every column of every row.
        ((count, _),) = ask(f"SELECT count(*), bit_xor(hash(t)) FROM {table} AS t")
        rows += count
    ((nameless,),) = ask(
        "SELECT (SELECT count(*) FROM duckdb_tables() WHERE comment IS NULL)"
        " + (SELECT count(*) FROM duckdb_columns()"
        " WHERE NOT internal AND comment IS NULL"
        " AND table_name IN (SELECT table_name FROM duckdb_tables()))"
    )
    macros = ask(
        "SELECT function_name FROM duckdb_functions()"
        " WHERE function_name = 'member_scores_as_of'"
    )
    as_of = None
    if macros:
        ((as_of,),) = ask(
            "SELECT count(*) FROM member_scores_as_of("
            "(SELECT max(data_through) FROM publications))"
        )
    print(
        json.dumps(
            {
                "client": duckdb.__version__,
                "tables": len(tables),
                "rows": rows,
                "without_comment": nameless,
                "as_of_rows": as_of,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
