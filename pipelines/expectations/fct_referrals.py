"""fct_referrals: who brought whom, as a tree without circles."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._words import holds, unique

QUERY = """
    WITH registered AS (
        SELECT DISTINCT member_id
        FROM marts.fct_registrations
        WHERE referrer_member_id <> member_id
            AND coalesce(registered_at < getvariable('as_of'), true)
    )
    SELECT
        coalesce(referrals.member_id, registered.member_id) AS member_id,
        referrals.member_id IS NOT NULL AS is_not_lost,
        (referrals.depth IS NULL) = (referrals.referrer_member_id IS NULL)
            AND coalesce(referrals.depth = coalesce(above.depth, 0) + 1, true)
            AS is_one_below,
        referrals.referred_date <= getvariable('as_of') AS is_by_the_as_of_day
    FROM marts.fct_referrals AS referrals
    LEFT JOIN marts.fct_referrals AS above
        ON referrals.referrer_member_id = above.member_id
    FULL JOIN registered ON referrals.member_id = registered.member_id
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        unique("member_id", "one row per referred member"),
        holds("is_not_lost", "whom a registration says somebody brought is here"),
        holds("is_one_below", "one deeper than the referrer: nobody is above himself"),
        holds("is_by_the_as_of_day", "nothing after the as-of day counts"),
    ]
