"""fct_certifications: certificates, their days and their yen."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import FIRST_DAY, YEARS_AHEAD
from pipelines.expectations._words import as_many_as, holds, not_negative, unique

QUERY = f"""
    SELECT
        certification_id,
        CASE WHEN currency = 'JPY' THEN training_cost END
            IS NOT DISTINCT FROM training_cost_jpy AS has_its_yen,
        expires_date >= earned_date AS is_valid_once_earned,
        earned_date BETWEEN {FIRST_DAY} AND getvariable('as_of') + {YEARS_AHEAD}
            AS is_in_range,
        training_cost
    FROM marts.fct_certifications
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        as_many_as(context, "staging.stg_files__certifications"),
        unique("certification_id", "one row per certificate"),
        holds("has_its_yen", "yen without a rate for the day, or yen lost"),
        holds("is_valid_once_earned", "a certificate expires before it is earned"),
        holds("is_in_range", "before 1990 or years ahead: a mistyped year"),
        not_negative("training_cost", "a training costs nothing at least"),
    ]
