"""cohort_retention: each cohort in every month that is over, parts of it active."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import FIRST_DAY, ROUNDING
from pipelines.expectations._words import between_0_and_1, filled_from, holds, none

QUERY = f"""
    WITH cohorts AS (
        SELECT
            cohort_month,
            channel,
            count(DISTINCT month_n) = max(month_n) + 1 AND min(month_n) = 0
                AS has_no_gap,
            max(month) AS last_month
        FROM marts.cohort_retention
        GROUP BY cohort_month, channel
    ),

    totals AS (
        SELECT cohort_month, month_n, max(active_count) AS active_count
        FROM marts.cohort_retention
        WHERE channel = 'all'
        GROUP BY cohort_month, month_n
    )

    SELECT
        retention.cohort_month || ' ' || retention.month_n || ' ' || retention.channel
            AS key,
        count(*) OVER (
            PARTITION BY retention.cohort_month, retention.month_n, retention.channel
        ) - 1 AS same_key,
        cohorts.has_no_gap
            AND cohorts.last_month = max(cohorts.last_month) OVER () AS has_every_month,
        retention.month = retention.cohort_month
            + to_months(cast(retention.month_n AS INTEGER)) AS is_n_months_later,
        retention.cohort_month >= {FIRST_DAY}
            AND last_day(retention.month) <= getvariable('as_of') AS is_over,
        min(retention.cohort_size) OVER cohort
            = max(retention.cohort_size) OVER cohort AS is_one_size,
        retention.active_count <= totals.active_count AS is_part_of_all,
        retention.retention_rate,
        abs(
            retention.retention_rate - retention.active_count / retention.cohort_size
        ) < {ROUNDING} AS is_its_ratio,
        retention.coverage
    FROM marts.cohort_retention AS retention
    INNER JOIN cohorts
        ON retention.cohort_month = cohorts.cohort_month
        AND retention.channel = cohorts.channel
    LEFT JOIN totals
        ON retention.cohort_month = totals.cohort_month
        AND retention.month_n = totals.month_n
    WINDOW cohort AS (PARTITION BY retention.cohort_month)
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        # a cohort exists once its month is over
        filled_from(
            context,
            "(FROM marts.dim_members WHERE NOT is_internal AND NOT is_bot"
            " AND first_seen_at < date_trunc('month', getvariable('as_of'))"
            " - INTERVAL 1 DAY)",
        ),
        none("same_key", "one row per cohort, month and channel"),
        holds("has_every_month", "a month without activity is a zero, not a gap"),
        holds("is_n_months_later", "month_n counts from the cohort's month"),
        holds("is_over", "a month that runs says too little of those in it"),
        holds("is_one_size", "a cohort's size does not change"),
        holds("is_part_of_all", "a channel's active members are active"),
        between_0_and_1("retention_rate", "a part of the cohort"),
        holds("is_its_ratio", "active_count / cohort_size"),
        between_0_and_1("coverage", "how many members have a cohort"),
    ]
