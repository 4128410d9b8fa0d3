"""stage_transitions: who was there is accounted for, month by month and stage."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import ROUNDING
from pipelines.expectations._words import filled_from, holds

QUERY = f"""
    WITH arrived AS (
        SELECT
            cast(month + INTERVAL 1 MONTH AS DATE) AS month,
            to_stage AS stage,
            sum(members) AS members
        FROM marts.stage_transitions
        GROUP BY ALL
    ),
    months AS (
        SELECT
            month,
            sum(members) AS members
        FROM marts.stage_transitions
        GROUP BY month
    )
    SELECT
        transitions.month || ' ' || transitions.from_stage AS origin,
        abs(sum(transitions.share) - 1) < {ROUNDING} AS shares_add_up,
        sum(transitions.members) = max(transitions.members_from) AS members_add_up,
        transitions.from_stage = 'unknown'
            OR max(transitions.members_from)
                IS NOT DISTINCT FROM any_value(arrived.members) AS came_from_somewhere,
        count(*) = count(DISTINCT transitions.to_stage) AS is_one_row_each,
        bool_and(
            transitions.is_complete
            = (last_day(transitions.month) <= getvariable('as_of'))
        ) AS is_marked,
        CASE
            WHEN transitions.month = date_trunc('month', getvariable('as_of')) THEN
                any_value(months.members) = (
                    SELECT count(*) FROM marts.member_scores WHERE stage IS NOT NULL
                )
        END AS has_everybody_now
    FROM marts.stage_transitions AS transitions
    LEFT JOIN arrived
        ON transitions.month = arrived.month AND transitions.from_stage = arrived.stage
    LEFT JOIN months ON transitions.month = months.month
    GROUP BY transitions.month, transitions.from_stage
    ORDER BY transitions.month, transitions.from_stage
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "marts.member_stages"),
        holds("shares_add_up", "the shares of a month and a stage make 1"),
        holds("members_add_up", "who was in the stage went somewhere or stayed"),
        holds("came_from_somewhere", "who is in a stage was counted the month before"),
        holds("is_one_row_each", "one row per month, from and to"),
        holds("is_marked", "the month that runs is not complete"),
        holds("has_everybody_now", "at its end the last month has every member"),
    ]
