"""community_health: every week, its groups beside the whole they make up."""

from collections.abc import Sequence

import great_expectations.expectations as gxe

from pipelines.audit import AuditContext
from pipelines.expectations._bounds import FIRST_DAY
from pipelines.expectations._words import filled_from, holds, none, not_negative

QUERY = f"""
    WITH weeks AS (
        SELECT
            week_start,
            count(*) FILTER (WHERE is_total) AS totals,
            sum(events) FILTER (WHERE NOT is_total) AS events,
            sum(coalesce(attendances, 0)) FILTER (WHERE NOT is_total) AS attendances,
            sum(outputs) FILTER (WHERE NOT is_total) AS outputs,
            sum(actions) FILTER (WHERE NOT is_total) AS actions,
            sum(heat) FILTER (WHERE NOT is_total) AS heat,
            max(members) FILTER (WHERE NOT is_total) AS largest_group,
            lag(week_start) OVER (ORDER BY week_start) AS week_before
        FROM marts.community_health
        GROUP BY week_start
    )

    SELECT
        health.week_start || ' ' || health.working_group AS key,
        count(*) OVER (PARTITION BY health.week_start, health.working_group) - 1
            AS same_key,
        weeks.totals = 1 AS is_of_one_whole,
        coalesce(weeks.week_before = weeks.week_start - 7, true) AS follows_a_week,
        date_trunc('week', health.week_start) = health.week_start
            AND health.week_end = health.week_start + 6
            AND health.week_start BETWEEN {FIRST_DAY} AND getvariable('as_of')
            AND health.is_complete = (health.week_end <= getvariable('as_of'))
            AS is_a_week_that_began,
        CASE WHEN health.is_total
            THEN health.events = weeks.events
            AND coalesce(health.attendances, 0) = weeks.attendances
            AND health.outputs IS NOT DISTINCT FROM weeks.outputs
            AND health.actions = weeks.actions
            AND health.heat = weeks.heat
        END AS groups_add_up,
        CASE WHEN health.is_total THEN health.members >= weeks.largest_group
        END AS has_everybody,
        health.active_members <= health.members
            AND coalesce(health.at_risk_members <= health.at_risk_base, true)
            AND coalesce(health.first_time_attendees <= health.attendances, true)
            AND health.events_with_attendance <= health.events AS parts_are_parts,
        least(
            health.active_members,
            health.at_risk_members,
            health.first_time_attendees,
            health.events_with_attendance,
            health.outputs,
            health.actions,
            health.heat
        ) AS smallest_count
    FROM marts.community_health AS health
    INNER JOIN weeks ON health.week_start = weeks.week_start
"""


def expectations(context: AuditContext) -> Sequence[gxe.Expectation]:
    """Returns what must hold before the mart is shown."""
    return [
        filled_from(
            context,
            "(FROM marts.dim_members WHERE NOT is_internal AND NOT is_bot"
            " AND first_seen_at < getvariable('as_of'))",
        ),
        none("same_key", "one row per week and group"),
        holds("is_of_one_whole", "one row of the whole community a week"),
        holds("follows_a_week", "a quiet week is zeros, not a gap"),
        holds("is_a_week_that_began", "Monday to Sunday, not before 1990 or ahead"),
        holds("groups_add_up", "what took place is of one group or of none"),
        holds("has_everybody", "a group larger than the community"),
        holds("parts_are_parts", "more active, at risk or new than there are"),
        not_negative("smallest_count", "counts"),
    ]
