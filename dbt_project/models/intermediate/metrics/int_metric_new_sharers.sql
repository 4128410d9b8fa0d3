-- Metric 25: members whose first output of all was published in the month.
-- grain: period_start
{{ config(materialized='view') }}

with first_outputs as (

    select
        member_id,
        min(published_date) as first_date
    from {{ ref('int_metric_outputs') }}
    group by member_id

),

counted as (

    select
        cast(date_trunc('month', first_date) as date) as period_start,
        count(*) as member_count
    from first_outputs
    group by cast(date_trunc('month', first_date) as date)

)

select
    'new_sharers' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    cast(coalesce(counted.member_count, 0) as double) as value,
    cast(coalesce(counted.member_count, 0) as double) as numerator,
    cast(null as double) as denominator,
    coalesce(counted.member_count, 0) as n,
    coverage.value as coverage
from {{ ref('int_metric_periods') }} as months
left join counted
    on months.period_start = counted.period_start
left join {{ ref('int_metric_coverage_rate') }} as coverage
    on
        months.period_start = coverage.period_start
        and coverage.dimension_value = 'all'
where months.period_grain = 'month'
