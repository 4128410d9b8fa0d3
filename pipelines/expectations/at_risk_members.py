"""at_risk_members: people with a habit to lose, for reasons that their numbers bear."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import ROUNDING
from pipelines.expectations._silence import ENDS_SILENCE, LAST_SEEN
from pipelines.expectations._words import as_many_as, between_0_and_1, holds, unique

QUERY = f"""
    WITH days AS (
        SELECT member_id, count(DISTINCT local_date) AS days
        FROM marts.fct_activities
        SEMI JOIN marts.at_risk_members USING (member_id)
        WHERE local_date <= getvariable('as_of') AND {ENDS_SILENCE}
        GROUP BY member_id
    )
    SELECT
        risks.member_id,
        risks.silent_probability_90d,
        NOT scores.is_internal AND NOT scores.is_bot AS is_a_member,
        risks.stage IS NOT DISTINCT FROM scores.stage
            AND risks.last_active_date = scores.last_active_date
            AND risks.silent_days = getvariable('as_of') - risks.last_active_date
            AS is_that_of_the_scores,
        NOT seen.has_left AS has_not_left,
        days.days >= 2 AS was_seen_on_two_days,
        risks.reason <> '' AND risks.reason_ja <> '' AND risks.reason_en <> ''
            AS has_a_reason,
        coalesce(
            abs(
                risks.drop_ratio
                - (1 - cast(risks.points_now AS DOUBLE) / risks.points_before)
            ) <= {ROUNDING},
            risks.drop_ratio IS NULL AND risks.points_before <= 0
        ) AS is_the_drop_of_its_points,
        NOT contains(risks.reason, 'points_fell')
            OR risks.drop_ratio >= rules.threshold AS has_fallen,
        NOT contains(risks.reason, 'stage_dropped')
            OR risks.stage_before <> risks.stage AS has_dropped,
        NOT contains(risks.reason, 'unusual_silence')
            OR risks.expected_next_active_date <= getvariable('as_of') AS is_late,
        row_number() OVER (ORDER BY risks.risk_rank) = risks.risk_rank AS is_ranked
    FROM marts.at_risk_members AS risks
    CROSS JOIN (
        SELECT threshold FROM seeds.risk_rules WHERE reason = 'points_fell'
    ) AS rules
    LEFT JOIN marts.member_scores AS scores ON risks.member_id = scores.member_id
    LEFT JOIN days ON risks.member_id = days.member_id
    LEFT JOIN {LAST_SEEN} AS seen ON risks.member_id = seen.member_id
    ORDER BY risks.member_id
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        as_many_as(context, "intermediate.int_member_risks"),
        unique("member_id", "one row per member"),
        holds("is_a_member", "bots and the organiser's own people are not listed"),
        holds("is_that_of_the_scores", "stage and last activity of member_scores"),
        holds("has_not_left", "who left is known to have gone"),
        holds("was_seen_on_two_days", "who came once had no habit to lose"),
        holds("has_a_reason", "listed for nothing, or not in both languages"),
        holds("is_the_drop_of_its_points", "the ratio is not that of the two points"),
        holds("has_fallen", "the points did not fall by as much as the rule says"),
        holds("has_dropped", "the stage is the one of 30 days ago"),
        holds("is_late", "the member is not expected back yet"),
        holds("is_ranked", "ranks from 1 on without gap or tie"),
        between_0_and_1("silent_probability_90d", "a probability"),
    ]
