"""Mutations of members, their accounts and companies."""

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
        " FROM range(120) AS pairs (n)",
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
]
