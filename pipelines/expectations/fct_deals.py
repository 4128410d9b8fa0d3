"""fct_deals: CRM opportunities, their yen and the activity before them."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import FIRST_DAY, YEARS_AHEAD
from pipelines.expectations._words import filled_from, holds, unique

QUERY = f"""
    SELECT
        deal_id,
        CASE WHEN currency = 'JPY' THEN amount END IS NOT DISTINCT FROM amount_jpy
            AS has_its_yen,
        is_closed OR NOT is_won AS is_closed_when_won,
        touches_before_created <= touches_before_closed
            OR closed_date < created_date AS earlier_touches_are_part,
        (touches_before_closed = 0) = (first_touch_date IS NULL)
            AND coalesce(first_touch_date <= last_touch_date, true)
            AS touches_have_days,
        created_date BETWEEN {FIRST_DAY} AND getvariable('as_of') + {YEARS_AHEAD}
            AND coalesce(closed_date >= {FIRST_DAY}, true) AS is_in_range
    FROM marts.fct_deals
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "intermediate.int_deals"),
        unique("deal_id", "one row per deal"),
        holds("has_its_yen", "yen without a rate for the day, or yen lost"),
        holds("is_closed_when_won", "a deal is won and open"),
        holds("earlier_touches_are_part", "more touches before the first day than all"),
        holds("touches_have_days", "touches without days, or days without touches"),
        holds("is_in_range", "before 1990 or years ahead: a mistyped year"),
    ]
