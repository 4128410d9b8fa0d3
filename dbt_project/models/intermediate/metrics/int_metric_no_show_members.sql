-- Metric 10 over persons: the mean of each person's share of missed events among those
-- accepted for, in the 365 days up to the end of each of the last 13 months. Only
-- attendance-taken events whose list holds an audience.
-- grain: period_start
{{ config(materialized='view') }}

with months as (

    select
        *,
        {{ add_days('through_date', -364) }} as from_date
    from {{ ref('int_metric_periods') }}
    where period_grain = 'month' and is_recent

),

registrations as (

    select
        member_id,
        local_date,
        count(*) as accepted_count,
        count(*) filter (where not has_attended) as missed_count
    from {{ ref('int_metric_registrations') }}
    where is_attendance_taken and has_audience and is_accepted_at_start
    group by member_id, local_date

),

rates as (

    select
        months.period_start,
        registrations.member_id,
        cast(
            sum(registrations.missed_count)
            / cast(sum(registrations.accepted_count) as double) as decimal(18, 12)
        ) as no_show_rate
    from months
    inner join registrations
        on
            months.from_date <= registrations.local_date
            and months.through_date >= registrations.local_date
    group by months.period_start, registrations.member_id

),

means as (

    select
        period_start,
        sum(no_show_rate) as rate_sum,
        count(*) as member_count
    from rates
    group by period_start

),

coverages as (

    select
        months.period_start,
        count(distinct events.event_group_id)
            filter (where events.is_attendance_taken and events.has_audience)
        / cast(count(distinct events.event_group_id) as double) as coverage
    from months
    inner join {{ ref('int_metric_event_counts') }} as events
        on
            months.from_date <= events.local_date
            and months.through_date >= events.local_date
    where events.is_held
    group by months.period_start

)

select
    'no_show_rate' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'statistic' as dimension,
    'mean_over_persons' as dimension_value,
    cast(means.rate_sum as double) / means.member_count as value,
    cast(means.rate_sum as double) as numerator,
    cast(means.member_count as double) as denominator,
    means.member_count as n,
    coverages.coverage
from means
inner join months
    on means.period_start = months.period_start
inner join coverages
    on means.period_start = coverages.period_start
