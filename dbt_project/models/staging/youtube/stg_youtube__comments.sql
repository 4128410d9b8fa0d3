-- Comments as last seen. The author is unknown where the account is gone.
-- grain: comment_id
select
    comment_id,
    video_id,
    parent_id,
    author_channel_id,
    author_name,
    author_handle,
    text,
    like_count,
    reply_count,
    published_at,
    updated_at,
    local_date,
    _observed_at as observed_at
from {{ ref('stg_youtube__comments_checked') }}
where _row_status = 'staged'
