-- Every event, with the group of those that are one on several platforms.
-- grain: event_id
with attendance_taken as (

    select distinct event_id
    from {{ ref('int_registrations') }}
    where attended

)

select
    events.event_id,
    events.source,
    events.source_event_id,
    event_groups.event_group_id,
    events.title,
    events.started_at,
    events.ended_at,
    events.local_date,
    events.format,
    events.place,
    events.prefecture,
    events.working_group,
    events.hashtag,
    events.url,
    events.capacity,
    events.accepted_reported,
    events.attended_reported,
    events.attendance_target,
    events.cost_jpy,
    events.status,
    attendance_taken.event_id is not null as is_attendance_taken,
    events.reported_at
from {{ ref('int_events_merged') }} as events
inner join {{ ref('int_event_groups') }} as event_groups
    on events.event_id = event_groups.event_id
left join attendance_taken on events.event_id = attendance_taken.event_id
