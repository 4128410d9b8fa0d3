-- Events of the configured groups: the newest version of each.
-- grain: event_id
select
    event_id,
    title,
    url,
    started_at,
    ended_at,
    local_date,
    published_at,
    updated_at,
    status,
    format,
    venue,
    address,
    prefecture,
    latitude,
    longitude,
    group_id,
    capacity,
    participant_count,
    waitlisted_count,
    mentioned_urls,
    _observed_at as observed_at
from {{ ref('stg_doorkeeper__events_checked') }}
where _row_status = 'staged'
