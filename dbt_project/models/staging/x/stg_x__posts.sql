-- Posts with the newest counters seen.
-- grain: post_id
select
    post_id,
    author_id,
    post_type,
    text,
    created_at,
    local_date,
    is_referenced,
    first_version_id,
    conversation_id,
    in_reply_to_user_id,
    replied_to_id,
    quoted_id,
    reposted_id,
    lang,
    client,
    url,
    urls,
    hashtags,
    mentions,
    reactions,
    like_count,
    retweet_count,
    reply_count,
    quote_count,
    bookmark_count,
    impression_count,
    _observed_at as observed_at
from {{ ref('stg_x__posts_checked') }}
where _row_status = 'staged'
