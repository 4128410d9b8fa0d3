"""quarantined_rows: as many rows set aside as were counted, each with its reason.

Counted per table: a bad file can set aside many.
"""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._words import holds, none

QUERY = """
    WITH set_aside AS (
        SELECT
            source,
            table_name,
            count(*) AS quarantined,
            count(*) - count(DISTINCT quarantined_row_id) AS same_id,
            count(*) FILTER (trim(reason) = '') AS without_reason
        FROM marts.quarantined_rows
        GROUP BY source, table_name
    ),
    counted AS (
        SELECT source, table_name, quarantined
        FROM marts.source_reconciliation
        WHERE period = 'all'
    )
    SELECT
        coalesce(set_aside.source, counted.source) || '.'
            || coalesce(set_aside.table_name, counted.table_name) AS origin,
        coalesce(set_aside.quarantined, 0) = counted.quarantined AS is_counted,
        set_aside.same_id,
        set_aside.without_reason
    FROM set_aside
    FULL OUTER JOIN counted
        ON set_aside.source = counted.source
        AND set_aside.table_name = counted.table_name
    ORDER BY origin
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        holds("is_counted", "as many rows as source_reconciliation counts"),
        none("same_id", "one row per row set aside"),
        none("without_reason", "a row is set aside for a reason"),
    ]
