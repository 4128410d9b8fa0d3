-- Metric 24: items published in each month, in total and by type.
-- grain: period_start, dimension, dimension_value
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_periods') }}
    where period_grain = 'month'

),

published as (

    select
        cast(date_trunc('month', published_date) as date) as period_start,
        output_type,
        count(*) as output_count
    from {{ ref('int_metric_outputs') }}
    group by cast(date_trunc('month', published_date) as date), output_type

),

counted as (

    select
        months.period_start,
        'all' as dimension,
        'all' as dimension_value,
        cast(coalesce(sum(published.output_count), 0) as bigint) as output_count
    from months
    left join published
        on months.period_start = published.period_start
    group by months.period_start

    union all

    select
        period_start,
        'type' as dimension,
        output_type as dimension_value,
        output_count
    from published

)

select
    'outputs' as metric_id,
    'month' as period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    counted.dimension,
    counted.dimension_value,
    cast(counted.output_count as double) as value,
    cast(counted.output_count as double) as numerator,
    cast(null as double) as denominator,
    counted.output_count as n,
    coverage.value as coverage
from counted
inner join months
    on counted.period_start = months.period_start
left join {{ ref('int_metric_coverage_rate') }} as coverage
    on
        months.period_start = coverage.period_start
        and coverage.dimension_value = 'all'
