"""Mutations of what happened: events, activities, registrations, outputs."""

ACTIVITY = "UPDATE marts.fct_activities SET {} WHERE activity_id = 'note:n1'"
HANAKO = " WHERE activity_id = 'connpass:2/connpass:hanako/speak'"

MUTATIONS = [
    ("dim_events", "DELETE FROM marts.dim_events", "table_row_count"),
    ("dim_events", "INSERT INTO marts.dim_events FROM marts.dim_events", "event_id"),
    (
        "dim_events",
        "UPDATE marts.dim_events SET local_date = '2226-10-01'",
        "is_in_range",
    ),
    ("dim_events", "UPDATE marts.dim_events SET capacity = -1", "smallest_count"),
    ("fct_activities", "DELETE FROM marts.fct_activities", "table_row_count"),
    (
        "fct_activities",
        "INSERT INTO marts.fct_activities FROM marts.fct_activities"
        " WHERE activity_id = 'note:n1'",
        "same_id",
    ),
    (
        "fct_activities",
        ACTIVITY.format("occurred_at = '2026-11-25 00:00:00+00'"),
        "after_now",
    ),
    (
        "fct_activities",
        f"UPDATE marts.fct_activities SET event_id = 'connpass:1' {HANAKO}",
        "after_now",
    ),
    (
        "fct_activities",
        ACTIVITY.format("occurred_at = '2026-08-01 00:00:00+00'"),
        "before_the_account",
    ),
    ("fct_activities", ACTIVITY.format("local_date = '1900-01-01'"), "out_of_range"),
    (
        "fct_activities",
        f"UPDATE marts.fct_activities SET points = 10 {HANAKO}",
        "points_undeserved",
    ),
    (
        "fct_activities",
        "UPDATE marts.fct_activities SET points = 1 WHERE activity_type = 'sign_in'",
        "points_undeserved",
    ),
    (
        "fct_activities",
        "INSERT INTO marts.fct_activities BY NAME"
        " SELECT * REPLACE ('copy' || activity_id AS activity_id)"
        " FROM marts.fct_activities WHERE activity_type = 'sign_in'",
        "is_told_once",
    ),
    (
        "fct_activities",
        "UPDATE marts.fct_activities SET occurred_at = occurred_at + INTERVAL 9 HOUR"
        " WHERE activity_type = 'sign_in'",
        "keeps_its_hours",
    ),
    ("fct_registrations", "DELETE FROM marts.fct_registrations", "table_row_count"),
    (
        "fct_registrations",
        "INSERT INTO marts.fct_registrations FROM marts.fct_registrations",
        "same_person",
    ),
    (
        "fct_registrations",
        "UPDATE marts.fct_registrations SET registered_at = '2026-11-25 00:00:00+00'",
        "registered_out_of_range",
    ),
    (
        "fct_registrations",
        "UPDATE marts.fct_registrations SET attended_at = '2026-11-25 00:00:00+00'",
        "checked_in_out_of_range",
    ),
    (
        "fct_registrations",
        "UPDATE marts.fct_registrations SET prior_attendances = 3",
        "wrong_first_times",
    ),
    (
        "fct_registrations",
        "UPDATE marts.fct_registrations SET minutes_attended = -30",
        "negative_minutes",
    ),
    ("fct_outputs", "DELETE FROM marts.fct_outputs", "table_row_count"),
    (
        "fct_outputs",
        "INSERT INTO marts.fct_outputs BY NAME"
        " SELECT * REPLACE ('https://note.com/other' AS url) FROM marts.fct_outputs",
        "output_id",
    ),
    (
        "fct_outputs",
        "INSERT INTO marts.fct_outputs BY NAME"
        " SELECT * REPLACE ('other' AS output_id) FROM marts.fct_outputs",
        "is_told_once",
    ),
    (
        "fct_outputs",
        "UPDATE marts.fct_outputs SET published_at = '2026-11-25 00:00:00+00'",
        "is_published_by_now",
    ),
    ("fct_outputs", "UPDATE marts.fct_outputs SET reactions = -1", "smallest_count"),
    (
        "fct_interactions",
        "DELETE FROM marts.fct_interactions",
        "table_row_count",
    ),
    (
        "fct_interactions",
        "UPDATE marts.fct_interactions SET activity_id = 'x:1' WHERE type = 'reply'",
        "same_activity",
    ),
    (
        "fct_interactions",
        "UPDATE marts.fct_interactions SET to_member_id = 'm_1' WHERE "
        "activity_id = 'x:1'",
        "with_oneself",
    ),
    (
        "fct_interactions",
        "UPDATE marts.fct_interactions SET to_member_id = 'm_9' WHERE "
        "activity_id = 'x:1'",
        "with_nobody",
    ),
    (
        "fct_interactions",
        "UPDATE marts.fct_interactions SET local_date = '2026-11-21'",
        "ahead",
    ),
    (
        "fct_interactions",
        "UPDATE marts.fct_interactions SET is_cross_company = true",
        "wrong_company_crossings",
    ),
    (
        "fct_interactions",
        "UPDATE marts.fct_interactions SET is_cross_department = true WHERE "
        "activity_id = 'x:2'",
        "departments_of_two_companies",
    ),
    (
        "fct_interactions",
        "UPDATE marts.fct_interactions SET is_internal = true",
        "wrong_internal_flags",
    ),
]
