-- Meetings and webinars in the shape of int_events: the instances of one event together.
-- grain: event_id
select
    'zoom:' || event_id as event_id,
    'zoom' as source,
    event_id as source_event_id,
    min_by(topic, started_at) as title,
    min(started_at) as started_at,
    max(ended_at) as ended_at,
    min(local_date) as local_date,
    'online' as format,
    cast(null as string) as place,
    cast(null as string) as prefecture,
    cast(null as string) as working_group,
    cast(null as string) as hashtag,
    cast(null as string) as url,
    cast(null as bigint) as capacity,
    cast(null as bigint) as accepted_reported,
    cast(null as bigint) as attended_reported,
    cast(null as bigint) as attendance_target,
    cast(null as bigint) as cost_jpy,
    'scheduled' as status,
    max(observed_at) as reported_at,
    cast(null as string) as mentioned_urls
from {{ ref('stg_zoom__meetings') }}
group by event_id
