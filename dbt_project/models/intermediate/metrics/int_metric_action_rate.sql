-- Metric 6: members who acted in the 30 days up to the end of each month, over the members
-- known by then. A member's acting time is cut at the next action, as in metric 5.
-- grain: period_start
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_population') }}
    where period_grain = 'month'

),

action_days as (

    select distinct
        member_id,
        local_date
    from {{ ref('int_metric_actions') }}

),

pieces as (

    select
        local_date as from_date,
        least(
            {{ add_days('local_date', 30) }},
            lead(local_date) over (partition by member_id order by local_date)
        ) as until_date
    from action_days

),

daily_changes as (

    select
        day,
        sum(change) as change
    from (
        select from_date as day, 1 as change from pieces
        union all
        select until_date as day, -1 as change from pieces
    ) as changes
    group by day

),

counted as (

    select
        months.period_start,
        cast(coalesce(sum(daily_changes.change), 0) as bigint) as actor_count
    from months
    left join daily_changes
        on months.through_date >= daily_changes.day
    group by months.period_start

)

select
    'action_rate' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    counted.actor_count / cast(months.member_count as double) as value,
    cast(counted.actor_count as double) as numerator,
    cast(months.member_count as double) as denominator,
    months.member_count as n,
    months.coverage
from counted
inner join months
    on counted.period_start = months.period_start
