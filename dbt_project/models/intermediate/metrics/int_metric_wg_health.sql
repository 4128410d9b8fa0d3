-- Metric 52: the health of each working group in each of the last 13 months. Each part
-- (int_metric_group_parts) is ranked among all groups' months of the last 12: 0 the
-- lowest, 0.5 the middle, ties halfway; the mean of the parts is the value. Parts that are
-- unknown, or that have fewer than six months to be compared with, are left out: the
-- denominator says how many were used.
-- grain: period_start, dimension_value
{{ config(materialized='view') }}

with months as (

    select
        *,
        cast(period_start - to_months(11) as date) as first_month
    from {{ ref('int_metric_periods') }}
    where period_grain = 'month' and is_recent

),

parts as (

    select * from {{ ref('int_metric_group_parts') }}

),

ranked as (

    select
        months.period_start,
        own.working_group,
        own.part,
        (
            count(*) filter (where others.value < own.value)
            + count(*) filter (where others.value = own.value) / cast(2 as double)
        ) / count(*) as standing
    from months
    inner join parts as own
        on months.period_start = own.period_start
    inner join parts as others
        on
            own.part = others.part
            and others.period_start between months.first_month and months.period_start
    group by months.period_start, own.working_group, own.part
    having count(*) >= 6

),

composed as (

    select
        period_start,
        working_group,
        -- As decimals: a sum of doubles depends on the order of its rows.
        cast(sum(cast(standing as decimal(18, 12))) as double) as standing_sum,
        count(*) as part_count
    from ranked
    group by period_start, working_group

)

select
    'wg_health' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'working_group' as dimension,
    composed.working_group as dimension_value,
    composed.standing_sum / composed.part_count as value,
    composed.standing_sum as numerator,
    cast(composed.part_count as double) as denominator,
    groups.members as n,
    composed.part_count / cast(5 as double) as coverage
from composed
inner join months
    on composed.period_start = months.period_start
inner join {{ ref('int_metric_group_members_at') }} as groups
    on
        composed.period_start = groups.period_start
        and composed.working_group = groups.working_group
        and groups.period_grain = 'month'
