-- Metric 16: attendees of each month who also attended in the 180 days before it.
-- grain: period_start
{{ config(materialized='view') }}

with months as (

    select * from {{ ref('int_metric_periods') }}
    where period_grain = 'month'

),

attended_months as (

    select
        member_id,
        cast(date_trunc('month', local_date) as date) as period_start,
        max(local_date) as last_attended_date
    from {{ ref('int_metric_registrations') }}
    where has_attended
    group by member_id, cast(date_trunc('month', local_date) as date)

),

compared as (

    select
        member_id,
        period_start,
        lag(last_attended_date) over (
            partition by member_id
            order by period_start
        ) as attended_before_date
    from attended_months

),

counted as (

    select
        period_start,
        count(*) as attendee_count,
        count(*) filter (
            where attended_before_date >= {{ add_days('period_start', -180) }}
        ) as repeat_count
    from compared
    group by period_start

)

select
    'repeat_rate' as metric_id,
    'month' as period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    counted.repeat_count / cast(counted.attendee_count as double) as value,
    cast(counted.repeat_count as double) as numerator,
    cast(counted.attendee_count as double) as denominator,
    counted.attendee_count as n,
    coverage.attendance_coverage as coverage
from counted
inner join months
    on counted.period_start = months.period_start
inner join {{ ref('int_metric_event_coverage') }} as coverage
    on counted.period_start = coverage.period_start
