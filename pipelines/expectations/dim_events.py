"""dim_events: one row per event and platform, in a believable time."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import FIRST_DAY, YEARS_AHEAD
from pipelines.expectations._words import filled_from, holds, not_negative, unique

QUERY = f"""
    SELECT
        event_id,
        local_date BETWEEN {FIRST_DAY} AND getvariable('as_of') + {YEARS_AHEAD}
            AS is_in_range,
        least(
            capacity, accepted_reported, attended_reported, attendance_target, cost_jpy
        ) AS smallest_count
    FROM marts.dim_events
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(
            context,
            "intermediate.int_events",
            "intermediate.int_registrations",
        ),
        unique("event_id", "one row per event"),
        holds("is_in_range", "before 1990 or years ahead: a mistyped year"),
        not_negative("smallest_count", "seats, people and yen are not negative"),
    ]
