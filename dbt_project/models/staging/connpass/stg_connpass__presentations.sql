-- Slides, movies and posts of events: the newest version of each.
-- grain: event_id, url, user_nickname
select
    event_id,
    url,
    title,
    presentation_type,
    speaker_nickname,
    user_id,
    user_nickname,
    presenter_id,
    presenter_nickname,
    created_at,
    local_date,
    _observed_at as observed_at
from {{ ref('stg_connpass__presentations_checked') }}
where _row_status = 'staged'
