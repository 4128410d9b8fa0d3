-- Whether what a metric is made of is connected: any row at all is enough.
-- grain: input
{{ config(materialized='view') }}

with counted as (

    select 'members' as input, count(member_since) as row_count
    from {{ ref('int_metric_members') }}
    union all
    select 'withdrawals' as input, count(*) as row_count
    from {{ ref('int_member_activities') }}
    where activity_type = 'leave' and not is_future
    union all
    select 'activities' as input, count(*) as row_count
    from {{ ref('int_metric_activities') }}
    union all
    select 'event_activities' as input, count(*) as row_count
    from {{ ref('int_metric_activities') }}
    where channel = 'event'
    union all
    select 'share_activities' as input, count(*) as row_count
    from {{ ref('int_metric_activities') }}
    where channel = 'share'
    union all
    select 'affiliations' as input, count(company_id) as row_count
    from {{ ref('int_member_affiliations') }}
    union all
    select 'registrations' as input, count(*) as row_count
    from {{ ref('int_metric_event_counts') }}
    where is_held and has_audience
    union all
    select 'attendance' as input, count(*) as row_count
    from {{ ref('int_metric_event_counts') }}
    where is_attendance_taken
    union all
    select 'audience_attendance' as input, count(*) as row_count
    from {{ ref('int_metric_event_counts') }}
    where is_attendance_taken and has_audience
    union all
    select 'outputs' as input, count(*) as row_count
    from {{ ref('int_metric_outputs') }}
    union all
    select 'event_shares' as input, coalesce(sum(output_count), 0) as row_count
    from {{ ref('int_metric_event_counts') }}
    where is_attendance_taken
    union all
    select 'registration_days' as input, count(median_lead_time_days) as row_count
    from {{ ref('int_metric_event_counts') }}
    where is_held and has_audience
    union all
    select 'attendance_counts' as input, count(*) as row_count
    from {{ ref('int_metric_event_counts') }} as counts
    inner join {{ ref('dim_events') }} as events
        on counts.event_id = events.event_id
    where
        counts.is_held
        and (
            (counts.is_attendance_taken and counts.has_audience)
            or events.attended_reported is not null
        )
    union all
    select 'talks' as input, count(*) as row_count
    from {{ ref('int_metric_talks') }}
    union all
    select 'questions' as input, count(*) as row_count
    from {{ ref('int_metric_questions') }}
    union all
    select 'interactions' as input, count(is_cross_company) as row_count
    from {{ ref('fct_interactions') }}
    where not is_internal
    union all
    select 'accounts' as input, count(*) as row_count
    from {{ ref('account_members') }}
    union all
    select 'member_links' as input, count(*) as row_count
    from {{ ref('int_metric_member_links') }}
    union all
    select 'contracts' as input, count(active_from) as row_count
    from {{ ref('fct_contracts') }}
    union all
    select 'contract_amounts' as input, count(annual_amount_jpy) as row_count
    from {{ ref('fct_contracts') }}
    where is_cloud is not null
    union all
    select 'contract_contacts' as input, coalesce(sum(contact_count), 0) as row_count
    from {{ ref('int_metric_company_members') }}
    where company_id in (select contracts.company_id from {{ ref('fct_contracts') }} as contracts)
    union all
    select 'company_members' as input, coalesce(sum(member_count), 0) as row_count
    from {{ ref('int_metric_company_members') }}
    where company_id is not null
    union all
    select 'referrals' as input, count(*) as row_count
    from {{ ref('fct_referrals') }}
    union all
    select 'surveys' as input, count(answer) as row_count
    from {{ ref('fct_survey_responses') }}
    union all
    select 'survey_nps' as input, count(nps) as row_count
    from {{ ref('fct_survey_responses') }}
    union all
    select 'survey_csat' as input, count(csat) as row_count
    from {{ ref('fct_survey_responses') }}
    union all
    select 'follow_ups' as input, count(*) as row_count
    from {{ ref('int_follow_ups') }}
    union all
    select 'event_targets' as input, count(attendance_target) as row_count
    from {{ ref('int_metric_whole_events') }}
    where is_held
    union all
    select 'event_costs' as input, count(cost_jpy) as row_count
    from {{ ref('int_metric_whole_events') }}
    where is_held
    union all
    select 'certifications' as input, count(*) as row_count
    from {{ ref('fct_certifications') }}
    union all
    select
        'certification_costs' as input,
        count(training_cost_jpy) + (
            select count(*) from {{ ref('fct_costs') }} as costs
            where {{ is_training_cost('costs.category') }}
        ) as row_count
    from {{ ref('fct_certifications') }}
    union all
    select 'media_mentions' as input, count(*) as row_count
    from {{ ref('fct_media_mentions') }}
    union all
    select 'media_prices' as input, count(unit_price_jpy) as row_count
    from {{ ref('fct_media_mentions') }}
    union all
    select 'hires' as input, count(*) as row_count
    from {{ ref('fct_hires') }}
    union all
    select 'working_groups' as input, count(*) as row_count
    from {{ ref('int_metric_real_events') }}
    where working_group <> ''
    union all
    select 'star_paths' as input, count(*) as row_count
    from {{ ref('star_paths') }}
    union all
    select 'star_targets' as input, count(*) as row_count
    from {{ ref('star_targets') }}

)

select
    input,
    row_count > 0 as is_connected
from counted
