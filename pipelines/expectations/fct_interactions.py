"""fct_interactions: one person turned to another by the as-of day, counted per type."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._words import filled_from, none

# What must have led to an interaction: a parent by somebody else who is no bot.
ANSWERED = """(
    SELECT activities.activity_id
    FROM marts.fct_activities AS activities
    INNER JOIN marts.fct_activities AS parents
        ON activities.parent_activity_id = parents.activity_id
    INNER JOIN marts.dim_members AS actors
        ON activities.member_id = actors.member_id
    INNER JOIN marts.dim_members AS authors
        ON parents.member_id = authors.member_id
    WHERE activities.category = 'share'
        AND activities.local_date <= getvariable('as_of')
        AND activities.member_id <> parents.member_id
        AND NOT actors.is_bot AND NOT authors.is_bot
)"""
QUERY = """
    WITH judged AS (
        SELECT
            interactions.*,
            senders.member_id IS NULL OR receivers.member_id IS NULL AS is_with_nobody,
            coalesce(senders.is_internal OR receivers.is_internal, false)
                AS has_internal_side,
            interactions.from_company_id <> interactions.to_company_id
                AS has_two_companies
        FROM marts.fct_interactions AS interactions
        LEFT JOIN marts.dim_members AS senders
            ON interactions.from_member_id = senders.member_id
        LEFT JOIN marts.dim_members AS receivers
            ON interactions.to_member_id = receivers.member_id
    )

    SELECT
        type,
        count(*) - count(DISTINCT activity_id) AS same_activity,
        count(*) FILTER (from_member_id = to_member_id) AS with_oneself,
        count(*) FILTER (is_with_nobody) AS with_nobody,
        count(*) FILTER (local_date > getvariable('as_of')) AS ahead,
        count(*) FILTER (
            is_cross_company IS DISTINCT FROM has_two_companies
        ) AS wrong_company_crossings,
        count(*) FILTER (
            is_cross_department IS NOT NULL AND coalesce(has_two_companies, true)
        ) AS departments_of_two_companies,
        count(*) FILTER (is_internal <> has_internal_side) AS wrong_internal_flags
    FROM judged
    GROUP BY type
    ORDER BY type
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, ANSWERED),
        none("same_activity", "one row per activity that turned to somebody"),
        none("with_oneself", "who answers himself turns to nobody"),
        none("with_nobody", "both sides are people we know"),
        none("ahead", "nothing after the as-of day counts"),
        none("wrong_company_crossings", "between two known companies, else empty"),
        none("departments_of_two_companies", "departments are compared within one"),
        none("wrong_internal_flags", "internal when either side is the organiser's"),
    ]
