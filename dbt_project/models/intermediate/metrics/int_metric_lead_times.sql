-- Metric 12: median days from registration to event, per event and over all registrations
-- of each month's events.
-- grain: period_grain, period_start, dimension, dimension_value
{{ config(materialized='view') }}

with registrations as (

    select
        event_id,
        local_date,
        lead_time_days
    from {{ ref('int_metric_registrations') }}
    where is_held and has_audience

),

measured as (

    select
        'event' as period_grain,
        local_date as period_start,
        local_date as period_end,
        true as is_complete,
        'event' as dimension,
        event_id as dimension_value,
        median(lead_time_days) as value,
        count(lead_time_days) as n,
        count(lead_time_days) / cast(count(*) as double) as coverage
    from registrations
    group by event_id, local_date

    union all

    select
        months.period_grain,
        months.period_start,
        months.period_end,
        months.is_complete,
        'all' as dimension,
        'all' as dimension_value,
        median(registrations.lead_time_days) as value,
        count(registrations.lead_time_days) as n,
        count(registrations.lead_time_days) / cast(count(*) as double) as coverage
    from registrations
    inner join {{ ref('int_metric_periods') }} as months
        on
            cast(date_trunc('month', registrations.local_date) as date)
            = months.period_start
            and months.period_grain = 'month'
    group by
        months.period_grain,
        months.period_start,
        months.period_end,
        months.is_complete

)

select
    'days_registration_to_event' as metric_id,
    period_grain,
    period_start,
    period_end,
    is_complete,
    dimension,
    dimension_value,
    value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    n,
    coverage
from measured
where n > 0
