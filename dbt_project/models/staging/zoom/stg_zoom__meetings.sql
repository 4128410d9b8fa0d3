-- Finished instances of meetings and webinars.
-- grain: uuid
select
    uuid,
    event_id,
    meeting_number,
    meeting_type,
    is_recurring,
    topic,
    host_email,
    host_name,
    started_at,
    ended_at,
    local_date,
    minutes,
    participant_count,
    _observed_at as observed_at
from {{ ref('stg_zoom__meetings_checked') }}
where _row_status = 'staged'
