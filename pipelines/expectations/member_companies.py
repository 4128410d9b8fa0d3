"""member_companies: who worked where when, one employer a day."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import FIRST_DAY, YEARS_AHEAD
from pipelines.expectations._words import filled_from, holds

QUERY = f"""
    SELECT
        member_id,
        valid_from <= valid_to AS starts_before_it_ends,
        valid_from BETWEEN {FIRST_DAY} AND getvariable('as_of') + {YEARS_AHEAD}
            AS starts_in_range,
        coalesce(
            lag(valid_to) OVER by_day < valid_from,
            lag(valid_from) OVER by_day IS NULL
        ) AS is_the_only_employer,
        known_since <= getvariable('clock') AS is_known_by_now
    FROM marts.member_companies
    WINDOW by_day AS (PARTITION BY member_id ORDER BY valid_from, valid_to)
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "intermediate.int_member_affiliations"),
        holds("starts_before_it_ends", "a stay ends before it starts"),
        holds("starts_in_range", "starts before 1990 or years ahead: a mistyped year"),
        holds("is_the_only_employer", "two employers on one day count a person twice"),
        holds("is_known_by_now", "known only after the run's clock"),
    ]
