-- Channels as last seen.
-- grain: channel_id
select
    channel_id,
    title,
    description,
    handle,
    country,
    profile_urls,
    view_count,
    subscriber_count,
    has_hidden_subscribers,
    video_count,
    is_own,
    _observed_at as observed_at
from {{ ref('stg_youtube__channels_checked') }}
where _row_status = 'staged'
