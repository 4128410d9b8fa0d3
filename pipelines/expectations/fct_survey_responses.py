"""fct_survey_responses: answers on their scale, one per member and question."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import CLOCK_SKEW, FIRST_DAY
from pipelines.expectations._words import filled_from, holds, none, unique

QUERY = f"""
    SELECT
        survey_response_id,
        coalesce(nps BETWEEN 0 AND 10, true) AND coalesce(csat BETWEEN 1 AND 5, true)
            AS is_on_its_scale,
        (nps IS NULL OR question_kind = 'nps')
            AND (csat IS NULL OR question_kind = 'csat') AS is_of_its_kind,
        CASE WHEN member_id IS NOT NULL THEN count(*) OVER (
            PARTITION BY
                member_id, source, coalesce(event_id, survey_id, ''), question_id
        ) - 1 END AS same_member,
        submitted_at BETWEEN {FIRST_DAY} AND getvariable('clock') + {CLOCK_SKEW}
            AS is_sent_by_now
    FROM marts.fct_survey_responses
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "staging.stg_files__survey_responses"),
        unique("survey_response_id", "one row per form and question"),
        holds("is_on_its_scale", "0 to 10 recommends, 1 to 5 satisfies"),
        holds("is_of_its_kind", "a number of a kind that was not asked"),
        none("same_member", "a member answers a question about an event once"),
        holds("is_sent_by_now", "sent before 1990 or after now"),
    ]
