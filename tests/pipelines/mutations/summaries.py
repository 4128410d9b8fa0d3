"""Mutations of events and months summed up: rates, metrics, cohorts."""

MUTATIONS = [
    (
        "event_summary",
        "DELETE FROM marts.event_summary WHERE event_id = 'connpass:2'",
        "table_row_count",
    ),
    (
        "event_summary",
        "UPDATE marts.event_summary SET event_id = 'connpass:1'",
        "event_id",
    ),
    (
        "event_summary",
        "UPDATE marts.event_summary SET waitlisted_count = 3",
        "statuses_add_up",
    ),
    (
        "event_summary",
        "UPDATE marts.event_summary SET attendee_count = 3"
        " WHERE event_id = 'connpass:1'",
        "attendees_add_up",
    ),
    (
        "event_summary",
        "UPDATE marts.fct_registrations SET attended = false WHERE member_id = 'm_2'",
        "attendees_add_up",
    ),
    (
        "event_summary",
        "UPDATE marts.event_summary SET attendee_count = 0"
        " WHERE event_id = 'connpass:2';"
        "UPDATE marts.event_summary SET attendee_count = NULL,"
        " first_timer_count = NULL, regular_count = NULL"
        " WHERE event_id = 'connpass:1'",
        "attendees_add_up",
    ),
    (
        "event_summary",
        "UPDATE marts.event_summary SET regular_count = 2",
        "newcomers_and_regulars_are_part",
    ),
    (
        "event_summary",
        "UPDATE marts.event_summary SET share_rate_numerator = 3,"
        " share_rate_denominator = 6 WHERE share_rate IS NOT NULL",
        "sharers_are_part",
    ),
    (
        "event_summary",
        "UPDATE marts.event_summary SET no_show_rate_numerator = 1,"
        " no_show_rate = 0.5 WHERE no_show_rate IS NOT NULL",
        "came_or_not",
    ),
    *(
        (
            "event_summary",
            f"UPDATE marts.event_summary SET {rate} = {value},"
            f" {rate}_numerator = {value} * {rate}_denominator"
            f" WHERE {rate} IS NOT NULL {also}",
            rate,
        )
        for rate, value, also in (
            ("cancel_rate", 2, ""),
            ("share_rate", -0.5, ""),
            (
                "show_rate",
                1.5,
                "; UPDATE marts.event_summary SET no_show_rate_numerator = -1,"
                " no_show_rate = NULL",
            ),
            (
                "no_show_rate",
                1.5,
                "; UPDATE marts.event_summary SET show_rate_numerator = -1,"
                " show_rate = NULL",
            ),
        )
    ),
    *(
        (
            "event_summary",
            f"UPDATE marts.event_summary SET {rate} = 0.25 WHERE {rate} IS NOT NULL",
            f"{rate}_is_its_ratio",
        )
        for rate in ("show_rate", "no_show_rate", "cancel_rate", "share_rate")
    ),
    (
        "event_summary",
        "UPDATE marts.event_summary SET cancel_rate_denominator = 0",
        "cancel_rate_is_its_ratio",
    ),
    ("metrics", "DELETE FROM marts.metrics", "table_row_count"),
    (
        "metrics",
        "INSERT INTO marts.metrics FROM marts.metrics WHERE dimension_value = 'a'",
        "same_key",
    ),
    (
        "metrics",
        "UPDATE marts.metrics SET value = 1.2, numerator = 12"
        " WHERE metric_id = 'show_rate' AND dimension = 'all'",
        "share",
    ),
    ("metrics", "UPDATE marts.metrics SET coverage = 1.1", "coverage"),
    (
        "metrics",
        "UPDATE marts.metrics SET n = -1 WHERE dimension = 'event' AND is_suppressed",
        "n",
    ),
    (
        "metrics",
        "UPDATE marts.metrics SET value = 0.6 WHERE value = 0.5",
        "is_its_ratio",
    ),
    (
        "metrics",
        "UPDATE marts.metrics SET denominator = 0 WHERE value = 0.5",
        "is_its_ratio",
    ),
    (
        "metrics",
        "UPDATE marts.metrics SET n = 4 WHERE dimension_value = 'a'",
        "is_of_enough_people",
    ),
    (
        "metrics",
        "UPDATE marts.metrics SET value = 0.5, numerator = 1, denominator = 2"
        " WHERE dimension_value = 'b'",
        "is_of_enough_people",
    ),
    (
        "metrics",
        "DELETE FROM marts.metrics WHERE dimension_value = 'b'",
        "hides_among_others",
    ),
    (
        "metrics",
        "DELETE FROM marts.metrics WHERE dimension_value = 'blog'",
        "parts_add_up",
    ),
    (
        "metrics",
        "UPDATE marts.metrics SET period_start = '2026-12-01'",
        "has_begun",
    ),
    (
        "community_health",
        "DELETE FROM marts.community_health",
        "table_row_count",
    ),
    (
        "community_health",
        "INSERT INTO marts.community_health FROM marts.community_health"
        " WHERE week_start = '2026-11-16' AND NOT is_total;"
        "UPDATE marts.community_health SET events = 2"
        " WHERE week_start = '2026-11-16' AND is_total",
        "same_key",
    ),
    (
        "community_health",
        "INSERT INTO marts.community_health SELECT * REPLACE ('(whole)' AS"
        " working_group) FROM marts.community_health WHERE is_total",
        "is_of_one_whole",
    ),
    (
        "community_health",
        "UPDATE marts.community_health SET week_start = '2026-11-02',"
        " week_end = '2026-11-08' WHERE week_start = '2026-11-09'",
        "follows_a_week",
    ),
    (
        "community_health",
        "UPDATE marts.community_health SET is_complete = true",
        "is_a_week_that_began",
    ),
    (
        "community_health",
        "UPDATE marts.community_health SET heat = 4 WHERE working_group = '(none)'",
        "groups_add_up",
    ),
    (
        "community_health",
        "UPDATE marts.community_health SET members = 4 WHERE working_group = '東京'",
        "has_everybody",
    ),
    (
        "community_health",
        "UPDATE marts.community_health SET at_risk_members = 3 WHERE is_total",
        "parts_are_parts",
    ),
    (
        "community_health",
        "UPDATE marts.community_health SET at_risk_members = -1 WHERE is_total",
        "smallest_count",
    ),
    (
        "cohort_retention",
        "DELETE FROM marts.cohort_retention",
        "table_row_count",
    ),
    (
        "cohort_retention",
        "INSERT INTO marts.cohort_retention SELECT cohort_month, month_n + 2 AS"
        " month_n, channel, month + to_months(2), cohort_size, active_count, "
        "retention_rate, coverage FROM marts.cohort_retention",
        "is_over",
    ),
    (
        "cohort_retention",
        "UPDATE marts.cohort_retention SET channel = 'all' WHERE channel = 'event'",
        "same_key",
    ),
    (
        "cohort_retention",
        "DELETE FROM marts.cohort_retention WHERE channel = 'event' AND month_n = 0",
        "has_every_month",
    ),
    (
        "cohort_retention",
        "UPDATE marts.cohort_retention SET month = '2026-08-01' WHERE month_n = 0",
        "is_n_months_later",
    ),
    (
        "cohort_retention",
        "UPDATE marts.cohort_retention SET cohort_size = 4, retention_rate = "
        "active_count / 4 WHERE month_n = 1",
        "is_one_size",
    ),
    (
        "cohort_retention",
        "UPDATE marts.cohort_retention SET active_count = 1, retention_rate = 1"
        " / 3 WHERE month_n = 1 AND channel = 'all'",
        "is_part_of_all",
    ),
    (
        "cohort_retention",
        "UPDATE marts.cohort_retention SET active_count = 4, retention_rate = 4"
        " / 3 WHERE month_n = 1",
        "retention_rate",
    ),
    (
        "cohort_retention",
        "UPDATE marts.cohort_retention SET retention_rate = 0.5 WHERE channel ="
        " 'event'",
        "is_its_ratio",
    ),
    (
        "cohort_retention",
        "UPDATE marts.cohort_retention SET coverage = 1.5",
        "coverage",
    ),
    (
        "metric_definitions",
        "DELETE FROM marts.metric_definitions WHERE metric_id = 'nps'",
        "table_row_count",
    ),
    (
        "metric_definitions",
        "DELETE FROM marts.metric_definitions WHERE metric_id = 'nps';"
        "INSERT INTO marts.metric_definitions"
        " FROM marts.metric_definitions WHERE metric_id = 'outputs'",
        "metric_id",
    ),
    (
        "metric_definitions",
        "UPDATE marts.metric_definitions SET absent_reason = NULL",
        "is_there_or_says_why",
    ),
]
