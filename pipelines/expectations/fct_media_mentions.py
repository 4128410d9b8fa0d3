"""fct_media_mentions: what the media showed, and what it cost and is worth."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import FIRST_DAY, YEARS_AHEAD
from pipelines.expectations._words import as_many_as, holds, not_negative, unique

QUERY = f"""
    SELECT
        mention_id,
        CASE WHEN currency = 'JPY' THEN production_cost END
            IS NOT DISTINCT FROM production_cost_jpy AS has_its_yen,
        published_date BETWEEN {FIRST_DAY} AND getvariable('as_of') + {YEARS_AHEAD}
            AS is_in_range,
        least(reach, unit_price_jpy, production_cost) AS smallest_number
    FROM marts.fct_media_mentions
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        as_many_as(context, "staging.stg_files__media_mentions"),
        unique("mention_id", "one row per mention"),
        holds("has_its_yen", "yen without a rate for the day, or yen lost"),
        holds("is_in_range", "before 1990 or years ahead: a mistyped year"),
        not_negative("smallest_number", "readers, prices and costs are counts"),
    ]
