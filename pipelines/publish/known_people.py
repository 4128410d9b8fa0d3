"""Who is looked for in the shareable file: people by name, address, handle and id."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipelines.publish.catalogue import Mart
from pipelines.publish.written_names import WrittenNames

# Three kanji are a name; one word in Latin letters is a word (a member of a public data
# set is called Unknown, as is the place of an event), two are a name.
IS_A_NAME = """
    regexp_matches(value, '\\S\\s+\\S')
    OR regexp_matches(value, '[^\\x00-\\x7F]') AND length(value) >= 3
"""
# Where no address is known a public data set says unknown, as a stage may be called.
A_WORD = "[A-Za-z]*"
# Letters with digits or marks, or a platform and its id: no word, no plain number.
IS_AN_ID = "[a-z_]+:.+|[A-Za-z0-9_.-]*([A-Za-z][0-9_]|[0-9_][A-Za-z])[A-Za-z0-9_.-]*"
SHORTEST_ID = 5
# Ids of companies that only people name, perhaps themselves.
NAMED_ONLY = "starts_with(company_id, 'name:')"


def create_people(
    connection: duckdb.DuckDBPyConnection, marts: Sequence[Mart] = ()
) -> None:
    """Creates memory.people (value): everything of a person, as `spelling` spells it.

    Of `community`: its members, and every column that a mart's yml says names people.
    """
    named = _named_columns(connection, marts)
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE memory.people AS
        WITH names AS ({_names(named)})
        SELECT {spelling("value")} AS value
        FROM names
        UNION
        SELECT {spelling("value")} FROM (
            SELECT primary_email AS value FROM community.marts.dim_members
            UNION SELECT email FROM community.marts.member_accounts
            {"".join(named["email"])}
        )
        WHERE NOT regexp_full_match(value, '{A_WORD}')
        UNION
        SELECT {spelling("account_id")} FROM community.marts.member_accounts
        {"".join(named["id"])}
        """
    )


def people_named(
    connection: duckdb.DuckDBPyConnection, marts: Sequence[Mart] = ()
) -> WrittenNames:
    """Returns the full names of people, as they are looked for in longer text."""
    found = connection.execute(_names(_named_columns(connection, marts))).fetchall()
    return WrittenNames(name for (name,) in found)


def _names(named: dict[str, list[str]]) -> str:
    """The SELECT of names (value) that are not a word or a company of the CRM."""
    return f"""
        SELECT DISTINCT value
        FROM (
            SELECT unnest([display_name, name_kana]) AS value
            FROM community.marts.dim_members
            WHERE NOT is_bot
            {"".join(named["name"])}
        )
        WHERE ({IS_A_NAME}) AND value NOT IN (
            SELECT name FROM community.marts.dim_companies
            WHERE name IS NOT NULL AND NOT {NAMED_ONLY}
        )
    """


def _named_columns(
    connection: duckdb.DuckDBPyConnection, marts: Sequence[Mart]
) -> dict[str, list[str]]:
    """SELECTs of what columns say of people, by what they are: name, email or id."""
    there = set(
        connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns()"
            " WHERE database_name = 'community' AND data_type = 'VARCHAR'"
        ).fetchall()
    )
    found: dict[str, list[str]] = {"name": [], "email": [], "id": []}
    for mart in marts:
        for column, role in mart.personal:
            if (mart.name, column) not in there:
                continue
            values = f'FROM community.marts.{mart.name} WHERE "{column}"'
            if role in ("name", "email"):
                found[role].append(f'UNION SELECT "{column}" {values} IS NOT NULL\n')
            elif role in ("id", "handle"):
                found["id"].append(
                    f"UNION SELECT {spelling(column)} FROM community.marts.{mart.name}"
                    f" WHERE regexp_full_match({column}, '{IS_AN_ID}')"
                    f" AND length({column}) >= {SHORTEST_ID}\n"
                )
    return found


def spelling(value: str) -> str:
    """Returns the SQL of a value without spaces, in lower case."""
    # The wide space of Japanese names is no \\s.
    return f"lower(regexp_replace({value}, '[\\s\\p{{Z}}]', '', 'g'))"
