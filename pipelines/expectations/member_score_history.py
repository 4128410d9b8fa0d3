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
    ),
    -- Only the last day is joined: the whole history is tens of millions of rows.
    shown AS (
        SELECT history.*
        FROM marts.member_score_history AS history, last
        WHERE history.snapshot_date = last.day
    ),
    stages AS (
        SELECT member_id, stage
        FROM marts.member_stages, last
        WHERE last.day BETWEEN valid_from AND coalesce(valid_to, last.day)
    ),
    compared AS (
        SELECT
            shown.snapshot_date,
            shown.formula_version,
            count(*) = any_value(active.members) AS has_the_active,
            count(*) FILTER (
                NOT coalesce(contributions.is_capped_later, false)
                AND greatest(
                    abs(shown.event_points - coalesce(contributions.event_points, 0)),
                    abs(shown.share_points - coalesce(contributions.share_points, 0))
                ) > {RECOMPUTED_DIFFERENCE}
            ) AS other_points,
            count(*) FILTER (
                shown.formula_version = scores.formula_version
                AND shown.stage IS DISTINCT FROM stages.stage
            ) AS other_stage
        FROM shown
        CROSS JOIN active
        LEFT JOIN contributions
            ON shown.member_id = contributions.member_id
            AND shown.formula_version = contributions.formula_version
        LEFT JOIN marts.member_scores AS scores ON shown.member_id = scores.member_id
        LEFT JOIN stages ON scores.member_id = stages.member_id
        GROUP BY shown.snapshot_date, shown.formula_version
    ),
    counted AS (
        SELECT
            snapshot_date,
            formula_version,
            count(*) FILTER (
                event_score <> cast(event_points AS DECIMAL(18, 1))
                OR share_score <> cast(share_points AS DECIMAL(18, 1))
            ) AS unrounded
        FROM marts.member_score_history
        GROUP BY snapshot_date, formula_version
    )
    SELECT
        counted.snapshot_date || ' ' || counted.formula_version AS snapshot,
        counted.snapshot_date <= getvariable('as_of') AS has_come,
        isodow(counted.snapshot_date) = 7
            OR counted.snapshot_date = last_day(counted.snapshot_date) AS is_due,
        counted.unrounded,
        compared.has_the_active,
        coalesce(compared.other_points, 0) AS other_points,
        coalesce(compared.other_stage, 0) AS other_stage
    FROM counted
    LEFT JOIN compared
        ON counted.snapshot_date = compared.snapshot_date
        AND counted.formula_version = compared.formula_version
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
