"""Mutations of what each source brought, and what was set aside."""

MUTATIONS = [
    (
        "source_reconciliation",
        "DELETE FROM marts.source_reconciliation",
        "table_row_count",
    ),
    (
        "source_reconciliation",
        "INSERT INTO marts.source_reconciliation FROM marts.source_reconciliation",
        "same_key",
    ),
    (
        "source_reconciliation",
        "UPDATE marts.source_reconciliation SET staged = 65",
        "adds_up",
    ),
    (
        "source_reconciliation",
        "UPDATE marts.source_reconciliation SET in_marts = 65",
        "marts_hold_part_of_staged",
    ),
    (
        "source_reconciliation",
        "UPDATE marts.source_reconciliation SET reported_difference = 3",
        "says_so",
    ),
    (
        "source_reconciliation",
        "UPDATE marts.source_reconciliation SET held = -1",
        "smallest_count",
    ),
    ("source_summary", "DELETE FROM marts.source_summary", "table_row_count"),
    (
        "source_summary",
        "INSERT INTO marts.source_summary SELECT * REPLACE (0 AS activity_count,"
        " 0 AS active_member_count) FROM marts.source_summary WHERE source = 'note'",
        "key",
    ),
    (
        "source_summary",
        "UPDATE marts.source_summary SET activity_count = activity_count + 1"
        " WHERE source = 'portal' AND month = '2026-10-01'",
        "activities_add_up",
    ),
    (
        "source_summary",
        "UPDATE marts.source_summary SET activity_count = 30 WHERE source = 'portal'"
        " AND month = '2026-10-01'; UPDATE marts.source_summary SET activity_count = 4"
        " WHERE source = 'portal' AND month = '2026-11-01'",
        "activities_add_up",
    ),
    (
        "source_summary",
        "DELETE FROM marts.source_summary WHERE source = 'portal'"
        " AND month = '2026-11-01'",
        "activities_add_up",
    ),
    (
        "source_summary",
        "UPDATE marts.source_summary SET rows_staged = 63 WHERE source = 'files'",
        "rows_add_up",
    ),
    (
        "source_summary",
        "UPDATE marts.source_summary SET rows_landed = 69, rows_staged = 63"
        " WHERE source = 'files'",
        "months_add_up",
    ),
    (
        "source_summary",
        "UPDATE marts.source_summary SET last_loaded_at = NULL WHERE source = 'files'",
        "is_loaded_when_it_says",
    ),
    (
        "source_summary",
        "UPDATE marts.source_summary SET month = '2026-11-02' WHERE source = 'files'",
        "is_a_month",
    ),
    (
        "source_summary",
        "UPDATE marts.source_summary SET month = '2026-12-01', event_count = 1"
        " WHERE source = 'files'",
        "is_by_the_as_of_day",
    ),
    (
        "source_summary",
        "UPDATE marts.source_summary SET attendance_count = 3"
        " WHERE source = 'connpass'",
        "attendances_are_part",
    ),
    (
        "source_summary",
        "UPDATE marts.source_summary SET active_member_count = 3"
        " WHERE source = 'connpass'",
        "active_members_act",
    ),
    (
        "source_summary",
        "UPDATE marts.source_summary SET reaction_count = -1 WHERE source = 'note'",
        "smallest_count",
    ),
    ("quarantined_rows", "DELETE FROM marts.quarantined_rows", "is_counted"),
    (
        "quarantined_rows",
        "INSERT INTO marts.quarantined_rows FROM marts.quarantined_rows;"
        "UPDATE marts.source_reconciliation SET quarantined = 2 WHERE period = 'all'",
        "same_id",
    ),
    (
        "quarantined_rows",
        "UPDATE marts.quarantined_rows SET reason = ' '",
        "without_reason",
    ),
]
