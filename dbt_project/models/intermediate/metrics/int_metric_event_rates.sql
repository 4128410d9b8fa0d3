-- Metrics 9, 10, 11, 13, 14 and 23: per event and summed over the events of each month.
-- What is not known of an event (attendance not taken, 7 days not over) leaves both
-- parts of the ratio and lowers the month's coverage.
-- grain: metric_id, period_grain, period_start, dimension, dimension_value
{{ config(materialized='view') }}

with events as (

    select * from {{ ref('int_metric_event_counts') }}
    where is_held

),

measured as (

    select
        'show_rate' as metric_id,
        event_id,
        event_group_id,
        local_date,
        local_date as through_date,
        attended_at_start_count as numerator,
        accepted_at_start_count as denominator,
        accepted_at_start_count as n,
        is_attendance_taken and has_audience as is_known
    from events

    union all

    select
        'no_show_rate' as metric_id,
        event_id,
        event_group_id,
        local_date,
        local_date as through_date,
        accepted_at_start_count - attended_at_start_count as numerator,
        accepted_at_start_count as denominator,
        accepted_at_start_count as n,
        is_attendance_taken and has_audience as is_known
    from events

    union all

    select
        'cancel_rate' as metric_id,
        event_id,
        event_group_id,
        local_date,
        local_date as through_date,
        cancelled_count as numerator,
        registration_count as denominator,
        registration_count as n,
        has_audience as is_known
    from events

    union all

    select
        'regular_new_ratio' as metric_id,
        event_id,
        event_group_id,
        local_date,
        local_date as through_date,
        regular_count as numerator,
        first_timer_count as denominator,
        attendee_count as n,
        is_attendance_taken as is_known
    from events

    union all

    select
        'first_time_attendees' as metric_id,
        event_id,
        event_group_id,
        local_date,
        local_date as through_date,
        first_timer_count as numerator,
        cast(null as bigint) as denominator,
        attendee_count as n,
        is_attendance_taken as is_known
    from events

    union all

    select
        'share_rate' as metric_id,
        event_id,
        event_group_id,
        local_date,
        share_through_date as through_date,
        sharer_count as numerator,
        attendee_count as denominator,
        attendee_count as n,
        is_attendance_taken and is_share_window_over as is_known
    from events

),

per_event as (

    select
        metric_id,
        'event' as period_grain,
        local_date as period_start,
        through_date as period_end,
        true as is_complete,
        'event' as dimension,
        event_id as dimension_value,
        numerator,
        denominator,
        n,
        cast(1 as double) as coverage
    from measured
    where is_known

),

per_month as (

    select
        measured.metric_id,
        months.period_grain,
        months.period_start,
        months.period_end,
        months.is_complete,
        'all' as dimension,
        'all' as dimension_value,
        cast(sum(measured.numerator) filter (where measured.is_known) as bigint)
            as numerator,
        cast(sum(measured.denominator) filter (where measured.is_known) as bigint)
            as denominator,
        cast(sum(measured.n) filter (where measured.is_known) as bigint) as n,
        count(distinct measured.event_group_id) filter (where measured.is_known)
        / cast(count(distinct measured.event_group_id) as double) as coverage
    from measured
    inner join {{ ref('int_metric_periods') }} as months
        on
            cast(date_trunc('month', measured.local_date) as date) = months.period_start
            and months.period_grain = 'month'
    group by
        measured.metric_id,
        months.period_grain,
        months.period_start,
        months.period_end,
        months.is_complete

),

combined as (

    select * from per_event
    union all
    select * from per_month

)

select
    metric_id,
    period_grain,
    period_start,
    period_end,
    is_complete,
    dimension,
    dimension_value,
    case
        when metric_id = 'first_time_attendees' then cast(numerator as double)
        else numerator / cast(nullif(denominator, 0) as double)
    end as value,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    n,
    coverage
from combined
where n > 0
