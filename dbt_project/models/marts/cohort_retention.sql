-- Members first seen in a month (the cohort), and how many of them were active in each
-- month since, in total and by channel. Only months that are over; month 0 is the cohort's
-- own.
-- grain: cohort_month, month_n, channel

with members as (

    select
        member_id,
        cast(date_trunc('month', member_since) as date) as cohort_month
    from {{ ref('int_metric_members') }}
    where member_since is not null

),

months as (

    select
        period_start as month,
        coverage
    from {{ ref('int_metric_population') }}
    where period_grain = 'month' and is_complete

),

sizes as (

    select
        cohort_month,
        count(*) as cohort_size
    from members
    group by cohort_month

),

channel_days as (

    select
        member_id,
        channel,
        cast(date_trunc('month', local_date) as date) as month
    from {{ ref('int_metric_activities') }}

),

active_months as (

    select
        member_id,
        month,
        bool_or(channel = 'event') as has_event,
        bool_or(channel = 'share') as has_share
    from channel_days
    group by member_id, month

),

counted as (

    select
        members.cohort_month,
        active_months.month,
        count(*) as all_count,
        count(*) filter (where active_months.has_event) as event_count,
        count(*) filter (where active_months.has_share) as share_count
    from active_months
    inner join members
        on active_months.member_id = members.member_id
    group by members.cohort_month, active_months.month

),

grid as (

    select
        sizes.cohort_month,
        sizes.cohort_size,
        months.month,
        months.coverage,
        channels.channel
    from sizes
    inner join months
        on sizes.cohort_month <= months.month
    cross join (
        select 'all' as channel
        union all
        select 'event' as channel
        union all
        select 'share' as channel
    ) as channels

),

filled as (

    select
        grid.*,
        coalesce(
            case grid.channel
                when 'all' then counted.all_count
                when 'event' then counted.event_count
                else counted.share_count
            end,
            0
        ) as active_count
    from grid
    left join counted
        on
            grid.cohort_month = counted.cohort_month
            and grid.month = counted.month

)

select
    ----------  ids
    cohort_month,
    date_diff('month', cohort_month, month) as month_n,
    channel,

    ----------  what became of them
    month,
    cohort_size,
    active_count,
    active_count / cast(cohort_size as double) as retention_rate,
    coverage
from filled
