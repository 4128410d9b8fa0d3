-- Metric 1: members first seen in each month, in total and by the source that saw them.
-- grain: period_start, dimension, dimension_value
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_population') }}
    where period_grain = 'month'

),

joined as (

    select
        cast(date_trunc('month', member_since) as date) as period_start,
        first_source,
        count(*) as member_count
    from {{ ref('int_metric_members') }}
    where member_since is not null
    group by cast(date_trunc('month', member_since) as date), first_source

),

counted as (

    select
        months.period_start,
        'all' as dimension,
        'all' as dimension_value,
        cast(coalesce(sum(joined.member_count), 0) as bigint) as member_count
    from months
    left join joined
        on months.period_start = joined.period_start
    group by months.period_start

    union all

    select
        period_start,
        'source' as dimension,
        first_source as dimension_value,
        member_count
    from joined

)

select
    'new_members' as metric_id,
    'month' as period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    counted.dimension,
    counted.dimension_value,
    cast(counted.member_count as double) as value,
    cast(counted.member_count as double) as numerator,
    cast(null as double) as denominator,
    counted.member_count as n,
    months.coverage
from counted
inner join months
    on counted.period_start = months.period_start
