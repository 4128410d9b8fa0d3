-- Authors as last seen; the name in the address may have changed since.
-- grain: user_id
select
    user_id,
    handle,
    display_name,
    description,
    location,
    organization,
    website_url,
    github_handle,
    x_handle,
    facebook_id,
    linkedin_id,
    profile_urls,
    follower_count,
    following_count,
    item_count,
    _observed_at as observed_at
from {{ ref('stg_qiita__users_checked') }}
where _row_status = 'staged'
