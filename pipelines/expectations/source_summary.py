"""source_summary: rows and deeds of a month add up, nobody acts after the as-of day."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import CLOCK_SKEW
from pipelines.expectations._words import filled_from, holds, not_negative, unique

QUERY = f"""
    WITH reconciled AS (
        SELECT source, sum(landed) AS landed
        FROM marts.source_reconciliation
        GROUP BY source
    ),
    acted AS (
        SELECT source, date_trunc('month', local_date) AS month, count(*) AS activities
        FROM marts.fct_activities
        WHERE NOT is_future AND NOT is_internal AND NOT is_bot
        GROUP BY source, month
    ),
    acted_in_all AS (
        SELECT source, sum(activities) AS activities FROM acted GROUP BY source
    )
    SELECT
        summary.source || ' ' || summary.month AS key,
        rows_landed = rows_staged + rows_superseded + rows_quarantined AS rows_add_up,
        sum(rows_landed) OVER (PARTITION BY summary.source)
            = coalesce(reconciled.landed, 0) AS months_add_up,
        -- Each month, and all: a month without a row would be in neither.
        sum(activity_count) OVER (PARTITION BY summary.source, summary.month)
            = coalesce(acted.activities, 0)
            AND sum(activity_count) OVER (PARTITION BY summary.source)
            = coalesce(acted_in_all.activities, 0) AS activities_add_up,
        (rows_landed > 0) = (last_loaded_at IS NOT NULL)
            AND coalesce(last_loaded_at <= getvariable('clock') + {CLOCK_SKEW}, true)
            AS is_loaded_when_it_says,
        summary.month = date_trunc('month', summary.month) AS is_a_month,
        summary.month <= getvariable('as_of')
            OR event_count + new_account_count + activity_count = 0
            AS is_by_the_as_of_day,
        attendance_count <= registration_count AS attendances_are_part,
        active_member_count <= activity_count AS active_members_act,
        least(
            rows_staged, rows_superseded, rows_quarantined, event_count,
            attendance_count, new_account_count, active_member_count, reaction_count
        ) AS smallest_count
    FROM marts.source_summary AS summary
    LEFT JOIN reconciled ON summary.source = reconciled.source
    LEFT JOIN acted
        ON summary.source = acted.source AND summary.month = acted.month
    LEFT JOIN acted_in_all ON summary.source = acted_in_all.source
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "intermediate.int_row_counts", "marts.fct_activities"),
        unique("key", "one row per source and month"),
        holds("rows_add_up", "landed = staged + superseded + quarantined"),
        holds("months_add_up", "all months hold the rows that are reconciled"),
        holds("activities_add_up", "all months hold the activities of the facts"),
        holds("is_loaded_when_it_says", "rows come with a load, by now"),
        holds("is_a_month", "a month is its first day"),
        holds("is_by_the_as_of_day", "nothing happens after the as-of day"),
        holds("attendances_are_part", "more people came than registered"),
        holds("active_members_act", "more active members than activities"),
        not_negative("smallest_count", "counts are not negative"),
    ]
