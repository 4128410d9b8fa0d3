-- Events on EventHub in the shape of int_events. Their day may be unknown: a file of events
-- can tell it.
-- grain: event_id
select
    'eventhub:' || event_id as event_id,
    'eventhub' as source,
    event_id as source_event_id,
    title,
    started_at,
    ended_at,
    local_date,
    cast(null as string) as format,
    place,
    cast(null as string) as prefecture,
    cast(null as string) as working_group,
    cast(null as string) as hashtag,
    url,
    cast(null as bigint) as capacity,
    cast(null as bigint) as accepted_reported,
    cast(null as bigint) as attended_reported,
    cast(null as bigint) as attendance_target,
    cast(null as bigint) as cost_jpy,
    'scheduled' as status,
    observed_at as reported_at,
    mentioned_urls
from {{ ref('stg_eventhub__events') }}
