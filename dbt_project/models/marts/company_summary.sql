-- Each company with its members, what they did and what it is worth in the CRM. Members
-- and points are those of today's employer; attendances, talks and outputs belong to the
-- company of their day. Employees of the organiser and bots are left out.
-- grain: company_id

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

members as (

    select
        members.member_id,
        members.company_id,
        scores.event_points,
        scores.share_points,
        scores.stage
    from {{ ref('int_metric_members') }} as members
    left join {{ ref('member_scores') }} as scores
        on members.member_id = scores.member_id
    where members.company_id is not null

),

member_counts as (

    select
        members.company_id,
        count(*) filter (where members.stage = 'star') as star_count,
        count(*) filter (where members.stage = 'candidate') as candidate_count,
        sum(members.event_points) as event_points,
        sum(members.share_points) as share_points
    from members
    group by members.company_id

),

activities as (

    select
        activities.company_id,
        activities.member_id,
        activities.activity_type,
        activities.event_id,
        activities.local_date
    from {{ ref('fct_activities') }} as activities
    inner join {{ ref('int_metric_members') }} as members
        on activities.member_id = members.member_id
    cross join parameters
    where
        activities.company_id is not null
        and activities.local_date <= parameters.as_of_date

),

attendances as (

    select
        company_id,
        count(*) as attendance_count
    from (
        select distinct
            company_id,
            member_id,
            event_id
        from activities
        where
            activity_type in ('attend', 'lightning_talk', 'speak')
            and event_id is not null
    ) as attended
    group by company_id

),

activity_counts as (

    select
        company_id,
        count(*) filter (where activity_type in ('lightning_talk', 'speak')) as talk_count,
        max(case when {{ ends_silence() }} then local_date end) as last_activity_date
    from activities
    group by company_id

),

output_counts as (

    select
        company_id,
        count(*) as output_count
    from {{ ref('int_metric_outputs') }}
    where company_id is not null
    group by company_id

),

connected as (

    select
        bool_or(inputs.is_connected) filter (where inputs.input = 'outputs')
            as has_outputs,
        (select count(*) > 0 from {{ ref('fct_deals') }}) as has_deals
    from {{ ref('int_metric_inputs') }} as inputs

),

deal_counts as (

    select
        company_id,
        count(*) filter (where not is_closed) as open_deal_count,
        count(*) filter (where is_won) as won_deal_count,
        count(*) filter (where not is_closed and amount_jpy is not null)
            as open_deals_with_amount,
        count(*) filter (where is_won and amount_jpy is not null) as won_deals_with_amount,
        sum(amount_jpy) filter (where not is_closed) as open_amount_jpy,
        sum(amount_jpy) filter (where is_won) as won_amount_jpy
    from {{ ref('fct_deals') }}
    group by company_id

),

contract_companies as (

    select distinct company_id
    from {{ ref('fct_contracts') }}
    where is_active

),

-- As metric 48 has it at the as-of day.
champion_counts as (

    select
        company_id,
        champion_count
    from {{ ref('int_metric_company_members') }}
    cross join parameters
    where period_start = cast(date_trunc('month', parameters.as_of_date) as date)

)

select
    companies.company_id,
    companies.name,
    companies.is_customer,
    companies.member_count,
    companies.active_member_count,
    coalesce(attendances.attendance_count, 0) as attendance_count,
    coalesce(activity_counts.talk_count, 0) as talk_count,
    case when connected.has_outputs then coalesce(output_counts.output_count, 0) end
        as output_count,
    cast(coalesce(member_counts.event_points, 0) as decimal(38, 12)) as event_points,
    cast(coalesce(member_counts.share_points, 0) as decimal(38, 12)) as share_points,
    coalesce(member_counts.star_count, 0) as star_count,
    coalesce(member_counts.candidate_count, 0) as candidate_count,
    case when connected.has_deals then coalesce(deal_counts.open_deal_count, 0) end
        as open_deal_count,
    case when connected.has_deals then coalesce(deal_counts.won_deal_count, 0) end
        as won_deal_count,
    case when connected.has_deals then coalesce(deal_counts.open_deals_with_amount, 0) end
        as open_deals_with_amount_count,
    case when connected.has_deals then coalesce(deal_counts.won_deals_with_amount, 0) end
        as won_deals_with_amount_count,
    cast(deal_counts.open_amount_jpy as decimal(38, 2)) as open_amount_jpy,
    cast(deal_counts.won_amount_jpy as decimal(38, 2)) as won_amount_jpy,
    activity_counts.last_activity_date,
    contract_companies.company_id is not null as has_active_contract,
    case
        when contract_companies.company_id is not null
            then coalesce(champion_counts.champion_count, 0) = 0
    end as is_champion_gap
from {{ ref('dim_companies') }} as companies
cross join connected
left join member_counts
    on companies.company_id = member_counts.company_id
left join attendances
    on companies.company_id = attendances.company_id
left join activity_counts
    on companies.company_id = activity_counts.company_id
left join output_counts
    on companies.company_id = output_counts.company_id
left join deal_counts
    on companies.company_id = deal_counts.company_id
left join contract_companies
    on companies.company_id = contract_companies.company_id
left join champion_counts
    on companies.company_id = champion_counts.company_id
