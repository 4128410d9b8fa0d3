"""The gate: a right warehouse passes; each expectation catches what it is there for.

A mutation spoils the warehouse; exactly the expectation named beside it must fail. An
expectation without a mutation fails the last test: it would protect nothing.
"""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.audit import AuditContext, audit, audited_marts
from pipelines.publish.catalogue import Mart

SQL = (Path(__file__).parent / "community.sql").read_text()
ACTIVITY = "UPDATE marts.fct_activities SET {} WHERE activity_id = 'note:n1'"
HANAKO = " WHERE activity_id = 'connpass:2/connpass:hanako/speak'"

# (mart, what is done to the warehouse, the expectation that fails: its column or kind)
MUTATIONS = [
    ("dim_members", "DELETE FROM marts.dim_members", "table_row_count"),
    (
        "dim_members",
        "INSERT INTO marts.dim_members FROM marts.dim_members WHERE member_id = 'm_1'",
        "member_id",
    ),
    (
        "dim_members",
        "UPDATE marts.dim_members SET account_count = 9",
        "accounts_add_up",
    ),
    (
        "dim_members",
        "UPDATE marts.dim_members SET last_active_date = '2026-11-21'",
        "is_active_by_the_as_of_day",
    ),
    (
        "dim_members",
        "UPDATE marts.dim_members SET first_attended_date = '2026-11-20'",
        "is_first_before_last",
    ),
    (
        "dim_members",
        "UPDATE marts.dim_members SET first_seen_at = '1970-01-01 00:00:00+00'",
        "is_first_seen_in_range",
    ),
    (
        "dim_members",
        "UPDATE marts.fct_activities SET activity_type = 'follow_up'"
        " WHERE activity_id = 'portal:s59'",
        "is_active_as_it_says",
    ),
    ("dim_members", "UPDATE marts.dim_members SET stage = 'star'", "has_its_scores"),
    (
        "dim_members",
        "INSERT INTO identity.member_aliases VALUES ('m_2', 'm_1', NULL)",
        "is_no_former_id",
    ),
    (
        "dim_members",
        "INSERT INTO identity.member_aliases VALUES ('m_9', 'm_8', NULL)",
        "lost_aliases",
    ),
    (
        "dim_members",
        "INSERT INTO marts.member_accounts BY NAME"
        " SELECT 'git:' || n AS account_id, 'm_3' AS member_id"
        " FROM range(97) AS spellings (n);"
        "UPDATE marts.dim_members SET account_count = 98 WHERE member_id = 'm_3'",
        "has_accounts_of_its_own",
    ),
    (
        "dim_members",
        "INSERT INTO marts.dim_members BY NAME"
        " SELECT 'm_1' || n AS member_id, 1 AS account_count"
        " FROM range(97) AS people (n);"
        "INSERT INTO marts.member_accounts BY NAME SELECT 'x:' || n AS account_id,"
        " 'm_1' || n AS member_id FROM range(97) AS people (n);"
        "INSERT INTO identity.review_queue SELECT 'x:1', 'x:' || n"
        " FROM range(30) AS pairs (n)",
        "is_queue_short",
    ),
    (
        "member_accounts",
        "DELETE FROM marts.member_accounts WHERE account_id = 'portal:m3'",
        "table_row_count",
    ),
    (
        "member_accounts",
        "UPDATE marts.member_accounts SET account_id = 'portal:m3'",
        "account_id",
    ),
    (
        "member_accounts",
        "UPDATE marts.member_accounts SET link_probability = 1.2",
        "link_probability",
    ),
    (
        "member_accounts",
        "UPDATE marts.member_accounts SET linked_at = '2026-11-22 00:00:00+00'",
        "is_linked_by_now",
    ),
    (
        "member_accounts",
        "INSERT INTO marts.member_accounts BY NAME SELECT 'git:' || n AS account_id,"
        " 'm_3' AS member_id, 'git' AS source, 'same_address' AS link_rule,"
        " false AS is_manual, 1.0 AS link_probability FROM range(25) AS spellings (n);"
        "INSERT INTO intermediate.int_accounts BY NAME"
        " SELECT 'git:' || n AS account_id, false AS is_bot"
        " FROM range(25) AS spellings (n)",
        "accounts_of_the_person",
    ),
    (
        "member_accounts",
        "UPDATE marts.member_accounts SET member_id = 'm_2', source = 'connpass'"
        " WHERE account_id <> 'connpass:yamada'",
        "unstated_at_a_source",
    ),
    (
        "member_accounts",
        "UPDATE marts.member_accounts SET member_id = 'm_1'"
        " WHERE account_id = 'connpass:hanako'",
        "has_one_address_at_an_employer",
    ),
    (
        "member_accounts",
        "INSERT INTO identity.account_flags VALUES ('note:yamada_t', true)",
        "is_of_one_kind",
    ),
    ("member_companies", "DELETE FROM marts.member_companies", "table_row_count"),
    (
        "member_companies",
        "UPDATE marts.member_companies SET valid_to = '2023-01-01'"
        " WHERE member_id = 'm_2'",
        "starts_before_it_ends",
    ),
    (
        "member_companies",
        "UPDATE marts.member_companies SET valid_from = '1026-04-01'"
        " WHERE member_id = 'm_2'",
        "starts_in_range",
    ),
    (
        "member_companies",
        "UPDATE marts.member_companies SET valid_to = '2025-04-01'"
        " WHERE company_id = 'crm:2'",
        "is_the_only_employer",
    ),
    (
        "member_companies",
        "UPDATE marts.member_companies SET known_since = '2026-11-22 00:00:00+00'",
        "is_known_by_now",
    ),
    ("dim_companies", "DELETE FROM marts.dim_companies", "table_row_count"),
    (
        "dim_companies",
        "INSERT INTO marts.dim_companies FROM marts.dim_companies"
        " WHERE company_id = 'crm:2'",
        "company_id",
    ),
    (
        "dim_companies",
        "UPDATE marts.dim_companies SET corporate_number = '8000000000001'",
        "corporate_number",
    ),
    (
        "dim_companies",
        "UPDATE intermediate.int_company_aliases SET company_id = 'crm:1',"
        " corporate_number = coalesce(corporate_number, '9000000000000')",
        "has_one_number",
    ),
    (
        "dim_companies",
        "UPDATE marts.dim_companies SET member_count = 7 WHERE company_id = 'crm:1'",
        "members_add_up",
    ),
    (
        "dim_companies",
        "UPDATE marts.dim_companies SET active_member_count = 9",
        "active_is_part_of_all",
    ),
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
    ("fct_deals", "DELETE FROM marts.fct_deals", "table_row_count"),
    ("fct_deals", "INSERT INTO marts.fct_deals FROM marts.fct_deals", "deal_id"),
    ("fct_deals", "UPDATE marts.fct_deals SET amount_jpy = amount", "has_its_yen"),
    (
        "fct_deals",
        "UPDATE marts.fct_deals SET is_closed = false",
        "is_closed_when_won",
    ),
    (
        "fct_deals",
        "UPDATE marts.fct_deals SET touches_before_created = 4",
        "earlier_touches_are_part",
    ),
    (
        "fct_deals",
        "UPDATE marts.fct_deals SET first_touch_date = NULL",
        "touches_have_days",
    ),
    (
        "fct_deals",
        "UPDATE marts.fct_deals SET created_date = '2206-10-20'",
        "is_in_range",
    ),
    (
        "member_scores",
        "DELETE FROM marts.member_scores WHERE member_id = 'm_3'",
        "table_row_count",
    ),
    (
        "member_scores",
        "DELETE FROM marts.member_scores WHERE member_id = 'm_3';"
        "INSERT INTO marts.member_scores FROM marts.member_scores"
        " WHERE member_id = 'm_2'",
        "member_id",
    ),
    (
        "member_scores",
        "UPDATE marts.member_score_contributions"
        " SET contribution = contribution + 0.000000000001",
        "is_the_sum",
    ),
    (
        "member_scores",
        "UPDATE intermediate.int_reaction_snapshots SET reactions = 0",
        "is_recomputed",
    ),
    (
        "member_scores",
        "UPDATE marts.dim_events SET format = 'online'",
        "is_recomputed",
    ),
    ("member_scores", "UPDATE marts.member_scores SET event_score = 1", "is_rounded"),
    (
        "member_scores",
        "UPDATE marts.member_scores SET event_percentile = -0.1",
        "lower_percentile",
    ),
    (
        "member_scores",
        "UPDATE marts.member_scores SET share_percentile = 1.1",
        "upper_percentile",
    ),
    (
        "member_scores",
        "UPDATE marts.member_scores SET event_participation_rate = 1.02"
        " WHERE member_id = 'm_1'",
        "event_participation_rate",
    ),
    (
        "member_scores",
        "UPDATE marts.member_scores SET events_eligible_180d = 0",
        "has_denominator",
    ),
    (
        "member_scores",
        "UPDATE marts.member_scores SET as_of_date = '2026-11-19'",
        "is_of_the_as_of_day",
    ),
    (
        "member_scores",
        "UPDATE marts.member_scores SET last_active_date = '2026-11-21'",
        "is_active_by_the_as_of_day",
    ),
    (
        "member_score_contributions",
        "DELETE FROM marts.member_score_contributions",
        "table_row_count",
    ),
    (
        "member_score_contributions",
        "INSERT INTO marts.member_score_contributions"
        " FROM marts.member_score_contributions",
        "same_part",
    ),
    (
        "member_score_contributions",
        "UPDATE marts.member_score_contributions SET local_date = '2026-11-21'",
        "ahead",
    ),
    (
        "member_score_contributions",
        "UPDATE marts.member_score_contributions SET decay = 1.5",
        "wrong_decay",
    ),
    (
        "member_score_contributions",
        "UPDATE marts.member_score_contributions SET contribution = 11",
        "more_than_points",
    ),
    (
        "member_score_contributions",
        "UPDATE marts.fct_activities SET points = 9 WHERE activity_type = 'speak'",
        "other_points",
    ),
    ("member_stages", "DELETE FROM marts.member_stages", "table_row_count"),
    (
        "member_stages",
        "UPDATE marts.member_stages SET valid_to = '2026-08-31' WHERE stage = 'none';"
        "UPDATE marts.member_stages SET valid_from = '2026-09-01'"
        " WHERE stage = 'candidate'",
        "ended_before_it_began",
    ),
    (
        "member_stages",
        "UPDATE marts.member_stages SET valid_to = '2026-09-15' WHERE stage = 'none'",
        "gaps_or_overlaps",
    ),
    (
        "member_stages",
        "UPDATE marts.member_stages SET valid_from = '2026-11-21'"
        " WHERE member_id = 'm_2'",
        "ahead",
    ),
    (
        "member_stages",
        "UPDATE marts.member_stages SET stage = 'star' WHERE member_id = 'm_2'",
        "is_that_of_the_scores",
    ),
    (
        "member_score_history",
        "DELETE FROM marts.member_score_history",
        "table_row_count",
    ),
    (
        "member_score_history",
        "INSERT INTO marts.member_score_history BY NAME SELECT * REPLACE"
        " (DATE '2026-11-22' AS snapshot_date,"
        " event_points * 0.5 ** (7 / 90) AS event_points,"
        " share_points * 0.5 ** (7 / 90) AS share_points)"
        " FROM marts.member_score_history WHERE snapshot_date = '2026-11-15';"
        "UPDATE marts.member_score_history SET event_score = event_points,"
        " share_score = share_points",
        "has_come",
    ),
    (
        "member_score_history",
        "UPDATE marts.member_score_history SET snapshot_date = '2026-10-05'"
        " WHERE snapshot_date = '2026-10-04'",
        "is_due",
    ),
    (
        "member_score_history",
        "UPDATE marts.member_score_history SET share_score = 1",
        "unrounded",
    ),
    (
        "member_score_history",
        "DELETE FROM marts.member_score_history"
        " WHERE snapshot_date = '2026-11-15' AND member_id = 'm_3'",
        "has_the_active",
    ),
    (
        "member_score_history",
        "UPDATE marts.member_score_history SET event_points = event_points + 0.00001"
        " WHERE member_id = 'm_3'",
        "other_points",
    ),
    (
        "member_score_history",
        "UPDATE marts.member_score_history SET stage = 'star'",
        "other_stage",
    ),
    (
        "stage_transitions",
        "DELETE FROM marts.stage_transitions",
        "table_row_count",
    ),
    (
        "stage_transitions",
        "UPDATE marts.stage_transitions SET share = 0.5",
        "shares_add_up",
    ),
    (
        "stage_transitions",
        "UPDATE marts.stage_transitions SET members_from = 4"
        " WHERE from_stage = 'unknown'",
        "members_add_up",
    ),
    (
        "stage_transitions",
        "UPDATE marts.stage_transitions SET members = 3, members_from = 3"
        " WHERE month = '2026-10-01' AND from_stage = 'new'",
        "came_from_somewhere",
    ),
    (
        "stage_transitions",
        "UPDATE marts.stage_transitions SET members = 1, share = share / 2"
        " WHERE from_stage = 'unknown' AND to_stage = 'new';"
        "INSERT INTO marts.stage_transitions FROM marts.stage_transitions"
        " WHERE from_stage = 'unknown' AND to_stage = 'new'",
        "is_one_row_each",
    ),
    (
        "stage_transitions",
        "UPDATE marts.stage_transitions SET is_complete = true",
        "is_marked",
    ),
    (
        "stage_transitions",
        "DELETE FROM marts.stage_transitions"
        " WHERE month = '2026-11-01' AND from_stage = 'candidate'",
        "has_everybody_now",
    ),
    (
        "at_risk_members",
        "DELETE FROM marts.at_risk_members WHERE risk_rank = 2",
        "table_row_count",
    ),
    (
        "at_risk_members",
        "UPDATE marts.at_risk_members SET member_id = 'm_1', stage = 'candidate',"
        " last_active_date = '2026-10-05', silent_days = 46",
        "member_id",
    ),
    (
        "at_risk_members",
        "UPDATE marts.member_scores SET is_internal = true WHERE member_id = 'm_3'",
        "is_a_member",
    ),
    (
        "at_risk_members",
        "UPDATE marts.at_risk_members SET silent_days = 16 WHERE member_id = 'm_3'",
        "is_that_of_the_scores",
    ),
    (
        "at_risk_members",
        "DELETE FROM marts.fct_activities"
        " WHERE member_id = 'm_3' AND activity_id <> 'portal:s59'",
        "was_seen_on_two_days",
    ),
    (
        "at_risk_members",
        "INSERT INTO marts.fct_activities BY NAME SELECT 'left' AS activity_id,"
        " 'm_3' AS member_id, 'leave' AS activity_type, '2026-11-03' AS local_date",
        "has_not_left",
    ),
    (
        "at_risk_members",
        "UPDATE marts.at_risk_members SET reason_ja = '' WHERE member_id = 'm_3'",
        "has_a_reason",
    ),
    (
        "at_risk_members",
        "UPDATE marts.at_risk_members SET drop_ratio = 0.6 WHERE member_id = 'm_1'",
        "is_the_drop_of_its_points",
    ),
    (
        "at_risk_members",
        "UPDATE marts.at_risk_members SET points_now = 9.1, drop_ratio = 8.9 / 18"
        " WHERE member_id = 'm_1'",
        "has_fallen",
    ),
    (
        "at_risk_members",
        "UPDATE marts.at_risk_members SET stage_before = stage",
        "has_dropped",
    ),
    (
        "at_risk_members",
        "UPDATE marts.at_risk_members"
        " SET expected_next_active_date = '2026-11-21' WHERE member_id = 'm_3'",
        "is_late",
    ),
    (
        "at_risk_members",
        "UPDATE marts.at_risk_members SET risk_rank = 3 WHERE risk_rank = 2",
        "is_ranked",
    ),
    (
        "at_risk_members",
        "UPDATE marts.at_risk_members SET silent_probability_90d = 1.1"
        " WHERE member_id = 'm_3'",
        "silent_probability_90d",
    ),
    (
        "star_candidates",
        "INSERT INTO marts.star_candidates BY NAME SELECT 'm_1' || n AS member_id,"
        " 2 AS rank, 0.1 AS probability, 'a / b' AS reasons, 0 AS days_as_candidate"
        " FROM range(400) AS people (n);"
        "INSERT INTO marts.member_scores BY NAME SELECT 'm_1' || n AS member_id,"
        " false AS is_internal, false AS is_bot FROM range(400) AS people (n)",
        "table_row_count",
    ),
    (
        "star_candidates",
        "UPDATE marts.star_candidates SET member_id = 'm_1'",
        "member_id",
    ),
    (
        "star_candidates",
        "UPDATE marts.star_candidates SET probability = 1.1 WHERE rank = 1",
        "probability",
    ),
    (
        "star_candidates",
        "UPDATE marts.star_candidates SET probability = 0.3 WHERE rank = 2",
        "is_ranked",
    ),
    (
        "star_candidates",
        "UPDATE intermediate.int_stars SET is_still_star = true",
        "is_no_star",
    ),
    (
        "star_candidates",
        "INSERT INTO marts.fct_activities BY NAME SELECT 'left' AS activity_id,"
        " 'm_2' AS member_id, 'leave' AS activity_type, '2026-10-02' AS local_date",
        "has_not_left",
    ),
    (
        "star_candidates",
        "UPDATE marts.member_scores SET is_internal = true WHERE member_id = 'm_2'",
        "is_a_member",
    ),
    (
        "star_candidates",
        "UPDATE marts.star_candidates SET reasons = 'active' WHERE rank = 2",
        "is_said_in_both_languages",
    ),
    (
        "star_candidates",
        "UPDATE marts.star_candidates SET trained_on_stars = 29",
        "is_found_as_it_says",
    ),
    (
        "star_candidates",
        "UPDATE marts.star_candidates SET days_as_candidate = 3 WHERE rank = 2",
        "is_candidate_so_long",
    ),
    (
        "score_backtest",
        "DELETE FROM marts.score_backtest",
        "table_row_count",
    ),
    (
        "score_backtest",
        "UPDATE marts.score_backtest SET auc = 1.1, upper = 1.2 WHERE auc = 0.8",
        "auc",
    ),
    (
        "score_backtest",
        "UPDATE marts.score_backtest SET lift_at_top_decile = -1 WHERE auc = 0.8",
        "lift_at_top_decile",
    ),
    (
        "score_backtest",
        "UPDATE marts.score_backtest SET calibration_error = 2 WHERE auc = 0.8",
        "calibration_error",
    ),
    (
        "score_backtest",
        "UPDATE marts.score_backtest SET month = '2026-10-31'"
        " WHERE month = '2026-09-30'",
        "is_over",
    ),
    (
        "score_backtest",
        "UPDATE marts.score_backtest SET n = 41 WHERE auc = 0.8",
        "is_of_the_same_people",
    ),
    (
        "score_backtest",
        "UPDATE marts.score_backtest SET lower = 0.9 WHERE auc = 0.8",
        "is_inside_its_interval",
    ),
    (
        "score_backtest",
        "UPDATE marts.score_backtest SET auc = 0.5 WHERE positives = 0",
        "is_judged_where_it_can_be",
    ),
    (
        "score_backtest",
        "INSERT INTO marts.score_backtest FROM marts.score_backtest WHERE auc = 0.8",
        "is_told_once",
    ),
    (
        "star_paths",
        "INSERT INTO marts.star_paths FROM marts.star_paths WHERE length = 3",
        "path",
    ),
    (
        "star_paths",
        "UPDATE marts.star_paths"
        " SET stars = 4, n = 5, star_share = 0.2, lift = 2.0 WHERE length = 3",
        "stars",
    ),
    (
        "star_paths",
        "UPDATE marts.star_paths SET median_days = -1 WHERE length = 3",
        "median_days",
    ),
    (
        "star_paths",
        "UPDATE marts.star_paths SET n = 7 WHERE length = 3",
        "is_part_of_all",
    ),
    (
        "star_paths",
        "UPDATE marts.star_paths SET star_share = 0.26, lift = 2.6 WHERE length = 3",
        "are_shares",
    ),
    (
        "star_paths",
        "UPDATE marts.star_paths SET lift = 3 WHERE length = 3",
        "is_the_ratio_of_shares",
    ),
    (
        "star_paths",
        "UPDATE marts.star_paths SET upper = 2 WHERE length = 3",
        "is_inside_its_interval",
    ),
    (
        "star_paths",
        "UPDATE marts.star_paths SET stars = 11, n = 12, star_share = 0.55,"
        " lift = 5.5, upper = 9 WHERE length = 3",
        "is_part_of_the_shorter_path",
    ),
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
    (
        "company_summary",
        "DELETE FROM marts.company_summary WHERE company_id = 'crm:2'",
        "table_row_count",
    ),
    (
        "company_summary",
        "DELETE FROM marts.company_summary WHERE company_id = 'crm:2';"
        "INSERT INTO marts.company_summary FROM marts.company_summary",
        "company_id",
    ),
    (
        "company_summary",
        "UPDATE marts.company_summary SET member_count = 7",
        "members_add_up",
    ),
    (
        "company_summary",
        "UPDATE marts.company_summary SET event_points = event_points + 1",
        "points_add_up",
    ),
    (
        "company_summary",
        "UPDATE marts.company_summary SET active_member_count = 9",
        "active_is_part_of_all",
    ),
    (
        "company_summary",
        "UPDATE marts.company_summary SET star_count = 9",
        "stars_are_part_of_all",
    ),
    (
        "company_summary",
        "UPDATE marts.company_summary SET won_deals_with_amount_count = 1",
        "amounts_are_part_of_deals",
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
        "company_summary",
        "UPDATE marts.company_summary SET is_champion_gap = true",
        "gaps_are_of_contract_companies",
    ),
    (
        "fct_contracts",
        "DELETE FROM marts.fct_contracts WHERE contract_id = 'files:c2'",
        "table_row_count",
    ),
    (
        "fct_contracts",
        "INSERT INTO marts.fct_contracts FROM marts.fct_contracts",
        "contract_id",
    ),
    (
        "fct_contracts",
        "UPDATE marts.fct_contracts SET annual_amount_jpy = annual_amount",
        "has_its_yen",
    ),
    (
        "fct_contracts",
        "UPDATE marts.fct_contracts SET active_to = '2019-03-31' WHERE NOT is_active",
        "runs_forward",
    ),
    (
        "fct_contracts",
        "UPDATE marts.fct_contracts SET is_active = true",
        "is_active_by_its_days",
    ),
    (
        "fct_contracts",
        "UPDATE marts.fct_contracts SET active_from = '1020-04-01'",
        "is_in_range",
    ),
    (
        "fct_contracts",
        "UPDATE marts.fct_contracts SET licences = -1",
        "smallest_number",
    ),
    (
        "fct_survey_responses",
        "DELETE FROM marts.fct_survey_responses",
        "table_row_count",
    ),
    (
        "fct_survey_responses",
        "INSERT INTO marts.fct_survey_responses FROM marts.fct_survey_responses"
        " WHERE member_id IS NULL",
        "survey_response_id",
    ),
    (
        "fct_survey_responses",
        "UPDATE marts.fct_survey_responses SET csat = 6 WHERE csat = 4.5",
        "is_on_its_scale",
    ),
    (
        "fct_survey_responses",
        "UPDATE marts.fct_survey_responses SET question_kind = 'text'"
        " WHERE question_kind = 'nps'",
        "is_of_its_kind",
    ),
    (
        "fct_survey_responses",
        "UPDATE marts.fct_survey_responses SET member_id = 'm_1'",
        "same_member",
    ),
    (
        "fct_survey_responses",
        "UPDATE marts.fct_survey_responses SET submitted_at = '2026-11-25 00:00:00+00'",
        "is_sent_by_now",
    ),
    (
        "fct_certifications",
        "DELETE FROM marts.fct_certifications WHERE member_id IS NULL",
        "table_row_count",
    ),
    (
        "fct_certifications",
        "UPDATE marts.fct_certifications SET certification_id = 'q1'",
        "certification_id",
    ),
    (
        "fct_certifications",
        "UPDATE marts.fct_certifications SET training_cost_jpy = training_cost",
        "has_its_yen",
    ),
    (
        "fct_certifications",
        "UPDATE marts.fct_certifications SET expires_date = '2026-09-30'",
        "is_valid_once_earned",
    ),
    (
        "fct_certifications",
        "UPDATE marts.fct_certifications SET earned_date = '1026-10-01'",
        "is_in_range",
    ),
    (
        "fct_certifications",
        "UPDATE marts.fct_certifications SET training_cost = -1 WHERE currency = 'USD'",
        "training_cost",
    ),
    (
        "fct_hires",
        "DELETE FROM marts.fct_hires WHERE member_id IS NULL",
        "table_row_count",
    ),
    ("fct_hires", "UPDATE marts.fct_hires SET hire_id = 'files:h1'", "hire_id"),
    (
        "fct_hires",
        "UPDATE marts.fct_hires SET is_community_hire = true WHERE evidence = 'none'",
        "has_its_evidence",
    ),
    (
        "fct_hires",
        "UPDATE marts.fct_hires SET first_touch_date = hired_date",
        "is_touched_before",
    ),
    (
        "fct_hires",
        "UPDATE marts.fct_hires SET hired_date = '2226-10-15'",
        "is_in_range",
    ),
    (
        "fct_costs",
        "DELETE FROM marts.fct_costs WHERE currency = 'USD'",
        "table_row_count",
    ),
    ("fct_costs", "UPDATE marts.fct_costs SET cost_id = 'files:1'", "cost_id"),
    ("fct_costs", "UPDATE marts.fct_costs SET amount_jpy = amount", "has_its_yen"),
    ("fct_costs", "UPDATE marts.fct_costs SET cost_date = '2206-10-01'", "is_in_range"),
    (
        "fct_costs",
        "UPDATE marts.fct_costs SET amount = -amount, amount_jpy = -amount_jpy",
        "adds_up_to_a_cost",
    ),
    (
        "fct_media_mentions",
        "DELETE FROM marts.fct_media_mentions WHERE reach IS NULL",
        "table_row_count",
    ),
    (
        "fct_media_mentions",
        "UPDATE marts.fct_media_mentions SET mention_id = 'n1'",
        "mention_id",
    ),
    (
        "fct_media_mentions",
        "UPDATE marts.fct_media_mentions SET production_cost_jpy = NULL",
        "has_its_yen",
    ),
    (
        "fct_media_mentions",
        "UPDATE marts.fct_media_mentions SET published_date = '1026-10-10'",
        "is_in_range",
    ),
    (
        "fct_media_mentions",
        "UPDATE marts.fct_media_mentions SET reach = -1",
        "smallest_number",
    ),
    (
        "fct_referrals",
        "INSERT INTO marts.fct_referrals FROM marts.fct_referrals"
        " WHERE member_id = 'm_3'",
        "member_id",
    ),
    (
        "fct_referrals",
        "DELETE FROM marts.fct_referrals WHERE member_id = 'm_1';"
        "UPDATE marts.fct_registrations SET referrer_member_id = 'm_3'"
        " WHERE member_id = 'm_1'",
        "is_not_lost",
    ),
    (
        "fct_referrals",
        "UPDATE marts.fct_referrals SET depth = 3 WHERE member_id = 'm_3'",
        "is_one_below",
    ),
    (
        "fct_referrals",
        "UPDATE marts.fct_referrals SET referred_date = '2026-11-21'",
        "is_by_the_as_of_day",
    ),
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
    (
        "fct_activities",
        "UPDATE marts.fct_activities SET title = '縺､縺ｪ縺後ｊ'"
        " WHERE activity_type = 'sign_in'",
        "is_readable",
    ),
    (
        "fct_activities",
        "UPDATE marts.fct_activities SET title = 'つなぎ' || chr(8)"
        " WHERE activity_type = 'sign_in'",
        "is_printable",
    ),
    (
        "dim_events",
        "UPDATE marts.dim_events SET title = '連絡先 taro.yamada@acme.example まで'",
        "rows_with_address",
    ),
    ("dim_events", "ALTER TABLE marts.dim_events DROP COLUMN title", "is_there"),
    ("dim_events", "ALTER TABLE marts.dim_events DROP COLUMN cost_jpy", "columns"),
    ("fct_outputs", "DROP TABLE marts.fct_outputs", "columns"),
]
RESTRICTED = {"dim_members", "member_accounts"}
MARTS = [
    Mart(name, "", "", name in RESTRICTED, ("title",) if name == "fct_outputs" else ())
    for name in audited_marts()
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("gate") / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(SQL)
    return file


@pytest.fixture(scope="module")
def context(warehouse: Path) -> AuditContext:
    """The last release held the same as the warehouse before it is spoiled."""
    parquet = warehouse.parent / "parquet"
    parquet.mkdir()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for mart in audited_marts():
            connection.execute(f"COPY marts.{mart} TO '{parquet}/{mart}.parquet'")
    return AuditContext(
        as_of=date(2026, 11, 20),
        clock=datetime(2026, 11, 20, 20, tzinfo=UTC),
        previous=warehouse.parent,
        marts=MARTS,
    )


@pytest.fixture
def spoiled(warehouse: Path, tmp_path: Path) -> Callable[[str], Path]:
    def spoil(sql: str) -> Path:
        file = tmp_path / "warehouse.duckdb"
        shutil.copy(warehouse, file)
        with duckdb.connect(str(file)) as connection:
            connection.execute(sql)
        return file

    return spoil


def name_of(expectation: str) -> str:
    column, colon, _ = expectation.partition(":")
    if colon:
        return column
    return expectation.split("_to_")[0]


def test_a_right_warehouse_passes(warehouse: Path, context: AuditContext):
    findings = list(audit(warehouse, context))
    assert [f for f in findings if not f.passed] == []
    assert {f.mart for f in findings} == set(audited_marts())


def test_the_first_release_has_nothing_to_be_compared_with(
    warehouse: Path, context: AuditContext
):
    first = AuditContext(context.as_of, context.clock, previous=None, marts=MARTS)
    assert [f for f in audit(warehouse, first) if not f.passed] == []


@pytest.mark.parametrize(
    ("mart", "mutation", "caught_by"),
    MUTATIONS,
    ids=[f"{mart}-{caught_by}" for mart, _, caught_by in MUTATIONS],
)
def test_exactly_the_expectation_meant_for_it_fails(
    mart: str,
    mutation: str,
    caught_by: str,
    spoiled: Callable[[str], Path],
    context: AuditContext,
):
    findings = audit(spoiled(mutation), context, [mart])
    failed = [f for f in findings if not f.passed and not _is_gone_too(f, caught_by)]
    assert [name_of(f.expectation) for f in failed] == [caught_by]
    assert failed[0].reason


def _is_gone_too(finding, caught_by: str) -> bool:
    # A mart its suite cannot read is also short of a column.
    return caught_by == "columns" and name_of(finding.expectation) == "is_there"


def test_every_expectation_has_a_mutation(warehouse: Path, context: AuditContext):
    # of any mart: tried on two of them
    columns = {"is_there", "rows_with_address", "is_readable", "is_printable"}
    caught = {(mart, name) for mart, _, name in MUTATIONS}
    # what moved since earlier releases has its mutations in test_gate_changes.py
    have = {
        (f.mart, name_of(f.expectation))
        for f in audit(warehouse, context, audited_marts())
        if name_of(f.expectation) not in columns
    }
    assert have - caught == set()
    assert columns <= {name for _, name in caught}


def test_samples_show_keys_only(spoiled: Callable[[str], Path], context: AuditContext):
    file = spoiled("UPDATE marts.dim_members SET account_count = 9")
    (failed,) = (f for f in audit(file, context, ["dim_members"]) if not f.passed)
    assert set(failed.sample) == {"m_1", "m_2", "m_3"}


def test_marts_without_inputs_may_be_empty(
    spoiled: Callable[[str], Path], context: AuditContext
):
    file = spoiled("DELETE FROM marts.fct_deals; DELETE FROM intermediate.int_deals")
    assert [f for f in audit(file, context, ["fct_deals"]) if not f.passed] == []
