-- Metrics 35, 36 and 37: new members somebody brought, over the new members of the month
-- and over the members active at the end of the month before; how deep the tree goes.
-- grain: metric_id, period_grain, period_start, dimension, dimension_value
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_population') }}
    where period_grain = 'month'

),

referrals as (

    select
        referrals.member_id,
        referrals.depth
    from {{ ref('fct_referrals') }} as referrals
    where referrals.referrer_member_id is not null

),

joined as (

    select
        cast(date_trunc('month', members.member_since) as date) as period_start,
        count(*) as member_count,
        count(referrals.member_id) as referred_count
    from {{ ref('int_metric_members') }} as members
    left join referrals
        on members.member_id = referrals.member_id
    where members.member_since is not null
    group by cast(date_trunc('month', members.member_since) as date)

),

counted as (

    select
        months.period_start,
        months.period_end,
        months.is_complete,
        months.coverage,
        cast({{ add_days('months.period_start', -1) }} as date) as day_before,
        coalesce(joined.member_count, 0) as member_count,
        coalesce(joined.referred_count, 0) as referred_count
    from months
    left join joined
        on months.period_start = joined.period_start

),

active as (

    select
        period_end,
        numerator as active_count,
        coverage
    from {{ ref('int_metric_active_rate') }}
    where period_grain = 'month' and dimension = 'all'

),

depths as (

    select
        sum(referrals.depth) as depth_sum,
        max(referrals.depth) as max_depth,
        count(*) as referred_count
    from referrals
    inner join {{ ref('int_metric_members') }} as members
        on referrals.member_id = members.member_id

),

told as (

    select count(*) as row_count
    from {{ ref('fct_referrals') }} as referrals
    inner join {{ ref('int_metric_members') }} as members
        on referrals.member_id = members.member_id

)

select
    'referral_rate' as metric_id,
    'month' as period_grain,
    period_start,
    period_end,
    is_complete,
    'all' as dimension,
    'all' as dimension_value,
    referred_count / cast(member_count as double) as value,
    cast(referred_count as double) as numerator,
    cast(member_count as double) as denominator,
    member_count as n,
    coverage
from counted
where member_count > 0

union all

select
    'viral_coefficient' as metric_id,
    'month' as period_grain,
    counted.period_start,
    counted.period_end,
    counted.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    counted.referred_count / active.active_count as value,
    cast(counted.referred_count as double) as numerator,
    active.active_count as denominator,
    cast(active.active_count as bigint) as n,
    active.coverage
from counted
inner join active
    on counted.day_before = active.period_end
where active.active_count > 0

union all

select
    'referral_depth' as metric_id,
    'run' as period_grain,
    parameters.as_of_date as period_start,
    parameters.as_of_date as period_end,
    true as is_complete,
    'all' as dimension,
    'all' as dimension_value,
    depths.depth_sum / cast(depths.referred_count as double) as value,
    cast(depths.depth_sum as double) as numerator,
    cast(depths.referred_count as double) as denominator,
    depths.referred_count as n,
    depths.referred_count / cast(told.row_count as double) as coverage
from depths
cross join told
cross join {{ ref('stg_run__parameters') }} as parameters
where depths.referred_count > 0

union all

select
    'referral_depth' as metric_id,
    'run' as period_grain,
    parameters.as_of_date as period_start,
    parameters.as_of_date as period_end,
    true as is_complete,
    'statistic' as dimension,
    'max' as dimension_value,
    cast(depths.max_depth as double) as value,
    cast(depths.max_depth as double) as numerator,
    cast(null as double) as denominator,
    depths.referred_count as n,
    depths.referred_count / cast(told.row_count as double) as coverage
from depths
cross join told
cross join {{ ref('stg_run__parameters') }} as parameters
where depths.referred_count > 0
