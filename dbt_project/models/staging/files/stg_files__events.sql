-- Events of the universal import: the newest version of each.
-- grain: source, event_id
select
    source,
    event_id,
    title,
    started_at,
    ended_at,
    local_date,
    is_date_only,
    format,
    place,
    prefecture,
    prefecture_code,
    working_group,
    hashtag,
    url,
    capacity,
    accepted_reported,
    attended_reported,
    attendance_target,
    cost_jpy,
    status,
    mentioned_urls,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__events_checked') }}
where _row_status = 'staged'
