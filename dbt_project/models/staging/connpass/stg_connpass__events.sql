-- Events of the configured groups: the newest version of each.
-- grain: event_id
select
    event_id,
    title,
    catch_phrase,
    url,
    hashtag,
    started_at,
    ended_at,
    local_date,
    published_at,
    capacity,
    event_type,
    open_status,
    status,
    group_id,
    group_subdomain,
    group_title,
    format,
    address,
    place,
    prefecture,
    latitude,
    longitude,
    owner_id,
    owner_nickname,
    owner_display_name,
    accepted_count,
    waiting_count,
    updated_at,
    _observed_at as observed_at
from {{ ref('stg_connpass__events_checked') }}
where _row_status = 'staged'
