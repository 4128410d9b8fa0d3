"""dim_members: one row per person, nobody lost, nothing in the future."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext

QUERY = """
    SELECT member_id, account_count, event_score, share_score, stage
    FROM marts.dim_members
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        gxe.ExpectColumnValuesToBeUnique(
            column="member_id", meta={"reason": "one row per person"}
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="account_count",
            min_value=1,
            meta={"reason": "a person is known by at least one account"},
        ),
    ]
