-- Events of the configured groups in the shape of int_events. Accepted applications of an
-- advertisement are not counted by connpass.
-- grain: event_id
select
    'connpass:' || event_id as event_id,
    'connpass' as source,
    event_id as source_event_id,
    title,
    started_at,
    ended_at,
    local_date,
    format,
    place,
    prefecture,
    group_title as working_group,
    hashtag,
    url,
    capacity,
    case when event_type = 'participation' then accepted_count end as accepted_reported,
    cast(null as bigint) as attended_reported,
    cast(null as bigint) as attendance_target,
    cast(null as bigint) as cost_jpy,
    status,
    observed_at as reported_at,
    mentioned_urls
from {{ ref('stg_connpass__events') }}
