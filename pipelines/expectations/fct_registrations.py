"""fct_registrations: who registered and who came, counted per event."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import CLOCK_SKEW, FIRST_DAY
from pipelines.expectations._words import filled_from, none

QUERY = f"""
    SELECT
        registrations.event_id,
        count(*) - count(DISTINCT registrations.member_id) AS same_person,
        count(*) FILTER (
            registrations.registered_at NOT BETWEEN {FIRST_DAY}
            AND getvariable('clock') + {CLOCK_SKEW}
        ) AS registered_out_of_range,
        count(*) FILTER (
            registrations.attended_at NOT BETWEEN {FIRST_DAY}
            AND getvariable('clock') + {CLOCK_SKEW}
        ) AS checked_in_out_of_range,
        count(*) FILTER (
            registrations.is_first_time <> (registrations.prior_attendances = 0)
        ) AS wrong_first_times,
        count(*) FILTER (registrations.minutes_attended < 0) AS negative_minutes
    FROM marts.fct_registrations AS registrations
    GROUP BY registrations.event_id
    ORDER BY registrations.event_id
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(context, "intermediate.int_registrations"),
        none("same_person", "one row per event and person"),
        none("registered_out_of_range", "registered before 1990 or after now"),
        none("checked_in_out_of_range", "checked in before 1990 or after now"),
        none("wrong_first_times", "first time means no attendance before"),
        none("negative_minutes", "nobody stays for less than no time"),
    ]
