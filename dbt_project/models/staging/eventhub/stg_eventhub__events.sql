-- The configured events as last read.
-- grain: event_id
select
    event_id,
    title,
    started_at,
    ended_at,
    local_date,
    url,
    place,
    mentioned_urls,
    _observed_at as observed_at
from {{ ref('stg_eventhub__events_checked') }}
where _row_status = 'staged'
