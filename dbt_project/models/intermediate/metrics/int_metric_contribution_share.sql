-- Metric 39: share of a month's actions that come from the busiest tenth of those who
-- acted in it (rounded up: at least one person).
-- grain: period_start
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_population') }}
    where period_grain = 'month'

),

actors as (

    select
        cast(date_trunc('month', local_date) as date) as period_start,
        member_id,
        sum(action_count) as action_count
    from {{ ref('int_metric_actions') }}
    group by cast(date_trunc('month', local_date) as date), member_id

),

ranked as (

    select
        period_start,
        action_count,
        row_number() over (
            partition by period_start
            order by action_count desc, member_id
        ) as action_rank,
        count(*) over (partition by period_start) as actor_count
    from actors

),

counted as (

    select
        period_start,
        count(*) as actor_count,
        sum(action_count) as action_count,
        -- in whole numbers: a tenth has no double
        sum(case when (action_rank - 1) * 10 < actor_count then action_count else 0 end)
            as top_action_count
    from ranked
    group by period_start

)

select
    'contribution_share_top10pct' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    counted.top_action_count / cast(counted.action_count as double) as value,
    cast(counted.top_action_count as double) as numerator,
    cast(counted.action_count as double) as denominator,
    counted.actor_count as n,
    months.coverage
from counted
inner join months
    on counted.period_start = months.period_start
