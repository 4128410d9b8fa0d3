"""event_summary: every event's numbers; parts within their whole, rates with a base."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import ROUNDING
from pipelines.expectations._words import as_many_as, between_0_and_1, holds, unique

RATES = ("show_rate", "no_show_rate", "cancel_rate", "share_rate")
QUERY = f"""
    -- Who came, told on two platforms or twice, counts once for the real event: known
    -- where attendance was taken, up to the as-of day, without staff and bots.
    WITH came AS (
        SELECT
            summary.event_group_id,
            count(DISTINCT registrations.member_id) AS attendees
        FROM marts.fct_registrations AS registrations
        INNER JOIN marts.event_summary AS summary
            ON registrations.event_id = summary.event_id
        WHERE registrations.attended AND summary.is_attendance_taken
            AND registrations.role NOT IN ('staff', 'organiser')
            AND NOT registrations.is_internal AND NOT registrations.is_bot
            AND coalesce(
                summary.local_date - cast(registrations.lead_time_days AS INTEGER)
                <= getvariable('as_of'), true
            )
        GROUP BY summary.event_group_id
    )
    SELECT
        event_id,
        accepted_count + waitlisted_count + cancelled_count = registration_count
            AS statuses_add_up,
        coalesce(sum(attendee_count) OVER (PARTITION BY event_group_id), 0)
            = coalesce(came.attendees, 0) AS attendees_add_up,
        first_timer_count + regular_count <= attendee_count
            AS newcomers_and_regulars_are_part,
        share_rate_numerator <= attendee_count AS sharers_are_part,
        no_show_rate_numerator + show_rate_numerator = show_rate_denominator
            AS came_or_not,
        {", ".join(RATES)},
        {
    ", ".join(
        f"coalesce(abs({rate} - {rate}_numerator / {rate}_denominator) < {ROUNDING},"
        f" {rate} IS NULL) AS {rate}_is_its_ratio"
        for rate in RATES
    )
}
    FROM marts.event_summary
    LEFT JOIN came USING (event_group_id)
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        as_many_as(context, "marts.dim_events"),
        unique("event_id", "one row per event"),
        holds("statuses_add_up", "accepted, waiting and cancelled are all there are"),
        holds("attendees_add_up", "all who came are counted, and nobody else"),
        holds("newcomers_and_regulars_are_part", "more of them than attendees"),
        holds("sharers_are_part", "more sharers than attendees"),
        holds("came_or_not", "who was accepted came or did not"),
        *(between_0_and_1(rate, "a share of people") for rate in RATES),
        *(
            holds(f"{rate}_is_its_ratio", "numerator / denominator, over at least one")
            for rate in RATES
        ),
    ]
