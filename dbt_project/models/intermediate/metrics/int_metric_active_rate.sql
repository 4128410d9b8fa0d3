-- Metric 5: members active in the 30 days up to the end of each week and month, over
-- the members known by then. A member's active time is cut at his next activity, so that
-- its pieces never overlap: members active on a day are the pieces begun less those ended.
-- That is one sort, where joining days to windows takes thirty times the rows.
-- grain: period_grain, period_start, dimension, dimension_value
{{ config(materialized='view') }}

with periods as (

    select * from {{ ref('int_metric_population') }}

),

active_days as (

    select
        member_id,
        channel,
        local_date
    from {{ ref('int_metric_activities') }}

    union

    select
        member_id,
        'all' as channel,
        local_date
    from {{ ref('int_metric_activities') }}

),

pieces as (

    select
        channel,
        local_date as from_date,
        least(
            {{ add_days('local_date', 30) }},
            lead(local_date) over (
                partition by member_id, channel
                order by local_date
            )
        ) as until_date
    from active_days

),

changes as (

    select
        channel,
        from_date as day,
        1 as change
    from pieces

    union all

    select
        channel,
        until_date as day,
        -1 as change
    from pieces

),

daily_changes as (

    select
        channel,
        day,
        sum(change) as change
    from changes
    group by channel, day

),

period_ends as (

    select
        channels.channel,
        ends.through_date as day,
        0 as change
    from (select distinct channel from daily_changes) as channels
    cross join (select distinct through_date from periods) as ends

),

counted as (

    select
        channel,
        day,
        cast(sum(change) over (partition by channel order by day) as bigint)
            as active_count
    from (
        select * from daily_changes
        union all
        select * from period_ends
    ) as changes_and_period_ends

),

counted_once as (

    select distinct
        channel,
        day,
        active_count
    from counted

)

select
    'active_rate' as metric_id,
    periods.period_grain,
    periods.period_start,
    periods.period_end,
    periods.is_complete,
    case when counted_once.channel = 'all' then 'all' else 'channel' end as dimension,
    counted_once.channel as dimension_value,
    counted_once.active_count / cast(periods.member_count as double) as value,
    cast(counted_once.active_count as double) as numerator,
    cast(periods.member_count as double) as denominator,
    periods.member_count as n,
    periods.coverage
from periods
inner join counted_once
    on periods.through_date = counted_once.day
