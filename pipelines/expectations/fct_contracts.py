"""fct_contracts: contracts, the days they run and their yen."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import FIRST_DAY, YEARS_AHEAD
from pipelines.expectations._words import holds, not_negative, unique

QUERY = f"""
    SELECT
        contract_id,
        CASE WHEN currency = 'JPY' THEN annual_amount END
            IS NOT DISTINCT FROM annual_amount_jpy AS has_its_yen,
        active_from <= active_to IS NOT false
            AND (active_from IS NOT NULL OR active_to IS NULL) AS runs_forward,
        is_active = coalesce(
            active_from <= getvariable('as_of')
            AND coalesce(active_to >= getvariable('as_of'), true),
            false
        ) AS is_active_by_its_days,
        active_from BETWEEN {FIRST_DAY} AND getvariable('as_of') + {YEARS_AHEAD}
            AS is_in_range,
        least(annual_amount, licences) AS smallest_number
    FROM marts.fct_contracts
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        gxe.ExpectTableRowCountToBeBetween(
            min_value=context.rows("staging.stg_files__contracts"),
            meta={"reason": "every contract that a list names, and those of companies"},
        ),
        unique("contract_id", "one row per contract"),
        holds("has_its_yen", "yen without a rate for the day, or yen lost"),
        holds("runs_forward", "a contract ends before it begins, or without beginning"),
        holds("is_active_by_its_days", "active on the as-of day is what its days say"),
        holds("is_in_range", "before 1990 or years ahead: a mistyped year"),
        not_negative("smallest_number", "nobody pays or seats less than nothing"),
    ]
