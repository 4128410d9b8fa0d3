-- Each event with who registered, came, came again and what came out of it. Staff,
-- employees and bots are left out; every rate stands beside its two parts.
-- grain: event_id

with events as (

    select * from {{ ref('dim_events') }}

),

counts as (

    select * from {{ ref('int_metric_event_counts') }}

),

reported as (

    select * from {{ ref('int_reported_registrations') }}

),

connected as (

    select
        bool_or(is_connected) filter (where input = 'outputs') as has_outputs,
        bool_or(is_connected) filter (where input = 'event_shares') as has_event_shares
    from {{ ref('int_metric_inputs') }}

),

-- Parts that are not known are NULL, so that their rates are too.
known as (

    select
        counts.event_id,
        counts.is_held,
        counts.is_attendance_taken,
        counts.has_list,
        counts.registration_count,
        counts.accepted_count,
        counts.waitlisted_count,
        counts.cancelled_count,
        counts.median_lead_time_days,
        case when connected.has_outputs then counts.output_count end as output_count,
        case when counts.is_attendance_taken then counts.attendee_count end
            as attendee_count,
        case when counts.is_attendance_taken then counts.first_timer_count end
            as first_timer_count,
        case when counts.is_attendance_taken then counts.regular_count end
            as regular_count,
        case
            when
                connected.has_event_shares
                and counts.is_attendance_taken
                and counts.is_share_window_over
                then counts.sharer_count
        end as sharer_count,
        case
            when counts.is_attendance_taken and counts.has_audience
                then counts.attended_at_start_count
        end as show_numerator,
        case
            when counts.is_attendance_taken and counts.has_audience
                then counts.accepted_at_start_count
        end as show_denominator,
        case when counts.has_audience then counts.registration_count end
            as cancel_denominator
    from counts
    cross join connected

),

-- Targets and costs are those of the real event, whichever listing names them.
whole_events as (

    select
        event_id,
        attendance_count,
        case when names_target then cast(attendance_target as bigint) end
            as attendance_target,
        case when names_cost then cost_jpy end as cost_jpy
    from {{ ref('int_metric_whole_events') }}

)

select
    ----------  ids
    events.event_id,
    events.event_group_id,
    events.source,

    ----------  what it was
    events.title,
    events.local_date,
    events.format,
    events.working_group,
    events.status,
    known.is_held,
    known.is_attendance_taken,
    known.has_list,

    ----------  registrations
    known.registration_count,
    known.accepted_count,
    known.waitlisted_count,
    known.cancelled_count,
    known.median_lead_time_days,
    events.capacity,
    coalesce(events.accepted_reported, known.accepted_count)
    / cast(nullif(events.capacity, 0) as double) as fill_ratio,
    events.accepted_reported,
    reported.accepted_rows,
    reported.accepted_difference as accepted_reported_difference,

    ----------  attendance
    known.attendee_count,
    known.show_numerator / cast(nullif(known.show_denominator, 0) as double) as show_rate,
    known.show_numerator as show_rate_numerator,
    known.show_denominator as show_rate_denominator,
    (known.show_denominator - known.show_numerator)
    / cast(nullif(known.show_denominator, 0) as double) as no_show_rate,
    known.show_denominator - known.show_numerator as no_show_rate_numerator,
    known.show_denominator as no_show_rate_denominator,
    known.cancelled_count / cast(nullif(known.cancel_denominator, 0) as double)
        as cancel_rate,
    known.cancelled_count as cancel_rate_numerator,
    known.cancel_denominator as cancel_rate_denominator,
    events.attended_reported,

    ----------  newcomers and regulars
    known.first_timer_count,
    known.regular_count,
    known.regular_count / cast(nullif(known.first_timer_count, 0) as double)
        as regular_new_ratio,

    ----------  what came out of it
    known.output_count as outputs_7d_count,
    known.sharer_count as share_rate_numerator,
    case when known.sharer_count is not null then known.attendee_count end
        as share_rate_denominator,
    known.sharer_count / cast(nullif(known.attendee_count, 0) as double) as share_rate,

    ----------  target and cost
    whole_events.attendance_target,
    whole_events.attendance_count
    / cast(nullif(whole_events.attendance_target, 0) as double) as attendance_target_rate,
    cast(round(whole_events.cost_jpy) as bigint) as cost_jpy,
    whole_events.cost_jpy
    / cast(nullif(whole_events.attendance_count, 0) as double) as cost_per_attendance_jpy
from events
inner join known
    on events.event_id = known.event_id
inner join whole_events
    on events.event_id = whole_events.event_id
left join reported
    on events.event_id = reported.event_id
