"""metric_definitions: every metric explained, and there or absent for a reason."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._words import as_many_as, holds, unique

QUERY = """
    SELECT
        metric_id,
        (absent_reason IS NULL) = (metric_id IN (SELECT metric_id FROM marts.metrics))
            AND is_published = (absent_reason IS NULL) AS is_there_or_says_why
    FROM marts.metric_definitions
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        as_many_as(context, "seeds.metric_registry"),
        unique("metric_id", "one row per metric"),
        holds("is_there_or_says_why", "a metric without rows says what to connect"),
    ]
