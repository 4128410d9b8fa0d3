-- Metric 18: members at risk of drifting away at the end of each of the last 13 weeks,
-- over those who were active in the 90 days before the last 90.
-- grain: period_start
{{ config(materialized='view') }}

with counted as (

    select
        period_start,
        count(*) as member_count,
        count(*) filter (where is_at_risk) as at_risk_count
    from {{ ref('int_metric_member_falls') }}
    group by period_start

)

select
    'at_risk_members' as metric_id,
    weeks.period_grain,
    weeks.period_start,
    weeks.period_end,
    weeks.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    counted.at_risk_count / cast(counted.member_count as double) as value,
    cast(counted.at_risk_count as double) as numerator,
    cast(counted.member_count as double) as denominator,
    counted.member_count as n,
    weeks.coverage
from counted
inner join {{ ref('int_metric_population') }} as weeks
    on
        counted.period_start = weeks.period_start
        and weeks.period_grain = 'week'
