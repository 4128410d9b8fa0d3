"""Mutations of who may become a star, who drifts away, how well that was told."""

MUTATIONS = [
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
]
