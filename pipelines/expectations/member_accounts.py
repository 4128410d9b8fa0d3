"""member_accounts: every account of every source belongs to exactly one person."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._words import as_many_as, between_0_and_1, holds, unique

QUERY = """
    SELECT
        account_id,
        link_probability,
        linked_at <= getvariable('clock') AS is_linked_by_now
    FROM marts.member_accounts
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        as_many_as(context, "intermediate.int_accounts"),
        unique("account_id", "an account belongs to one person"),
        between_0_and_1("link_probability", "a probability"),
        holds("is_linked_by_now", "linked after the run's clock"),
    ]
