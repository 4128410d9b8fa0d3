"""Mutations of scores, their contributions and history, stages."""

MUTATIONS = [
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
]
