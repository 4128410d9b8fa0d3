"""dim_members: one row per person, nobody lost, nothing later than the as-of day."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import CLOCK_SKEW, FIRST_DAY
from pipelines.expectations._words import filled_from, holds, unique

QUERY = f"""
    WITH accounts AS (
        SELECT member_id, count(*) AS account_count
        FROM marts.member_accounts
        GROUP BY member_id
    )
    SELECT
        members.member_id,
        members.account_count = coalesce(accounts.account_count, 0)
            AS accounts_add_up,
        members.last_active_date <= getvariable('as_of') AS is_active_by_the_as_of_day,
        members.first_attended_date <= members.last_active_date
            AS is_first_before_last,
        members.first_seen_at BETWEEN {FIRST_DAY}
            AND getvariable('clock') + {CLOCK_SKEW}
            OR members.last_active_date IS NULL AS is_first_seen_in_range,
        (members.stage, members.event_score, members.share_score)
            IS NOT DISTINCT FROM (scores.stage, scores.event_score, scores.share_score)
            AS has_its_scores
    FROM marts.dim_members AS members
    LEFT JOIN accounts ON members.member_id = accounts.member_id
    LEFT JOIN marts.member_scores AS scores ON members.member_id = scores.member_id
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "intermediate.int_accounts"),
        unique("member_id", "one row per person"),
        holds("accounts_add_up", "account_count is the rows of member_accounts"),
        holds("is_active_by_the_as_of_day", "activity after the day described"),
        holds("is_first_before_last", "an attendance is an activity"),
        holds("is_first_seen_in_range", "seen before 1990 or after the run's clock"),
        holds("has_its_scores", "stage and scores are those of member_scores"),
    ]
