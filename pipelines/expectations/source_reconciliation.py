"""source_reconciliation: nothing is lost between landing and marts."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._words import filled_from, holds, none, not_negative

# One row tells two activities: a presentation is the talk and its slides.
TELL_TWO = "('presentations')"

QUERY = f"""
    SELECT
        source || '.' || table_name || ' ' || period AS key,
        count(*) OVER (PARTITION BY source, table_name, period) - 1 AS same_key,
        landed = staged + superseded + quarantined AS adds_up,
        in_marts <= staged * CASE WHEN table_name IN {TELL_TWO} THEN 2 ELSE 1 END
            AS marts_hold_part_of_staged,
        is_ok = (
            coalesce(difference, 0) = 0
            AND coalesce(abs(reported_difference) <= tolerance, true)
        ) AS says_so,
        least(landed, staged, superseded, quarantined, held) AS smallest_count
    FROM marts.source_reconciliation
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "intermediate.int_row_counts"),
        none("same_key", "one row per table and period"),
        holds("adds_up", "landed = staged + superseded + quarantined"),
        holds("marts_hold_part_of_staged", "more rows in marts than were staged"),
        holds("says_so", "is_ok says what the numbers say"),
        not_negative("smallest_count", "rows are not negative"),
    ]
