-- A warehouse of three people, small and right: what the gate's tests then spoil.
-- As of 2026-11-20; the run's clock is 2026-11-20 20:00 UTC.
CREATE SCHEMA marts;
CREATE SCHEMA intermediate;
CREATE SCHEMA seeds;
CREATE SCHEMA identity;

CREATE TABLE seeds.activity_types AS FROM (VALUES
    ('speak', 'event', 'presence', false), ('attend', 'event', 'presence', false),
    ('blog', 'share', NULL, false), ('post', 'share', NULL, true),
    ('unknown', 'share', NULL, false), ('sign_in', 'other', NULL, false)
) AS types (activity_type, category, family, is_daily_capped);
CREATE TABLE seeds.activity_points AS FROM (VALUES
    ('v1', 'speak', 10.0, 10.0), ('v1', 'attend', 3.0, 2.0), ('v1', 'blog', 8.0, 8.0),
    ('v1', 'post', 3.0, 3.0), ('v1', 'unknown', 1.0, 1.0)
) AS points (formula_version, activity_type, base_points, online_base_points);
CREATE TABLE seeds.formula_versions AS FROM (VALUES ('v1', 90, 10, 4, 7)) AS versions (
    formula_version, half_life_days, daily_share_cap, engagement_cap,
    engagement_delay_days
);
CREATE TABLE seeds.metric_registry AS FROM (VALUES ('show_rate'), ('outputs'), ('nps'))
    AS registry (metric_id);

CREATE TABLE marts.dim_companies AS FROM (VALUES
    ('crm:1', 'アクメ株式会社', 2, 1), ('crm:2', '株式会社つなぎ', 0, 0)
) AS companies (company_id, name, member_count, active_member_count);
ALTER TABLE marts.dim_companies ADD COLUMN corporate_number VARCHAR;
UPDATE marts.dim_companies SET corporate_number = '8000000000001'
WHERE company_id = 'crm:1';
CREATE TABLE intermediate.int_company_aliases AS FROM marts.dim_companies;
CREATE TABLE marts.dim_events AS FROM (VALUES
    ('connpass:1', '第一回つながり会', TIMESTAMPTZ '2026-10-01 10:00:00+00',
        DATE '2026-10-01', 'offline', 30, 2),
    ('connpass:2', '第二回つながり会', TIMESTAMPTZ '2026-12-10 10:00:00+00',
        DATE '2026-12-10', 'offline', 30, 1)
) AS events (
    event_id, title, started_at, local_date, format, capacity, accepted_reported
);
ALTER TABLE marts.dim_events ADD COLUMN event_group_id VARCHAR;
ALTER TABLE marts.dim_events ADD COLUMN attended_reported BIGINT;
ALTER TABLE marts.dim_events ADD COLUMN attendance_target BIGINT;
ALTER TABLE marts.dim_events ADD COLUMN cost_jpy BIGINT;
UPDATE marts.dim_events SET event_group_id = event_id;

CREATE TABLE marts.member_accounts AS FROM (VALUES
    ('connpass:yamada', 'm_1', 'connpass', 'yamada', 'yamada@acme.example', 1.0),
    ('note:yamada_t', 'm_1', 'note', 'yamada_t', NULL, 0.98),
    ('connpass:hanako', 'm_2', 'connpass', 'hanako', 'hanako@acme.example', 1.0),
    ('portal:m3', 'm_3', 'portal', 'm3', NULL, 1.0)
) AS accounts (account_id, member_id, source, handle, email, link_probability);
ALTER TABLE marts.member_accounts
    ADD COLUMN linked_at TIMESTAMPTZ DEFAULT TIMESTAMPTZ '2026-11-20 20:00:00+00';
ALTER TABLE marts.member_accounts ADD COLUMN link_rule VARCHAR DEFAULT 'first_account';
ALTER TABLE marts.member_accounts ADD COLUMN is_manual BOOLEAN DEFAULT false;
UPDATE marts.member_accounts SET link_rule = 'profile_link'
WHERE account_id = 'note:yamada_t';
CREATE TABLE identity.account_flags (account_id VARCHAR, is_bot BOOLEAN);
CREATE TABLE identity.member_aliases AS FROM (VALUES
    ('m_0', 'm_1', TIMESTAMPTZ '2026-11-20 20:00:00+00')
) AS aliases (alias_member_id, member_id, aliased_at);
CREATE TABLE identity.review_queue AS FROM (VALUES ('connpass:yamada', 'portal:m3'))
    AS pairs (account_id_a, account_id_b);
CREATE TABLE seeds.shared_domains AS FROM (VALUES ('gmail.com', 'mail'))
    AS domains (domain, kind);
CREATE TABLE intermediate.int_accounts AS
SELECT
    account_id,
    'accounts' AS source_table,
    email,
    email IS NOT NULL AS email_is_verified,
    false AS is_bot,
    TIMESTAMPTZ '2026-09-01 00:00:00+00' AS first_seen_at
FROM marts.member_accounts;

CREATE TABLE marts.fct_activities AS
SELECT * FROM (VALUES
    ('connpass:1/connpass:yamada/speak', 'm_1', 'connpass:yamada', 'connpass', 'speak',
        'event', TIMESTAMPTZ '2026-10-01 10:00:00+00', DATE '2026-10-01', 'connpass:1',
        NULL, NULL, 10),
    ('connpass:1/connpass:hanako/attend', 'm_2', 'connpass:hanako', 'connpass',
        'attend', 'event', TIMESTAMPTZ '2026-10-01 10:00:00+00', DATE '2026-10-01',
        'connpass:1', NULL, NULL, 3),
    ('note:n1', 'm_1', 'note:yamada_t', 'note', 'blog', 'share',
        TIMESTAMPTZ '2026-10-05 03:00:00+00', DATE '2026-10-05', NULL,
        'https://note.com/yamada_t/n1', '参加しました', 8),
    ('connpass:2/connpass:hanako/speak', 'm_2', 'connpass:hanako', 'connpass', 'speak',
        'event', TIMESTAMPTZ '2026-12-10 10:00:00+00', DATE '2026-12-10', 'connpass:2',
        NULL, NULL, 0)
) AS activities (
    activity_id, member_id, account_id, source, activity_type, category, occurred_at,
    local_date, event_id, object_key, title, points
)
UNION ALL
SELECT
    'portal:s' || n, 'm_3', 'portal:m3', 'portal', 'sign_in', 'other',
    TIMESTAMPTZ '2026-09-05 00:30:00+00' + to_days(cast(n AS INTEGER))
        + to_hours(n % 6),
    DATE '2026-09-05' + cast(n AS INTEGER), NULL, NULL, NULL, 0
FROM range(60) AS numbers (n);
ALTER TABLE marts.fct_activities ALTER points TYPE DECIMAL(18, 12);
ALTER TABLE marts.fct_activities ADD COLUMN parent_activity_id VARCHAR;
UPDATE marts.fct_activities SET parent_activity_id = 'portal:s1'
WHERE activity_id = 'note:n1';
ALTER TABLE marts.fct_activities ADD COLUMN company_id VARCHAR;
ALTER TABLE marts.fct_activities ADD COLUMN is_internal BOOLEAN DEFAULT false;
ALTER TABLE marts.fct_activities ADD COLUMN is_bot BOOLEAN DEFAULT false;
ALTER TABLE marts.fct_activities ADD COLUMN is_future BOOLEAN DEFAULT false;
UPDATE marts.fct_activities SET is_future = true WHERE event_id = 'connpass:2';
UPDATE marts.fct_activities SET company_id = 'crm:1' WHERE member_id IN ('m_1', 'm_2');
CREATE TABLE intermediate.int_activities AS FROM marts.fct_activities;
CREATE TABLE intermediate.int_member_activities AS
SELECT *, activity_type = 'blog' AS is_output FROM marts.fct_activities;
CREATE TABLE intermediate.int_reaction_snapshots AS FROM (VALUES
    ('note:n1', DATE '2026-10-08', 9), ('note:n1', DATE '2026-11-01', 99)
) AS snapshots (activity_id, observed_date, reactions);

CREATE TABLE marts.fct_outputs AS
SELECT
    activity_id AS output_id, member_id, activity_type AS type, object_key AS url,
    title, occurred_at AS published_at, event_id, 99 AS reactions, 1000 AS reach
FROM marts.fct_activities
WHERE activity_type = 'blog';

CREATE TABLE marts.fct_registrations AS FROM (VALUES
    ('connpass:1', 'm_1', TIMESTAMPTZ '2026-09-10 00:00:00+00', true, true, 0),
    ('connpass:1', 'm_2', TIMESTAMPTZ '2026-09-11 00:00:00+00', true, true, 0),
    ('connpass:2', 'm_2', TIMESTAMPTZ '2026-11-11 00:00:00+00', NULL, false, 1)
) AS registrations (
    event_id, member_id, registered_at, attended, is_first_time, prior_attendances
);
ALTER TABLE marts.fct_registrations ADD COLUMN role VARCHAR DEFAULT 'attendee';
ALTER TABLE marts.fct_registrations ADD COLUMN lead_time_days BIGINT DEFAULT 20;
ALTER TABLE marts.fct_registrations ADD COLUMN is_internal BOOLEAN DEFAULT false;
ALTER TABLE marts.fct_registrations ADD COLUMN is_bot BOOLEAN DEFAULT false;
ALTER TABLE marts.fct_registrations ADD COLUMN attended_at TIMESTAMPTZ;
ALTER TABLE marts.fct_registrations ADD COLUMN minutes_attended BIGINT;
ALTER TABLE marts.fct_registrations ADD COLUMN referrer_member_id VARCHAR;
CREATE TABLE intermediate.int_registrations AS FROM marts.fct_registrations;
CREATE TABLE intermediate.int_events AS FROM marts.dim_events;

CREATE TABLE marts.member_companies AS FROM (VALUES
    ('m_1', 'crm:2', DATE '2020-04-01', DATE '2025-03-31'),
    ('m_1', 'crm:1', DATE '2025-04-01', NULL),
    ('m_2', 'crm:1', DATE '2024-04-01', NULL)
) AS stays (member_id, company_id, valid_from, valid_to);
ALTER TABLE marts.member_companies
    ADD COLUMN known_since TIMESTAMPTZ DEFAULT TIMESTAMPTZ '2026-11-01 00:00:00+00';
CREATE TABLE intermediate.int_member_affiliations AS FROM marts.member_companies;
CREATE TABLE intermediate.int_companies AS FROM marts.dim_companies;

CREATE TABLE marts.fct_deals AS FROM (VALUES
    ('crm:d1', 'crm:1', 1000000.00, 'JPY', 1000000.00, DATE '2026-10-20', NULL,
        false, false, 3, 3, DATE '2026-10-01', DATE '2026-10-05'),
    ('crm:d2', 'crm:2', 5000.00, 'USD', NULL, DATE '2026-01-10', DATE '2026-03-01',
        true, true, 0, 0, NULL, NULL)
) AS deals (
    deal_id, company_id, amount, currency, amount_jpy, created_date, closed_date,
    is_won, is_closed, touches_before_created, touches_before_closed, first_touch_date,
    last_touch_date
);
CREATE TABLE intermediate.int_deals AS FROM marts.fct_deals;

CREATE TABLE marts.member_score_contributions AS
SELECT
    *,
    cast(0.5 ** ((DATE '2026-11-20' - local_date) / 90) AS DECIMAL(18, 12)) AS decay,
    cast(points * cast(0.5 ** ((DATE '2026-11-20' - local_date) / 90)
        AS DECIMAL(18, 12)) AS DECIMAL(18, 12)) AS contribution
FROM (
    SELECT
        member_id, activity_id, 'base' AS component, 'v1' AS formula_version,
        DATE '2026-11-20' AS as_of_date, activity_type, category, local_date, 90
            AS half_life_days,
        points, points AS first_points, cast(NULL AS DATE) AS late_date,
        cast(NULL AS DECIMAL(18, 12)) AS late_points,
        cast(NULL AS DECIMAL(18, 12)) AS late_engagement_points
    FROM marts.fct_activities
    WHERE points <> 0
    UNION ALL
    SELECT
        member_id, activity_id, 'engagement', 'v1', DATE '2026-11-20', activity_type,
        category, local_date + 7, 90, points, points, NULL, NULL, NULL
    FROM marts.fct_activities
    WHERE activity_id = 'note:n1'
);

CREATE TABLE marts.member_scores AS
WITH points AS (
    SELECT
        members.member_id,
        cast(coalesce(sum(contribution) FILTER (category = 'event'), 0)
            AS DECIMAL(18, 12)) AS event_points,
        cast(coalesce(sum(contribution) FILTER (category = 'share'), 0)
            AS DECIMAL(18, 12)) AS share_points
    FROM (VALUES ('m_1'), ('m_2'), ('m_3')) AS members (member_id)
    LEFT JOIN marts.member_score_contributions AS contributions
        ON members.member_id = contributions.member_id
    GROUP BY members.member_id
)
SELECT
    member_id,
    DATE '2026-11-20' AS as_of_date,
    event_points,
    share_points,
    cast(event_points AS DECIMAL(18, 1)) AS event_score,
    cast(share_points AS DECIMAL(18, 1)) AS share_score,
    0.5 AS event_percentile,
    0.5 AS share_percentile,
    CASE WHEN member_id <> 'm_3' THEN cast(1 AS DOUBLE) END
        AS event_participation_rate,
    CASE WHEN member_id <> 'm_3' THEN 1 ELSE 0 END AS events_eligible_180d,
    CASE member_id WHEN 'm_1' THEN 'candidate' ELSE 'new' END AS stage,
    DATE '2026-09-01' AS known_date,
    CASE member_id
        WHEN 'm_1' THEN DATE '2026-10-05'
        WHEN 'm_2' THEN DATE '2026-10-01'
        ELSE DATE '2026-11-03'
    END AS last_active_date,
    false AS is_internal,
    false AS is_bot,
    'v1' AS formula_version
FROM points;

CREATE TABLE marts.member_stages AS FROM (VALUES
    ('m_1', DATE '2026-09-01', DATE '2026-09-30', 'none'),
    ('m_1', DATE '2026-10-01', NULL, 'candidate'),
    ('m_2', DATE '2026-09-01', NULL, 'new'),
    ('m_3', DATE '2026-09-01', NULL, 'new')
) AS stages (member_id, valid_from, valid_to, stage);

CREATE TABLE marts.member_score_history AS
WITH sundays AS (
    SELECT DATE '2026-09-06' + cast(7 * n AS INTEGER) AS snapshot_date
    FROM range(11) AS weeks (n)
),
active AS (
    SELECT DISTINCT member_id, snapshot_date
    FROM sundays
    INNER JOIN marts.fct_activities ON local_date <= snapshot_date
),
points AS (
    SELECT
        active.member_id,
        active.snapshot_date,
        'v1' AS formula_version,
        cast(coalesce(sum(first_points * 0.5 ** ((snapshot_date - local_date) / 90))
            FILTER (category = 'event'), 0) AS DECIMAL(18, 12)) AS event_points,
        cast(coalesce(sum(first_points * 0.5 ** ((snapshot_date - local_date) / 90))
            FILTER (category = 'share'), 0) AS DECIMAL(18, 12)) AS share_points
    FROM active
    LEFT JOIN marts.member_score_contributions AS contributions
        ON active.member_id = contributions.member_id
        AND active.snapshot_date >= contributions.local_date
    GROUP BY active.member_id, active.snapshot_date
)
SELECT
    points.*,
    cast(event_points AS DECIMAL(18, 1)) AS event_score,
    cast(share_points AS DECIMAL(18, 1)) AS share_score,
    stages.stage
FROM points
INNER JOIN marts.member_stages AS stages
    ON points.member_id = stages.member_id
    AND points.snapshot_date BETWEEN valid_from AND coalesce(valid_to, snapshot_date);

CREATE TABLE marts.stage_transitions AS FROM (VALUES
    (DATE '2026-09-01', 'unknown', 'new', 2, 3, 2 / 3, true),
    (DATE '2026-09-01', 'unknown', 'none', 1, 3, 1 / 3, true),
    (DATE '2026-10-01', 'new', 'new', 2, 2, 1.0, true),
    (DATE '2026-10-01', 'none', 'candidate', 1, 1, 1.0, true),
    (DATE '2026-11-01', 'candidate', 'candidate', 1, 1, 1.0, false),
    (DATE '2026-11-01', 'new', 'new', 2, 2, 1.0, false)
) AS transitions (
    month, from_stage, to_stage, members, members_from, share, is_complete
);
ALTER TABLE marts.stage_transitions ALTER share TYPE DOUBLE;

CREATE TABLE seeds.risk_rules AS FROM (VALUES
    ('points_fell', 0.5), ('stage_dropped', NULL), ('unusual_silence', 0.1)
) AS rules (reason, threshold);
CREATE TABLE marts.at_risk_members AS FROM (VALUES
    ('m_1', 1, 'points_fell, stage_dropped', 9.0, 18.0, 0.5, 'candidate', 'star',
        DATE '2026-10-05', 46, DATE '2026-12-24', 0.6),
    ('m_3', 2, 'unusual_silence', 0.0, 0.0, NULL, 'new', 'new',
        DATE '2026-11-03', 17, DATE '2026-11-05', 0.4)
) AS risks (
    member_id, risk_rank, reason, points_now, points_before, drop_ratio, stage,
    stage_before, last_active_date, silent_days, expected_next_active_date,
    silent_probability_90d
);
ALTER TABLE marts.at_risk_members ALTER drop_ratio TYPE DOUBLE;
ALTER TABLE marts.at_risk_members ADD COLUMN reason_ja VARCHAR DEFAULT '減少';
ALTER TABLE marts.at_risk_members ADD COLUMN reason_en VARCHAR DEFAULT 'fell';
CREATE TABLE intermediate.int_member_risks AS FROM marts.at_risk_members;
CREATE TABLE intermediate.int_stars AS FROM (VALUES
    ('m_1', DATE '2026-09-01', false), ('m_3', DATE '2026-10-01', true)
) AS stars (member_id, star_date, is_still_star);
CREATE TABLE marts.star_candidates AS FROM (VALUES
    ('m_1', 1, 0.2, '直近1年の登壇1回 / talks in a year: 1', 50),
    ('m_2', 2, 0.1, '直近1年に2種類の活動 / kinds of activity in a year: 2', 0)
) AS candidates (member_id, rank, probability, reasons, days_as_candidate);
ALTER TABLE marts.star_candidates ALTER probability TYPE DOUBLE;
ALTER TABLE marts.star_candidates
    ADD COLUMN suggested_next_step VARCHAR DEFAULT 'あと登壇1回 / one talk away';
ALTER TABLE marts.star_candidates ADD COLUMN method VARCHAR DEFAULT 'model';
ALTER TABLE marts.star_candidates ADD COLUMN method_note VARCHAR DEFAULT '学習 / model';
ALTER TABLE marts.star_candidates ADD COLUMN trained_on_stars BIGINT DEFAULT 30;
ALTER TABLE marts.star_candidates ADD COLUMN model_auc DOUBLE DEFAULT 0.8;
ALTER TABLE marts.star_candidates ADD COLUMN baseline_auc DOUBLE DEFAULT 0.7;
CREATE TABLE marts.score_backtest AS FROM (VALUES
    ('v1', DATE '2026-09-30', 30, 'star', 'probability', 0.8, 2.0, 0.01, 40, 4, 0.6, 0.9),
    ('v1', DATE '2026-09-30', 30, 'star', 'score', 0.7, 1.5, NULL, 40, 4, 0.5, 0.8),
    ('v1', DATE '2026-08-31', 30, 'star', 'score', NULL, NULL, NULL, 40, 0, NULL, NULL)
) AS figures (
    formula_version, month, horizon_days, outcome, baseline, auc, lift_at_top_decile,
    calibration_error, n, positives, lower, upper
);
CREATE TABLE intermediate.int_star_backtest AS FROM marts.score_backtest;
CREATE TABLE marts.star_paths AS FROM (VALUES
    ('first_attend > first_talk', 2, 10, 20, 30, 20, 100, 0.5, 0.2, 2.5, 1.5, 4.1, 200.0),
    ('first_attend > first_talk > first_output', 3, 5, 1, 6, 20, 100, 0.25, 0.1, 2.5,
        1.1, 5.4, 300.0)
) AS paths (
    path, length, stars, others, n, stars_compared, others_compared, star_share,
    other_share, lift, lower, upper, median_days
);
ALTER TABLE marts.star_paths ALTER star_share TYPE DOUBLE;
ALTER TABLE marts.star_paths ALTER lift TYPE DOUBLE;

CREATE TABLE marts.dim_members AS
SELECT
    people.*,
    scores.last_active_date,
    scores.stage,
    scores.event_score,
    scores.share_score,
    false AS is_internal,
    false AS is_bot,
    TIMESTAMPTZ '2026-09-01 00:00:00+00' AS first_seen_at
FROM (VALUES
    ('m_1', '山田 太郎', 'ヤマダタロウ', 'yamada@acme.example', 'crm:1', 2,
        DATE '2026-10-01'),
    ('m_2', '佐藤花子', 'サトウハナコ', 'hanako@acme.example', 'crm:1', 1,
        DATE '2026-10-01'),
    ('m_3', 'm3', NULL, NULL, NULL, 1, NULL)
) AS people (
    member_id, display_name, name_kana, primary_email, company_id, account_count,
    first_attended_date
)
INNER JOIN marts.member_scores AS scores ON people.member_id = scores.member_id;

CREATE TABLE marts.event_summary AS FROM (VALUES
    ('connpass:1', '第一回つながり会', 2, 2, 0, 0, 2, 2, 0, 1.0, 2, 2, 0.0, 0, 2, 0.0,
        0, 2, 0.5, 1, 2),
    ('connpass:2', '第二回つながり会', 1, 1, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, 0.0, 0, 1, NULL, NULL, NULL)
) AS events (
    event_id, title, registration_count, accepted_count, waitlisted_count,
    cancelled_count, attendee_count, first_timer_count, regular_count,
    show_rate, show_rate_numerator, show_rate_denominator,
    no_show_rate, no_show_rate_numerator, no_show_rate_denominator,
    cancel_rate, cancel_rate_numerator, cancel_rate_denominator,
    share_rate, share_rate_numerator, share_rate_denominator
);
ALTER TABLE marts.event_summary ADD COLUMN event_group_id VARCHAR;
ALTER TABLE marts.event_summary ADD COLUMN local_date DATE;
ALTER TABLE marts.event_summary ADD COLUMN is_attendance_taken BOOLEAN;
UPDATE marts.event_summary SET
    event_group_id = event_id,
    local_date = CASE event_id WHEN 'connpass:1' THEN DATE '2026-10-01'
        ELSE DATE '2026-12-10' END,
    is_attendance_taken = event_id = 'connpass:1';

CREATE TABLE marts.company_summary AS
SELECT
    companies.company_id, companies.name, companies.member_count,
    companies.active_member_count, 0 AS star_count,
    cast(companies.company_id = 'crm:1' AS BIGINT) AS candidate_count,
    coalesce(points.event_points, 0) AS event_points,
    coalesce(points.share_points, 0) AS share_points,
    1 AS open_deal_count, 1 AS open_deals_with_amount_count,
    0 AS won_deal_count, 0 AS won_deals_with_amount_count,
    companies.company_id = 'crm:1' AS has_active_contract,
    CASE WHEN companies.company_id = 'crm:1' THEN false END AS is_champion_gap
FROM marts.dim_companies AS companies
LEFT JOIN (
    SELECT company_id, sum(event_points) AS event_points,
        sum(share_points) AS share_points
    FROM marts.member_scores
    INNER JOIN marts.dim_members USING (member_id)
    GROUP BY company_id
) AS points ON companies.company_id = points.company_id;

CREATE TABLE marts.metric_definitions AS FROM (VALUES
    ('show_rate', 'ratio', 5, true, NULL), ('outputs', 'outputs', 0, true, NULL),
    ('nps', 'ratio', 5, false, 'No survey is connected.')
) AS definitions (metric_id, unit, minimum_n, is_published, absent_reason);
CREATE TABLE marts.metrics AS
SELECT
    'show_rate' AS metric_id, 'month' AS period_grain, DATE '2026-10-01' AS period_start,
    'all' AS dimension, 'all' AS dimension_value,
    cast(0.5 AS DOUBLE) AS value, cast(5 AS DOUBLE) AS numerator,
    cast(10 AS DOUBLE) AS denominator, 10 AS n, cast(1 AS DOUBLE) AS coverage,
    false AS is_suppressed
UNION ALL
SELECT 'show_rate', 'event', DATE '2026-10-01', 'event', event, part / whole, part,
    whole, n, 1, part IS NULL
FROM (VALUES ('a', 3, 6, 6), ('b', NULL, NULL, 2), ('c', NULL, NULL, 2))
    AS events (event, part, whole, n)
UNION ALL
SELECT 'outputs', 'month', DATE '2026-10-01', dimension, part, n, n, NULL, n, 1, false
FROM (VALUES ('all', 'all', 3), ('type', 'blog', 1), ('type', 'post', 2))
    AS parts (dimension, part, n);
CREATE TABLE intermediate.int_metric_values AS FROM marts.metrics;

CREATE TABLE marts.quarantined_rows AS FROM (VALUES
    ('q1', 'files', 'activities', 'inbox/activities.csv', 3, 'no day', '{"a": 1}')
) AS rows (quarantined_row_id, source, table_name, file_or_load, line, reason, payload);
CREATE TABLE marts.source_reconciliation AS FROM (VALUES
    ('files', 'activities', 'all', 70, 64, 5, 1, 64, 0, NULL, NULL, NULL, true),
    ('connpass', 'participants', 'event:1', NULL, NULL, NULL, NULL, NULL, NULL, 2, 0, 2,
        true)
) AS tables (
    source, table_name, period, landed, staged, superseded, quarantined, in_marts,
    difference, held, reported_difference, tolerance, is_ok
);
CREATE TABLE intermediate.int_row_counts AS FROM marts.source_reconciliation;
CREATE TABLE marts.fct_interactions AS FROM (VALUES
    ('note:n1', 'm_1', 'm_3', 'crm:1', NULL, 'reply', DATE '2026-10-05', NULL, NULL,
        false),
    ('x:1', 'm_1', 'm_2', 'crm:1', 'crm:1', 'reply', DATE '2026-10-06', false, true,
        false),
    ('x:2', 'm_2', 'm_1', 'crm:1', 'crm:2', 'repost', DATE '2024-10-06', true, NULL,
        false)
) AS interactions (
    activity_id, from_member_id, to_member_id, from_company_id, to_company_id, type,
    local_date, is_cross_company, is_cross_department, is_internal
);
CREATE TABLE marts.cohort_retention AS FROM (VALUES
    (DATE '2026-09-01', 0, 'all', DATE '2026-09-01', 3, 1, 1 / 3, 1.0),
    (DATE '2026-09-01', 1, 'all', DATE '2026-10-01', 3, 2, 2 / 3, 1.0),
    (DATE '2026-09-01', 0, 'event', DATE '2026-09-01', 3, 0, 0.0, 1.0),
    (DATE '2026-09-01', 1, 'event', DATE '2026-10-01', 3, 2, 2 / 3, 1.0)
) AS cohorts (
    cohort_month, month_n, channel, month, cohort_size, active_count, retention_rate,
    coverage
);
CREATE TABLE marts.source_summary AS FROM (VALUES
    ('files', DATE '2026-11-01', TIMESTAMPTZ '2026-11-20 19:00:00+00', 70, 64, 5, 1,
        0, 0, 0, 0, 0, 0, NULL),
    ('connpass', DATE '2026-10-01', NULL, 0, 0, 0, 0, 1, 2, 2, 0, 2, 2, NULL),
    ('note', DATE '2026-10-01', NULL, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 99),
    ('portal', DATE '2026-09-01', NULL, 0, 0, 0, 0, 0, 0, 0, 1, 1, 26, NULL),
    ('portal', DATE '2026-10-01', NULL, 0, 0, 0, 0, 0, 0, 0, 0, 1, 31, NULL),
    ('portal', DATE '2026-11-01', NULL, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, NULL)
) AS months (
    source, month, last_loaded_at, rows_landed, rows_staged, rows_superseded,
    rows_quarantined, event_count, registration_count, attendance_count,
    new_account_count, active_member_count, activity_count, reaction_count
);

CREATE SCHEMA staging;
CREATE TABLE marts.fct_contracts AS FROM (VALUES
    ('files:c1', 'crm:1', 1200000.00, 'JPY', 1200000.00, 10, DATE '2026-04-01',
        DATE '2027-03-31', true),
    ('files:c2', 'crm:2', 900.00, 'USD', NULL, NULL, DATE '2020-04-01',
        DATE '2025-03-31', false)
) AS contracts (
    contract_id, company_id, annual_amount, currency, annual_amount_jpy, licences,
    active_from, active_to, is_active
);
CREATE TABLE staging.stg_files__contracts AS FROM marts.fct_contracts;
CREATE TABLE marts.fct_survey_responses AS FROM (VALUES
    ('s1', 'connpass:1', 'm_1', 'forms', 'nps', 'nps', 9, NULL, '9'),
    ('s2', 'connpass:1', 'm_1', 'forms', 'csat', 'csat', NULL, 4.5, '4'),
    ('s3', 'connpass:1', NULL, 'forms', 'csat', 'csat', NULL, 1.0, '1')
) AS responses (
    survey_response_id, event_id, member_id, source, question_id, question_kind, nps,
    csat, answer
);
ALTER TABLE marts.fct_survey_responses ADD COLUMN survey_id VARCHAR;
ALTER TABLE marts.fct_survey_responses
    ADD COLUMN submitted_at TIMESTAMPTZ DEFAULT TIMESTAMPTZ '2026-10-02 00:00:00+00';
CREATE TABLE staging.stg_files__survey_responses AS FROM marts.fct_survey_responses;
CREATE TABLE marts.fct_certifications AS FROM (VALUES
    ('q1', 'm_1', DATE '2026-10-01', DATE '2028-09-30', 30000.00, 'JPY', 30000.00),
    ('q2', NULL, DATE '2026-10-02', NULL, 300.00, 'USD', NULL)
) AS certifications (
    certification_id, member_id, earned_date, expires_date, training_cost, currency,
    training_cost_jpy
);
CREATE TABLE staging.stg_files__certifications AS FROM marts.fct_certifications;
CREATE TABLE marts.fct_hires AS FROM (VALUES
    ('files:h1', 'm_2', DATE '2026-10-15', DATE '2026-10-01', true, 'first_touch'),
    ('files:h2', NULL, DATE '2026-10-15', NULL, NULL, 'unknown'),
    ('files:h3', NULL, DATE '2026-10-15', NULL, false, 'none')
) AS hires (
    hire_id, member_id, hired_date, first_touch_date, is_community_hire, evidence
);
CREATE TABLE staging.stg_files__hires AS FROM marts.fct_hires;
CREATE TABLE marts.fct_costs AS FROM (VALUES
    ('files:1', DATE '2026-10-01', 'venue', 50000.00, 'JPY', 50000.00),
    ('files:2', DATE '2026-10-01', 'tool', 100.00, 'USD', NULL),
    ('files:3', DATE '2026-10-05', 'venue', -20000.00, 'JPY', -20000.00)
) AS costs (cost_id, cost_date, category, amount, currency, amount_jpy);
CREATE TABLE staging.stg_files__costs AS FROM marts.fct_costs;
CREATE TABLE marts.fct_media_mentions AS FROM (VALUES
    ('n1', DATE '2026-10-10', 1000, 300000, 10000.00, 'JPY', 10000.00),
    ('n2', DATE '2026-10-11', NULL, NULL, NULL, 'JPY', NULL)
) AS mentions (
    mention_id, published_date, reach, unit_price_jpy, production_cost, currency,
    production_cost_jpy
);
CREATE TABLE staging.stg_files__media_mentions AS FROM marts.fct_media_mentions;
CREATE TABLE marts.fct_referrals AS FROM (VALUES
    ('m_1', NULL, NULL, NULL), ('m_2', 'm_1', DATE '2026-09-11', 1),
    ('m_3', 'm_2', DATE '2026-09-12', 2)
) AS referrals (member_id, referrer_member_id, referred_date, depth);

CREATE TABLE marts.community_health AS FROM (VALUES
    (DATE '2026-11-09', DATE '2026-11-15', '(all)', true, true, 3, 2, 2, 1, 1, 1, 2, 1,
        2, 3, 11.0),
    (DATE '2026-11-09', DATE '2026-11-15', '東京', false, true, 2, 2, 2, 1, 1, 1, 2, 1,
        1, 2, 8.0),
    (DATE '2026-11-09', DATE '2026-11-15', '(none)', false, true, 1, 1, 0, 0, 0, 0, 0,
        0, 1, 1, 3.0),
    (DATE '2026-11-16', DATE '2026-11-22', '(all)', true, false, 3, 2, 2, 1, 1, 0, NULL,
        NULL, 0, 0, 0.0),
    (DATE '2026-11-16', DATE '2026-11-22', '東京', false, false, 2, 2, 2, 1, 1, 0, NULL,
        NULL, 0, 0, 0.0)
) AS weeks (
    week_start, week_end, working_group, is_total, is_complete, members, active_members,
    at_risk_base, at_risk_members, events, events_with_attendance, attendances,
    first_time_attendees, outputs, actions, heat
);
