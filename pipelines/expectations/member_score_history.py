"""member_score_history: points and stage of past days, counted per day and version.

The last day is held against what the other tables say of it: its members are those
active within a year, its points are the contributions before they decayed on, its
stages are those of member_stages.
"""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import RECOMPUTED_DIFFERENCE
from pipelines.expectations._silence import ENDS_SILENCE
from pipelines.expectations._words import filled_from, holds, none

# A snapshot is due once a Sunday has passed since the first activity.
SUNDAY_PASSED = f"""(
    FROM marts.fct_activities
    WHERE {ENDS_SILENCE} AND local_date
        <= getvariable('as_of') - cast(isodow(getvariable('as_of')) % 7 AS INTEGER)
)"""
QUERY = f"""
    WITH last AS (
        SELECT max(snapshot_date) AS day FROM marts.member_score_history
    ),
    active AS (
        SELECT count(DISTINCT member_id) AS members
        FROM marts.fct_activities, last
        WHERE local_date BETWEEN last.day - 365 AND last.day
            AND {ENDS_SILENCE}
    ),
    -- What changed after the day is left out: the cap of late engagement.
    contributions AS (
        SELECT
            member_id,
            formula_version,
            sum(
                cast(contribution AS DOUBLE)
                * 2 ** ((as_of_date - last.day) / half_life_days)
            ) FILTER (category = 'event') AS event_points,
            sum(
                cast(contribution AS DOUBLE)
                * 2 ** ((as_of_date - last.day) / half_life_days)
            ) FILTER (category = 'share') AS share_points,
            bool_or(coalesce(late_date > last.day, false)) AS is_capped_later
        FROM marts.member_score_contributions, last
        WHERE local_date <= last.day
        GROUP BY member_id, formula_version
    )
    SELECT
        history.snapshot_date || ' ' || history.formula_version AS snapshot,
        history.snapshot_date <= getvariable('as_of') AS has_come,
        isodow(history.snapshot_date) = 7
            OR history.snapshot_date = last_day(history.snapshot_date) AS is_due,
        count(*) FILTER (
            history.event_score <> cast(history.event_points AS DECIMAL(18, 1))
            OR history.share_score <> cast(history.share_points AS DECIMAL(18, 1))
        ) AS unrounded,
        CASE WHEN history.snapshot_date = any_value(last.day)
            THEN count(*) = any_value(active.members)
        END AS has_the_active,
        count(*) FILTER (
            history.snapshot_date = last.day
            AND NOT coalesce(contributions.is_capped_later, false)
            AND greatest(
                abs(history.event_points - coalesce(contributions.event_points, 0)),
                abs(history.share_points - coalesce(contributions.share_points, 0))
            ) > {RECOMPUTED_DIFFERENCE}
        ) AS other_points,
        count(*) FILTER (
            history.snapshot_date = last.day
            AND history.formula_version = scores.formula_version
            AND history.stage IS DISTINCT FROM stages.stage
        ) AS other_stage
    FROM marts.member_score_history AS history
    CROSS JOIN last
    CROSS JOIN active
    LEFT JOIN contributions
        ON history.member_id = contributions.member_id
        AND history.formula_version = contributions.formula_version
        AND history.snapshot_date = last.day
    LEFT JOIN marts.member_scores AS scores
        ON history.member_id = scores.member_id AND history.snapshot_date = last.day
    LEFT JOIN marts.member_stages AS stages
        ON scores.member_id = stages.member_id
        AND last.day >= stages.valid_from
        AND last.day <= coalesce(stages.valid_to, last.day)
    GROUP BY history.snapshot_date, history.formula_version
    ORDER BY snapshot
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, SUNDAY_PASSED),
        holds("has_come", "a snapshot of a day that has not come"),
        holds("is_due", "snapshots are Sundays and month ends"),
        none("unrounded", "scores are the points to one decimal"),
        holds("has_the_active", "members active within a year, none lost or double"),
        none("other_points", "points that the contributions do not come to"),
        none("other_stage", "a stage that member_stages does not have on the day"),
    ]
