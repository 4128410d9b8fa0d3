"""The shareable file: no personal data, pseudonymous ids, small groups suppressed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipelines.publish.catalogue import Mart

# Ids that name a person, or an account in their middle (an activity that a registration
# implies: event, account, type): pseudonyms stand for them in the shareable file.
PSEUDONYMOUS = ("member_id", "account_id", "activity_id", "output_id")
# Values of at least this length are searched for; shorter ones are ordinary words.
SHORTEST_SEARCHED = 5
EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"


class PersonalDataFound(Exception):
    """A value of a person stands in the shareable file; nothing is published."""


def write_shareable(
    community: Path,
    target: Path,
    *,
    marts: Sequence[Mart],
    key: bytes,
    minimum_group: int,
    storage_version: str,
) -> None:
    """Writes the shareable file from the community file and searches it for people.

    key: of the keyed hash that replaces member and account ids.
    minimum_group: rows of `metrics` and `company_summary` about fewer people lose their
    numbers. Raises: PersonalDataFound naming table and column, never the value.
    """
    shared = [mart for mart in marts if not mart.restricted]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH '{community}' AS community (READ_ONLY)")
        connection.execute(
            f"ATTACH '{target}' AS shared (STORAGE_VERSION '{storage_version}')"
        )
        connection.execute("CREATE SCHEMA shared.marts")
        _register_hash(connection, key)
        from pipelines.publish.release import copy_comments

        for name, dropped in (
            *((mart.name, mart.restricted_columns) for mart in shared),
            ("publications", ()),
        ):
            select = _selection(connection, name, dropped, minimum_group)
            connection.execute(f"CREATE TABLE shared.marts.{name} AS {select}")
            copy_comments(connection, name, source="community", target="shared")
        search_for_people(connection, [mart.name for mart in shared])
        connection.execute("CHECKPOINT shared")
        connection.execute("DETACH shared")


def _register_hash(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    ids = connection.execute(
        "SELECT member_id FROM community.marts.dim_members"
        " UNION SELECT account_id FROM community.marts.member_accounts"
    ).fetchall()
    pairs = [
        (text, hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:24])
        for (text,) in ids
    ]
    connection.execute("CREATE TABLE memory.pseudonyms (id VARCHAR, hash VARCHAR)")
    if pairs:
        import pyarrow as pa

        ids_column, hashes = zip(*pairs, strict=True)
        connection.register(
            "pairs", pa.table({"id": list(ids_column), "hash": list(hashes)})
        )
        connection.execute("INSERT INTO memory.pseudonyms FROM pairs")
        connection.unregister("pairs")


def _selection(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    dropped: Sequence[str],
    minimum_group: int,
) -> str:
    columns = [
        row[0]
        for row in connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE database_name = 'community'"
            " AND schema_name = 'marts' AND table_name = ? ORDER BY column_index",
            [name],
        ).fetchall()
        if row[0] not in dropped
    ]
    hashed = [c for c in columns if c.endswith(PSEUDONYMOUS)]
    joins = "".join(
        f" LEFT JOIN memory.pseudonyms AS p_{c} ON p_{c}.id = source.{c}"
        for c in hashed
    )
    picked = ", ".join(
        f"p_{c}.hash AS {c}"
        if c in hashed
        else f"{_suppressed(name, c, minimum_group)} AS {c}"
        for c in columns
    )
    return f"SELECT {picked} FROM community.marts.{name} AS source{joins}"


def _suppressed(mart: str, column: str, minimum_group: int) -> str:
    small = {
        "metrics": (
            "source.n",
            ("value", "numerator", "denominator", "n", "coverage"),
        ),
        "company_summary": ("source.member_count", None),
    }.get(mart)
    if small is None:
        return f"source.{column}"
    count, hidden = small
    if column.endswith("_id") or (hidden is not None and column not in hidden):
        return f"source.{column}"
    return f"CASE WHEN {count} >= {minimum_group} THEN source.{column} END"


def search_for_people(
    connection: duckdb.DuckDBPyConnection, marts: Sequence[str]
) -> None:
    """Searches every text column of `shared` for people's names, handles, addresses.

    Raises: PersonalDataFound.
    """
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE memory.people AS
        SELECT DISTINCT value FROM (
            SELECT unnest([display_name, name_kana, primary_email]) AS value
            FROM community.marts.dim_members WHERE NOT coalesce(is_bot, false)
            UNION ALL
            SELECT unnest([email, account_id]) FROM community.marts.member_accounts
        ) WHERE length(value) >= {SHORTEST_SEARCHED}
        """
    )
    columns = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns()"
        " WHERE database_name = 'shared' AND data_type = 'VARCHAR'"
    ).fetchall()
    for table, column in columns:
        if table not in marts:
            continue
        row = connection.execute(
            f'SELECT count(*) FROM shared.marts.{table} AS t WHERE "{column}" IN'
            " (SELECT value FROM memory.people)"
            f" OR regexp_matches(\"{column}\", '{EMAIL}')"
        ).fetchone()
        if row and row[0]:
            raise PersonalDataFound(
                f"{table}.{column}: {row[0]} rows hold a person's name, account or"
                " address; mark the column restricted_columns in the mart's yml"
            )
