-- Authors as last seen; the handle may have changed since.
-- grain: user_id
select
    user_id,
    handle,
    display_name,
    description,
    location,
    url,
    profile_urls,
    created_at,
    is_verified,
    is_protected,
    follower_count,
    following_count,
    post_count,
    listed_count,
    _observed_at as observed_at
from {{ ref('stg_x__users_checked') }}
where _row_status = 'staged'
