"""fct_activities: what members did, when it can have happened, once.

Counted per source and type: the mart grows to tens of millions of rows.
"""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import (
    CLOCK_SKEW,
    FIRST_DAY,
    REPEATED_ROWS,
    REPEATED_SHARE,
    ROTATED_DISTANCE,
    ROTATION_LEAST_ROWS,
    SHIFT_HOURS,
    SHIFTED_DISTANCE,
    YEARS_AHEAD,
)
from pipelines.expectations._words import filled_from, holds, none

QUERY = f"""
    WITH counted AS (
        SELECT
            activities.source,
            activities.activity_type,
            count(*) AS activities,
            count(*) FILTER (
                activities.occurred_at > getvariable('clock') + {CLOCK_SKEW}
                AND coalesce(events.started_at <= getvariable('clock'), true)
            ) AS after_now,
            count(*) FILTER (
                accounts.source_table = 'accounts'
                AND activities.occurred_at < accounts.first_seen_at - INTERVAL 1 DAY
            ) AS before_the_account,
            count(*) FILTER (
                activities.local_date NOT BETWEEN {FIRST_DAY}
                AND getvariable('as_of') + {YEARS_AHEAD}
            ) AS out_of_range,
            count(*) FILTER (
                activities.points <> 0
                AND (
                    activities.category = 'other'
                    OR activities.local_date > getvariable('as_of')
                )
            ) AS points_undeserved,
            count(*) - count(DISTINCT activities.activity_id) AS same_id,
            count(*) - count(
                DISTINCT md5(concat_ws(
                    '|',
                    activities.account_id,
                    activities.occurred_at,
                    coalesce(activities.event_id, ''),
                    coalesce(activities.object_key, ''),
                    coalesce(activities.parent_activity_id, ''),
                    coalesce(activities.title, '')
                ))
            ) AS repeated
        FROM marts.fct_activities AS activities
        LEFT JOIN marts.dim_events AS events
            ON activities.event_id = events.event_id
        LEFT JOIN intermediate.int_accounts AS accounts
            ON activities.account_id = accounts.account_id
        GROUP BY activities.source, activities.activity_type
    ),
    -- Rows by hour of day (UTC; the shape is what counts), now and in the last release.
    hours AS (
        SELECT
            source, activity_type, is_now, hour, count(*) AS activities,
            sum(count(*)) OVER (PARTITION BY source, activity_type, is_now) AS total
        FROM (
            SELECT source, activity_type, hour(occurred_at) AS hour, true AS is_now
            FROM marts.fct_activities
            UNION ALL
            SELECT source, activity_type, hour(occurred_at) AS hour, false AS is_now
            FROM previous.fct_activities
        )
        GROUP BY source, activity_type, is_now, hour
    ),
    shapes AS (
        SELECT
            kinds.source,
            kinds.activity_type,
            shifts.shift,
            coalesce(now.activities / now.total, 0) AS p,
            coalesce(last.activities / last.total, 0) AS q
        FROM (
            SELECT source, activity_type
            FROM hours
            GROUP BY source, activity_type
            HAVING count(DISTINCT is_now) = 2 AND min(total) >= {ROTATION_LEAST_ROWS}
        ) AS kinds
        CROSS JOIN (VALUES (0), ({SHIFT_HOURS}), (-{SHIFT_HOURS})) AS shifts (shift)
        CROSS JOIN range(24) AS clock (hour)
        LEFT JOIN hours AS now
            ON kinds.source = now.source
            AND kinds.activity_type = now.activity_type
            AND now.is_now
            AND clock.hour = now.hour
        LEFT JOIN hours AS last
            ON kinds.source = last.source
            AND kinds.activity_type = last.activity_type
            AND NOT last.is_now
            AND (clock.hour + shifts.shift + 24) % 24 = last.hour
    ),
    -- Jensen-Shannon: the mean of each shape's divergence from their middle, its root.
    distances AS (
        SELECT
            source,
            activity_type,
            shift,
            sqrt(greatest(0, sum(
                CASE WHEN p > 0 THEN p * log2(2 * p / (p + q)) ELSE 0 END
                + CASE WHEN q > 0 THEN q * log2(2 * q / (p + q)) ELSE 0 END
            ) / 2)) AS distance
        FROM shapes
        GROUP BY source, activity_type, shift
    ),
    rotated AS (
        SELECT
            source,
            activity_type,
            max(distance) FILTER (shift = 0) > {ROTATED_DISTANCE}
            AND min(distance) FILTER (shift <> 0) < {SHIFTED_DISTANCE} AS is_rotated
        FROM distances
        GROUP BY source, activity_type
    )
    SELECT
        counted.source || ' ' || counted.activity_type AS kind,
        counted.after_now,
        counted.before_the_account,
        counted.out_of_range,
        counted.points_undeserved,
        counted.same_id,
        counted.repeated
            <= greatest({REPEATED_ROWS}, {REPEATED_SHARE} * counted.activities)
            AS is_told_once,
        NOT rotated.is_rotated AS keeps_its_hours
    FROM counted
    LEFT JOIN rotated
        ON counted.source = rotated.source
        AND counted.activity_type = rotated.activity_type
    ORDER BY kind
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "intermediate.int_activities"),
        none("same_id", "one row per activity"),
        none("after_now", "not yet happened, and its event lies not ahead either"),
        none("before_the_account", "older than the account: a wrong year or zone"),
        none("out_of_range", "before 1990 or years ahead: a mistyped year"),
        none("points_undeserved", "points of a kind or day that has none"),
        holds("is_told_once", "the same content came in twice, under two names"),
        holds(
            "keeps_its_hours",
            "hours of day moved by 9 since the last release: a lost time zone",
        ),
    ]
