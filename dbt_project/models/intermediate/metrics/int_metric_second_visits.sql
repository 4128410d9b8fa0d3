-- Metric 15: of the people who first came to an event in a month, those who came to
-- another one within 90 days, on a later day. Only months whose last first-timer has had
-- the 90 days. Coverage: share of the events from the month's start to the 90th day after
-- its end at which attendance was taken.
-- grain: period_start
{{ config(materialized='view') }}

with months as (

    select
        periods.*,
        {{ add_days('periods.period_end', 90) }} as seen_through_date
    from {{ ref('int_metric_periods') }} as periods
    cross join {{ ref('stg_run__parameters') }} as parameters
    where
        periods.period_grain = 'month'
        and {{ add_days('periods.period_end', 90) }} <= parameters.as_of_date

),

attendances as (

    select
        member_id,
        local_date,
        bool_or(is_first_time) as is_first_time
    from {{ ref('int_metric_registrations') }}
    where has_attended
    group by member_id, local_date

),

followed as (

    select
        member_id,
        local_date,
        is_first_time,
        lead(local_date) over (partition by member_id order by local_date) as next_date
    from attendances

),

cohorts as (

    select
        cast(date_trunc('month', local_date) as date) as period_start,
        count(*) as first_timer_count,
        count(*) filter (where next_date <= {{ add_days('local_date', 90) }})
            as returned_count
    from followed
    where is_first_time
    group by cast(date_trunc('month', local_date) as date)

),

coverages as (

    select
        months.period_start,
        count(distinct events.real_event_id) filter (where events.is_attendance_taken)
        / cast(count(distinct events.real_event_id) as double) as coverage
    from months
    inner join {{ ref('int_metric_real_events') }} as events
        on
            months.period_start <= events.local_date
            and months.seen_through_date >= events.local_date
    where events.is_held
    group by months.period_start

)

select
    'second_visit_rate' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    cohorts.returned_count / cast(cohorts.first_timer_count as double) as value,
    cast(cohorts.returned_count as double) as numerator,
    cast(cohorts.first_timer_count as double) as denominator,
    cohorts.first_timer_count as n,
    coverages.coverage
from cohorts
inner join months
    on cohorts.period_start = months.period_start
inner join coverages
    on cohorts.period_start = coverages.period_start
