-- Registrations up to the as-of day as metrics count them: without staff, employees and
-- bots. At a held, attendance-taken event a blank means not attended; at any other,
-- attendance is unknown. A list of nothing but speakers holds those who came, not those
-- who registered: its event has no audience. Who registered for one real event on two
-- platforms counts once.
-- grain: event_id, member_id

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

events as (

    select
        events.event_id,
        events.event_group_id,
        events.started_at,
        events.local_date,
        events.working_group,
        events.is_attendance_taken,
        coalesce(
            events.local_date <= parameters.as_of_date and events.status <> 'cancelled',
            false
        ) as is_held
    from {{ ref('dim_events') }} as events
    cross join parameters

),

judged as (

    select
        registrations.event_id,
        events.event_group_id,
        registrations.member_id,
        registrations.status,
        events.local_date,
        events.working_group,
        events.is_held,
        events.is_held and events.is_attendance_taken as is_attendance_taken,
        coalesce(
            registrations.status = 'accepted'
            or (
                registrations.status = 'cancelled'
                and registrations.cancelled_at >= events.started_at
            ),
            false
        ) as is_accepted_at_start,
        events.is_held
        and events.is_attendance_taken
        and coalesce(registrations.attended, false) as has_attended,
        registrations.role = 'attendee' as is_audience,
        registrations.is_first_time,
        registrations.prior_attendances,
        registrations.lead_time_days
    from {{ ref('fct_registrations') }} as registrations
    inner join events
        on registrations.event_id = events.event_id
    inner join {{ ref('int_metric_members') }} as members
        on registrations.member_id = members.member_id
    cross join parameters
    where
        registrations.role not in ('staff', 'organiser')
        and (
            registrations.registered_at is null
            or {{ local_date('registrations.registered_at', 'parameters.timezone') }}
            <= parameters.as_of_date
        )

),

once_per_real_event as (

    select *
    from judged
    qualify row_number() over (
        partition by event_group_id, member_id
        order by
            has_attended desc,
            is_accepted_at_start desc,
            event_id
    ) = 1

)

select
    event_id,
    event_group_id,
    member_id,
    status,
    local_date,
    working_group,
    is_held,
    is_attendance_taken,
    is_accepted_at_start,
    has_attended,
    bool_or(is_audience) over (partition by event_id) as has_audience,
    is_first_time,
    prior_attendances,
    lead_time_days
from once_per_real_event
