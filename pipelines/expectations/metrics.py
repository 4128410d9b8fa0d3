"""metrics: every number rests on its parts, on enough people, on days that are over."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import FIRST_DAY, ROUNDING
from pipelines.expectations._words import (
    between_0_and_1,
    filled_from,
    holds,
    none,
    not_negative,
)

# Ratios of two numbers neither of which is part of the other: they may pass 1.
NOT_SHARES = (
    "attendance_target_rate",
    "nps",
    "regular_new_ratio",
    "response_rate",
    "share_growth_rate",
    "star_target_rate",
    "viral_coefficient",
)
# Each observation is in exactly one part: the parts' n make up the total's. Not so for
# changes (`_delta`): their n is the smaller month's, and people change their part.
PARTITIONS = ("department", "source", "stage", "type")

QUERY = f"""
    WITH parts AS (
        SELECT
            metric_id,
            period_grain,
            period_start,
            dimension,
            sum(n) AS n
        FROM marts.metrics
        WHERE dimension IN {PARTITIONS}
        GROUP BY metric_id, period_grain, period_start, dimension
    )
    SELECT
        metrics.metric_id || ' ' || metrics.period_grain || ' ' || metrics.period_start
            || ' ' || metrics.dimension_value AS key,
        count(*) OVER (
            PARTITION BY
                metrics.metric_id,
                metrics.period_grain,
                metrics.period_start,
                metrics.dimension,
                metrics.dimension_value
        ) - 1 AS same_key,
        CASE WHEN definitions.unit = 'ratio' AND metrics.metric_id NOT IN {NOT_SHARES}
            THEN metrics.value
            WHEN metrics.metric_id = 'nps' THEN (metrics.value + 1) / 2
        END AS share,
        metrics.coverage,
        metrics.n,
        metrics.denominator IS NULL
            OR metrics.value IS NULL
            OR coalesce(
                abs(metrics.value - metrics.numerator / metrics.denominator)
                < {ROUNDING},
                false
            ) AS is_its_ratio,
        CASE WHEN metrics.is_suppressed
            THEN coalesce(metrics.value, metrics.numerator, metrics.denominator) IS NULL
            ELSE metrics.n >= definitions.minimum_n
        END AS is_of_enough_people,
        NOT metrics.is_suppressed OR metrics.dimension = 'all' OR (
            sum(CASE WHEN metrics.is_suppressed THEN 1 ELSE 0 END) OVER siblings > 1
            OR count(*) OVER siblings = 1
        ) AS hides_among_others,
        CASE WHEN metrics.dimension = 'all' AND metrics.metric_id NOT LIKE '%_delta'
            THEN parts.n = metrics.n
        END AS parts_add_up,
        metrics.period_start BETWEEN {FIRST_DAY} AND getvariable('as_of')
            AS has_begun
    FROM marts.metrics AS metrics
    INNER JOIN marts.metric_definitions AS definitions
        ON metrics.metric_id = definitions.metric_id
    LEFT JOIN parts
        ON metrics.metric_id = parts.metric_id
        AND metrics.period_grain = parts.period_grain
        AND metrics.period_start = parts.period_start
    WINDOW siblings AS (
        PARTITION BY
            metrics.metric_id,
            metrics.period_grain,
            CASE WHEN metrics.period_grain = 'event'
                THEN cast(date_trunc('month', metrics.period_start) AS DATE)
                ELSE metrics.period_start
            END,
            metrics.dimension
    )
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "intermediate.int_metric_values"),
        none("same_key", "one row per metric, period and part"),
        between_0_and_1("share", "a part of the whole"),
        between_0_and_1("coverage", "how much of the community is seen"),
        not_negative("n", "observations"),
        holds("is_its_ratio", "numerator / denominator, over at least one"),
        holds("is_of_enough_people", "fewer than the least n are not shown"),
        holds("hides_among_others", "one hidden part alone is the total less the rest"),
        holds("parts_add_up", "the parts' n make up the total's, unknown included"),
        holds("has_begun", "a period before 1990 or after the as-of day"),
    ]
