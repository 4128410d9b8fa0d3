"""fct_costs: what the community costs, and the yen of it."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import FIRST_DAY, YEARS_AHEAD
from pipelines.expectations._words import as_many_as, holds, unique

QUERY = f"""
    SELECT
        cost_id,
        CASE WHEN currency = 'JPY' THEN amount END
            IS NOT DISTINCT FROM amount_jpy AS has_its_yen,
        cost_date BETWEEN {FIRST_DAY} AND getvariable('as_of') + {YEARS_AHEAD}
            AS is_in_range,
        -- A credit note is a cost below zero; what it gives back was paid before.
        sum(amount) OVER (PARTITION BY category, currency) >= 0 AS adds_up_to_a_cost
    FROM marts.fct_costs
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        as_many_as(context, "staging.stg_files__costs"),
        unique("cost_id", "one row per cost"),
        holds("has_its_yen", "yen without a rate for the day, or yen lost"),
        holds("is_in_range", "before 1990 or years ahead: a mistyped year"),
        holds("adds_up_to_a_cost", "of a category more came back than was ever paid"),
    ]
