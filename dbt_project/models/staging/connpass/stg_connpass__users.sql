-- Profiles as last read; a renamed person has a row per nickname.
-- grain: user_id, nickname
select
    user_id,
    nickname,
    display_name,
    description,
    profile_urls,
    url,
    created_at,
    attended_event_count,
    organised_event_count,
    presented_event_count,
    bookmarked_event_count,
    _observed_at as observed_at
from {{ ref('stg_connpass__users_checked') }}
where _row_status = 'staged'
