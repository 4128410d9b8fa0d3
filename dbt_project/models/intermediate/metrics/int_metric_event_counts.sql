-- What each event comes to: registrations, attendance, newcomers and what was published
-- about it within 7 days. All rates of events start here. An event nobody registered for
-- stays, with zeros; one that was cancelled or lies ahead is not held. has_audience: its
-- whole list was loaded, and names more than speakers and staff.
-- grain: event_id

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

dated_events as (

    select
        events.event_id,
        events.event_group_id,
        events.local_date,
        events.is_attendance_taken,
        {{ add_days('events.local_date', 7) }} as share_through_date,
        coalesce(
            events.local_date <= parameters.as_of_date and events.status <> 'cancelled',
            false
        ) as is_held,
        parameters.as_of_date
    from {{ ref('dim_events') }} as events
    cross join parameters

),

all_events as (

    select
        event_id,
        event_group_id,
        local_date,
        is_held,
        is_held and is_attendance_taken as is_attendance_taken,
        share_through_date,
        is_held and share_through_date <= as_of_date as is_share_window_over
    from dated_events

),

registrations as (

    select * from {{ ref('int_metric_registrations') }}

),

registration_counts as (

    select
        event_id,
        bool_or(has_audience) as has_audience,
        count(*) as registration_count,
        count(*) filter (where status = 'accepted') as accepted_count,
        count(*) filter (where is_accepted_at_start) as accepted_at_start_count,
        count(*) filter (where status = 'waitlisted') as waitlisted_count,
        count(*) filter (where status = 'cancelled') as cancelled_count,
        count(*) filter (where has_attended) as attendee_count,
        count(*) filter (where has_attended and is_accepted_at_start)
            as attended_at_start_count,
        count(*) filter (where has_attended and is_first_time) as first_timer_count,
        count(*) filter (where has_attended and prior_attendances >= 2) as regular_count,
        median(lead_time_days) as median_lead_time_days
    from registrations
    group by event_id

),

shares as (

    select
        event_id,
        member_id,
        published_date
    from {{ ref('int_metric_outputs') }}
    where event_id is not null

),

share_counts as (

    select
        registrations.event_id,
        count(distinct registrations.member_id) as sharer_count
    from registrations
    inner join all_events
        on registrations.event_id = all_events.event_id
    inner join shares
        on
            registrations.event_id = shares.event_id
            and registrations.member_id = shares.member_id
            and all_events.local_date <= shares.published_date
            and all_events.share_through_date >= shares.published_date
    where registrations.has_attended
    group by registrations.event_id

),

output_counts as (

    select
        all_events.event_id,
        count(*) as output_count
    from all_events
    inner join shares
        on
            all_events.event_id = shares.event_id
            and all_events.local_date <= shares.published_date
            and all_events.share_through_date >= shares.published_date
    group by all_events.event_id

)

select
    all_events.event_id,
    all_events.event_group_id,
    all_events.local_date,
    all_events.is_held,
    all_events.is_attendance_taken,
    all_events.share_through_date,
    all_events.is_share_window_over,
    event_lists.event_id is not null as has_list,
    coalesce(event_lists.event_id is not null and registration_counts.has_audience, false)
        as has_audience,
    coalesce(registration_counts.registration_count, 0) as registration_count,
    coalesce(registration_counts.accepted_count, 0) as accepted_count,
    coalesce(registration_counts.accepted_at_start_count, 0) as accepted_at_start_count,
    coalesce(registration_counts.waitlisted_count, 0) as waitlisted_count,
    coalesce(registration_counts.cancelled_count, 0) as cancelled_count,
    coalesce(registration_counts.attendee_count, 0) as attendee_count,
    coalesce(registration_counts.attended_at_start_count, 0) as attended_at_start_count,
    coalesce(registration_counts.first_timer_count, 0) as first_timer_count,
    coalesce(registration_counts.regular_count, 0) as regular_count,
    registration_counts.median_lead_time_days,
    coalesce(share_counts.sharer_count, 0) as sharer_count,
    coalesce(output_counts.output_count, 0) as output_count
from all_events
left join registration_counts
    on all_events.event_id = registration_counts.event_id
left join {{ ref('int_event_lists') }} as event_lists
    on all_events.event_id = event_lists.event_id
left join share_counts
    on all_events.event_id = share_counts.event_id
left join output_counts
    on all_events.event_id = output_counts.event_id
