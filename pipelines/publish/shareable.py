"""The shareable file: no personal data, pseudonymous ids, small groups suppressed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipelines.publish import publications
from pipelines.publish.catalogue import Mart, quoted
from pipelines.publish.comments import copy_comments
from pipelines.publish.known_people import (
    NAMED_ONLY,
    create_people,
    people_named,
    spelling,
)
from pipelines.publish.written_names import WRITTEN, mask, unmasked

# Ids that name a person, or an account in their middle (an activity that a registration
# implies: event, account, type), or are a hash of an address (who knows it makes them
# again): pseudonyms stand for them in the shareable file.
PSEUDONYMOUS = (
    *("member_id", "account_id", "activity_id", "output_id"),
    *("response_id", "certification_id"),
)
EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"
# Marts whose rows are about groups: the count of people that decides, and what stays
# when they are too few, besides ids and words. The other numbers and days go.
GROUPS: dict[str, tuple[str, frozenset[str]]] = {
    "cohort_retention": (
        "cohort_size",
        frozenset({"cohort_month", "month_n", "month"}),
    ),
    "company_summary": ("member_count", frozenset()),
    "community_health": (
        "active_members",
        frozenset({"week_start", "week_end", "events", "events_with_attendance"}),
    ),
    "dim_companies": ("member_count", frozenset()),
    "event_summary": (
        "registration_count",
        frozenset({"local_date", "capacity", "attendance_target", "cost_jpy"}),
    ),
    # those who were in the stage: the n of the metric stage_transition
    "stage_transitions": ("members_from", frozenset({"month"})),
    "star_paths": ("stars", frozenset({"length"})),
    "source_summary": (
        "active_member_count",
        frozenset(
            {
                *("month", "event_count", "rows_landed", "rows_staged"),
                *("rows_superseded", "rows_quarantined"),
            }
        ),
    ),
}
COMPANIES = ("dim_companies", "company_summary")
NUMBERS_AND_DAYS = ("BIGINT", "INTEGER", "DOUBLE", "DECIMAL", "HUGEINT", "DATE")

# As in the mart, with this file's least group: a part hidden alone is the total less
# the rest, so the next smallest hides with it.
METRICS = """
    SELECT * REPLACE (
        CASE WHEN NOT is_hidden THEN value END AS value,
        CASE WHEN NOT is_hidden THEN numerator END AS numerator,
        CASE WHEN NOT is_hidden THEN denominator END AS denominator,
        CASE WHEN NOT is_hidden THEN n END AS n,
        CASE WHEN NOT is_hidden THEN coverage END AS coverage,
        is_hidden AS is_suppressed
    )
    FROM (
        SELECT
            *,
            is_suppressed OR n < {least} OR (
                smallest < {least} AND (size_rank = 2 OR smaller < {least})
            ) AS is_hidden
        FROM (
            SELECT
                *,
                min(n) OVER parts AS smallest,
                row_number() OVER smallest_first AS size_rank,
                sum(n) OVER smallest_first - n AS smaller
            FROM (
                SELECT
                    *,
                    CASE WHEN period_grain = 'event'
                        THEN date_trunc('month', period_start)
                        ELSE period_start
                    END AS period
                FROM community.marts.metrics
            )
            WINDOW
                parts AS (PARTITION BY metric_id, period_grain, period, dimension),
                smallest_first AS (
                    PARTITION BY metric_id, period_grain, period, dimension
                    ORDER BY n, dimension_value, period_start
                    ROWS UNBOUNDED PRECEDING
                )
        )
    )
"""

# The groups of a week make up its whole: as above, the next smallest hides with a small
# one. Groups where nobody was active have nothing to hide.
COMMUNITY_HEALTH = """
    SELECT * EXCLUDE (smallest, size_rank, smaller) REPLACE (
        CASE WHEN
                is_total
                OR smallest >= {least}
                OR (size_rank > 2 AND smaller >= {least})
            THEN active_members
        END AS active_members
    )
    FROM (
        SELECT
            *,
            min(active_members) OVER parts AS smallest,
            row_number() OVER smallest_first AS size_rank,
            sum(active_members) OVER smallest_first - active_members AS smaller
        FROM community.marts.community_health
        WINDOW
            parts AS (PARTITION BY week_start, is_total, active_members > 0),
            smallest_first AS (
                PARTITION BY week_start, is_total, active_members > 0
                ORDER BY active_members, working_group
                ROWS UNBOUNDED PRECEDING
            )
    )
"""
# Members of all stages are published: a stage hidden alone is that less the rest.
STAGE_TRANSITIONS = """
    SELECT moves.* REPLACE (
        CASE WHEN stages.is_shown THEN moves.members_from END AS members_from
    )
    FROM community.marts.stage_transitions AS moves
    INNER JOIN (
        SELECT
            month,
            from_stage,
            smallest >= {least} OR (size_rank > 2 AND smaller >= {least}) AS is_shown
        FROM (
            SELECT
                month,
                from_stage,
                min(members_from) OVER parts AS smallest,
                row_number() OVER smallest_first AS size_rank,
                sum(members_from) OVER smallest_first - members_from AS smaller
            FROM (
                SELECT DISTINCT month, from_stage, members_from
                FROM community.marts.stage_transitions
            )
            WINDOW
                parts AS (PARTITION BY month),
                smallest_first AS (
                    PARTITION BY month
                    ORDER BY members_from, from_stage
                    ROWS UNBOUNDED PRECEDING
                )
        )
    ) AS stages USING (month, from_stage)
"""
REWRITTEN = {
    "metrics": METRICS,
    "community_health": COMMUNITY_HEALTH,
    "stage_transitions": STAGE_TRANSITIONS,
}


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

    key: of the keyed hash that replaces ids of members, accounts and activities.
    minimum_group: rows about fewer people lose their numbers.
    Raises: PersonalDataFound naming table and column, never the value.
    """
    shared = [mart for mart in marts if not mart.restricted]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {quoted(str(community))} AS community (READ_ONLY)")
        connection.execute(
            f"ATTACH {quoted(str(target))} AS shared"
            f" (STORAGE_VERSION '{storage_version}')"
        )
        connection.execute("CREATE SCHEMA shared.marts")
        _create_pseudonym(connection, key)
        selected_marts = (
            *((mart.name, mart.restricted_columns) for mart in shared),
            ("publications", publications.RESTRICTED),
        )
        mask(connection, people_named(connection, marts), selected_marts)
        for name, dropped in selected_marts:
            selected = _selection(connection, name, dropped, minimum_group)
            connection.execute(f"CREATE TABLE shared.marts.{name} AS {selected}")
            copy_comments(connection, name, source="community", target="shared")
        search_for_people(connection, marts)
        search_for_small_groups(connection, minimum_group)
        connection.execute("CHECKPOINT shared")
        connection.execute("DETACH shared")


def _create_pseudonym(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Creates the macro pseudonym(id): a keyed hash, nested against extension.

    The database has no HMAC; a hash per row in Python takes 15 s for 10 M activities.
    """
    for part in ("inner", "outer"):
        made = hmac.new(key, part.encode(), hashlib.sha256).hexdigest()
        connection.execute(f"SET VARIABLE {part}_key = '{made}'")
    connection.execute(
        "CREATE MACRO memory.pseudonym(id) AS CASE WHEN id IS NOT NULL THEN left("
        "sha256(getvariable('outer_key') || sha256(getvariable('inner_key') || id)), 24"
        ") END"
    )


def _selection(
    connection: duckdb.DuckDBPyConnection,
    mart: str,
    dropped: Sequence[str],
    least: int,
) -> str:
    columns = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns()"
        " WHERE database_name = 'community' AND schema_name = 'marts'"
        " AND table_name = ? ORDER BY column_index",
        [mart],
    ).fetchall()
    rows = (
        f"({REWRITTEN[mart].format(least=least)})"
        if mart in REWRITTEN
        else f"community.marts.{mart}"
    )
    picked = ", ".join(
        f'{_shared_value(mart, name, kind, least)} AS "{name}"'
        for name, kind in columns
        if name not in dropped
    )
    return f"SELECT {picked} FROM {rows}"


def _shared_value(mart: str, column: str, kind: str, least: int) -> str:
    if column.endswith(PSEUDONYMOUS):
        return f'memory.pseudonym("{column}")'
    if column.endswith("company_id"):
        named = f"'name:' || memory.pseudonym(\"{column}\")"
        is_named_only = f"starts_with(\"{column}\", 'name:')"
        return f'CASE WHEN {is_named_only} THEN {named} ELSE "{column}" END'
    if column in WRITTEN and kind == "VARCHAR":
        masked = f'(SELECT masked FROM memory.masked WHERE value = "{column}")'
        return f'coalesce({masked}, "{column}")'
    if mart in COMPANIES and column == "name":
        return f"CASE WHEN NOT {NAMED_ONLY} OR member_count >= {least} THEN name END"
    if mart not in GROUPS or not kind.startswith(NUMBERS_AND_DAYS):
        return f'"{column}"'
    people, kept = GROUPS[mart]
    if column in kept:
        return f'"{column}"'
    return f'CASE WHEN "{people}" >= {least} THEN "{column}" END'


def search_for_people(
    connection: duckdb.DuckDBPyConnection, marts: Sequence[Mart] = ()
) -> None:
    """Searches every text column of `shared` for people's names and addresses.

    A value is found when it is a person's full name, account, address, handle or id,
    however spaced and in whatever case, or holds an e-mail address anywhere: those of
    members, and those of every column that a mart's yml says names people. Not a
    person's: a name or address of one Latin word, the name of a company of the CRM.
    Within what people wrote (a title) full names are searched for too.
    Raises: PersonalDataFound.
    """
    names = people_named(connection, marts)
    create_people(connection, marts)
    columns = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns()"
        " WHERE database_name = 'shared' AND data_type = 'VARCHAR'"
    ).fetchall()
    for table, column in columns:
        row = connection.execute(
            f"""
            SELECT count(*) FROM (
                SELECT DISTINCT "{column}" AS value FROM shared.marts.{table}
            )
            WHERE {spelling("value")} IN (FROM memory.people)
                OR regexp_matches(value, '{EMAIL}')
            """
        ).fetchone()
        if row and row[0]:
            raise PersonalDataFound(
                f"{table}.{column}: {row[0]} values are a person's name, account or"
                " address; mark the column restricted_columns in the mart's yml"
            )
        if column in WRITTEN and (count := unmasked(connection, names, table, column)):
            raise PersonalDataFound(
                f"{table}.{column}: {count} values have a person's full name in them"
            )


def search_for_small_groups(connection: duckdb.DuckDBPyConnection, least: int) -> None:
    """Searches `shared` for counts of fewer people than `least`, or hidden values.

    What is hidden was hidden by the SQL above; this asks what came of it.
    Raises: PersonalDataFound.
    """
    there = {
        row[0]
        for row in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'shared'"
        ).fetchall()
    }
    # Nobody is in a group of none.
    shown = {
        mart: f'"{people}" BETWEEN 1 AND {least - 1}'
        for mart, (people, kept) in GROUPS.items()
        if people not in kept
    }
    shown["metrics"] = f"n < {least} OR is_suppressed AND value IS NOT NULL"
    for mart in sorted(there & shown.keys()):
        row = connection.execute(
            f"SELECT count(*) FROM shared.marts.{mart} WHERE {shown[mart]}"
        ).fetchone()
        if row and row[0]:
            raise PersonalDataFound(
                f"{mart}: {row[0]} rows are about fewer than {least} people"
            )
