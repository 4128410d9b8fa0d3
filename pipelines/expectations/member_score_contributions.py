"""member_score_contributions: what activities add, counted per type and component."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import ROUNDING
from pipelines.expectations._words import filled_from, none

QUERY = f"""
    SELECT
        contributions.activity_type || ' ' || contributions.component AS part,
        count(*) - count(
            DISTINCT contributions.activity_id || '|' || contributions.formula_version
        ) AS same_part,
        count(*) FILTER (contributions.local_date > getvariable('as_of')) AS ahead,
        count(*) FILTER (contributions.decay NOT BETWEEN 0 AND 1) AS wrong_decay,
        count(*) FILTER (
            abs(contributions.contribution) > abs(contributions.points) + {ROUNDING}
        ) AS more_than_points,
        count(*) FILTER (
            contributions.component = 'base'
            AND contributions.points IS DISTINCT FROM activities.points
            AND contributions.formula_version = scores.formula_version
        ) AS other_points
    FROM marts.member_score_contributions AS contributions
    LEFT JOIN marts.fct_activities AS activities
        ON contributions.activity_id = activities.activity_id
        AND contributions.member_id = activities.member_id
    LEFT JOIN marts.member_scores AS scores
        ON contributions.member_id = scores.member_id
    GROUP BY part
    ORDER BY part
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "(FROM marts.fct_activities WHERE points <> 0)"),
        none("same_part", "one row per activity, component and formula"),
        none("ahead", "an activity counts when its day has come"),
        none("wrong_decay", "points fade from all to nothing"),
        none("more_than_points", "a contribution is at most its points"),
        none("other_points", "the base is the points of fct_activities"),
    ]
