-- Metric 17: of the members first seen in a month, those active in the 1st to the 12th
-- month after it. The whole table, by channel, is the mart cohort_retention.
-- grain: period_start, dimension_value
{{ config(materialized='view') }}

select
    'cohort_retention' as metric_id,
    'month' as period_grain,
    cohort_month as period_start,
    last_day(cohort_month) as period_end,
    true as is_complete,
    'month_n' as dimension,
    lpad(cast(month_n as string), 2, '0') as dimension_value,
    retention_rate as value,
    cast(active_count as double) as numerator,
    cast(cohort_size as double) as denominator,
    cohort_size as n,
    coverage
from {{ ref('cohort_retention') }}
where channel = 'all' and month_n between 1 and 12
