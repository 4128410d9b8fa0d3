"""Who is still there, in the words of the macro ends_silence (dbt_project/macros)."""

ENDS_SILENCE = "coalesce(activity_type NOT IN ('leave', 'no_show', 'follow_up'), true)"
# One row per member of fct_activities: has_left, and the day of the last activity.
LAST_SEEN = f"""(
    SELECT
        member_id,
        last_active_date,
        coalesce(left_date >= last_active_date, left_date IS NOT NULL) AS has_left
    FROM (
        SELECT
            member_id,
            max(local_date) FILTER ({ENDS_SILENCE}) AS last_active_date,
            max(local_date) FILTER (activity_type = 'leave') AS left_date
        FROM marts.fct_activities
        WHERE local_date <= getvariable('as_of')
        GROUP BY member_id
    ) AS seen
)"""
