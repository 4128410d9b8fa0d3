"""fct_hires: people hired, and why the community is said to have brought them."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import FIRST_DAY, YEARS_AHEAD
from pipelines.expectations._words import as_many_as, holds, unique

QUERY = f"""
    SELECT
        hire_id,
        CASE evidence
            WHEN 'unknown' THEN is_community_hire IS NULL
            WHEN 'none' THEN NOT is_community_hire
            WHEN 'stated' THEN is_community_hire IS NOT NULL
            ELSE is_community_hire
        END AS has_its_evidence,
        evidence <> 'first_touch' OR coalesce(first_touch_date < hired_date, false)
            AS is_touched_before,
        hired_date BETWEEN {FIRST_DAY} AND getvariable('as_of') + {YEARS_AHEAD}
            AS is_in_range
    FROM marts.fct_hires
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        as_many_as(context, "staging.stg_files__hires"),
        unique("hire_id", "one row per hire"),
        holds("has_its_evidence", "a hire by the community without a reason"),
        holds("is_touched_before", "a first touch that came after the hire"),
        holds("is_in_range", "before 1990 or years ahead: a mistyped year"),
    ]
