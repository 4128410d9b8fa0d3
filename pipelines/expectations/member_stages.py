"""member_stages: one stage a day since a person is known, counted per person."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._words import filled_from, holds, none

QUERY = """
    WITH stages AS (
        SELECT
            *,
            lead(valid_from) OVER by_day AS next
        FROM marts.member_stages
        WINDOW by_day AS (PARTITION BY member_id ORDER BY valid_from, valid_to)
    )
    SELECT
        stages.member_id,
        count(*) FILTER (stages.valid_to < stages.valid_from) AS ended_before_it_began,
        count(*) FILTER (
            stages.next IS NOT NULL
            AND stages.next IS DISTINCT FROM stages.valid_to + 1
        ) AS gaps_or_overlaps,
        count(*) FILTER (stages.valid_from > getvariable('as_of')) AS ahead,
        max(stages.stage) FILTER (stages.valid_to IS NULL)
            IS NOT DISTINCT FROM any_value(scores.stage) AS is_that_of_the_scores
    FROM stages
    LEFT JOIN marts.member_scores AS scores ON stages.member_id = scores.member_id
    GROUP BY stages.member_id
    ORDER BY stages.member_id
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "(FROM marts.member_scores WHERE stage IS NOT NULL)"),
        none("ended_before_it_began", "a stage ends before it starts"),
        none("gaps_or_overlaps", "no stage, or two of them, on some day"),
        none("ahead", "a stage of a day that has not come"),
        holds("is_that_of_the_scores", "the open stage is that of member_scores"),
    ]
