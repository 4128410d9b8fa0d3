-- Every listing with the real event behind it: its group, its first day, and whether
-- attendance was taken in any of its listings.
-- grain: event_id

with events as (

    select * from {{ ref('int_events') }}

),

real_events as (

    select
        event_group_id as real_event_id,
        coalesce(min(working_group), '') as working_group,
        min(local_date) as local_date,
        bool_or(is_attendance_taken) as is_attendance_taken
    from events
    where coalesce(status, 'scheduled') <> 'cancelled'
    group by event_group_id

)

select
    events.event_id,
    real_events.real_event_id,
    real_events.working_group,
    real_events.local_date,
    real_events.is_attendance_taken,
    coalesce(real_events.local_date <= parameters.as_of_date, false) as is_held
from events
inner join real_events
    on events.event_group_id = real_events.real_event_id
cross join {{ ref('stg_run__parameters') }} as parameters
