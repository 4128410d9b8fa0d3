"""Mutations of lists kept for the business, deals, and companies summed up."""

MUTATIONS = [
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
]
