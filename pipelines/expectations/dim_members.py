"""dim_members: one row per person, nobody lost, nobody merged with everybody.

What is counted over all members stands in each of their rows.
"""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import (
    ACCOUNTS_PER_MEMBER,
    CLOCK_SKEW,
    FIRST_DAY,
    IDENTITY_LEAST_ACCOUNTS,
    REVIEW_SHARE,
)
from pipelines.expectations._silence import LAST_SEEN
from pipelines.expectations._words import filled_from, holds, none, unique

QUERY = f"""
    WITH accounts AS (
        SELECT member_id, count(*) AS account_count
        FROM marts.member_accounts
        GROUP BY member_id
    ),
    identity AS (
        SELECT
            account_count,
            account_count / greatest(member_count, 1) AS accounts_per_member,
            review_count / greatest(account_count, 1) AS review_share,
            lost_alias_count
        FROM (
            SELECT
                (SELECT count(*) FROM marts.member_accounts) AS account_count,
                (SELECT count(*) FROM marts.dim_members) AS member_count,
                (SELECT count(*) FROM identity.review_queue) AS review_count,
                count(*) FILTER (
                    member_id NOT IN (SELECT member_id FROM marts.dim_members)
                ) AS lost_alias_count
            FROM identity.member_aliases
        ) AS counted
    )
    SELECT
        members.member_id,
        members.account_count = coalesce(accounts.account_count, 0)
            AS accounts_add_up,
        members.last_active_date <= getvariable('as_of') AS is_active_by_the_as_of_day,
        CASE WHEN members.last_active_date <= getvariable('as_of')
            THEN members.last_active_date IS NOT DISTINCT FROM seen.last_active_date
        END AS is_active_as_it_says,
        members.first_attended_date <= members.last_active_date
            AS is_first_before_last,
        members.first_seen_at BETWEEN {FIRST_DAY}
            AND getvariable('clock') + {CLOCK_SKEW}
            OR members.last_active_date IS NULL AS is_first_seen_in_range,
        (members.stage, members.event_score, members.share_score)
            IS NOT DISTINCT FROM (scores.stage, scores.event_score, scores.share_score)
            AS has_its_scores,
        members.member_id NOT IN (SELECT alias_member_id FROM identity.member_aliases)
            AS is_no_former_id,
        identity.lost_alias_count AS lost_aliases,
        CASE
            WHEN identity.account_count >= {IDENTITY_LEAST_ACCOUNTS}
                THEN identity.accounts_per_member <= {ACCOUNTS_PER_MEMBER}
        END AS has_accounts_of_its_own,
        CASE
            WHEN identity.account_count >= {IDENTITY_LEAST_ACCOUNTS}
                THEN identity.review_share <= {REVIEW_SHARE}
        END AS is_queue_short
    FROM marts.dim_members AS members
    CROSS JOIN identity
    LEFT JOIN accounts ON members.member_id = accounts.member_id
    LEFT JOIN marts.member_scores AS scores ON members.member_id = scores.member_id
    LEFT JOIN {LAST_SEEN} AS seen ON members.member_id = seen.member_id
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "intermediate.int_accounts"),
        unique("member_id", "one row per person"),
        holds("accounts_add_up", "account_count is the rows of member_accounts"),
        holds("is_active_by_the_as_of_day", "activity after the day described"),
        holds("is_active_as_it_says", "another last activity than fct_activities has"),
        holds("is_first_before_last", "an attendance is an activity"),
        holds("is_first_seen_in_range", "seen before 1990 or after the run's clock"),
        holds("has_its_scores", "stage and scores are those of member_scores"),
        holds("is_no_former_id", "an id that was merged away is somebody again"),
        none("lost_aliases", "former ids lead to somebody who is there"),
        holds("has_accounts_of_its_own", "so many accounts a person: a shared key"),
        holds("is_queue_short", "more pairs to review than accounts: a wrong rule"),
    ]
