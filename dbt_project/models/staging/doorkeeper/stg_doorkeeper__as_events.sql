-- Events on Doorkeeper in the shape of int_events.
-- grain: event_id
select
    'doorkeeper:' || events.event_id as event_id,
    'doorkeeper' as source,
    events.event_id as source_event_id,
    events.title,
    events.started_at,
    events.ended_at,
    events.local_date,
    events.format,
    events.venue as place,
    events.prefecture,
    groups.name as working_group,
    cast(null as string) as hashtag,
    events.url,
    events.capacity,
    events.participant_count as accepted_reported,
    cast(null as bigint) as attended_reported,
    cast(null as bigint) as attendance_target,
    cast(null as bigint) as cost_jpy,
    events.status,
    events.observed_at as reported_at,
    events.mentioned_urls
from {{ ref('stg_doorkeeper__events') }} as events
left join {{ ref('stg_doorkeeper__groups') }} as groups
    on events.group_id = groups.group_id
