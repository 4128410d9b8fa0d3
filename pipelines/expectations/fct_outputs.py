"""fct_outputs: what members published, each item once."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import CLOCK_SKEW, FIRST_DAY
from pipelines.expectations._words import filled_from, holds, not_negative, unique

QUERY = f"""
    SELECT
        outputs.output_id,
        outputs.url IS NULL OR count(*) OVER (
            PARTITION BY outputs.member_id, outputs.type, outputs.url
        ) = 1 AS is_told_once,
        outputs.published_at BETWEEN {FIRST_DAY}
            AND getvariable('clock') + {CLOCK_SKEW}
            OR coalesce(events.started_at > getvariable('clock'), false)
            AS is_published_by_now,
        least(outputs.reactions, outputs.reach) AS smallest_count
    FROM marts.fct_outputs AS outputs
    LEFT JOIN marts.dim_events AS events ON outputs.event_id = events.event_id
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(
            context, "(FROM intermediate.int_member_activities WHERE is_output)"
        ),
        unique("output_id", "one row per item"),
        holds("is_told_once", "one person's item twice: its address has two spellings"),
        holds("is_published_by_now", "published before 1990 or not yet"),
        not_negative("smallest_count", "reactions and reach are not negative"),
    ]
