-- Users as last seen: members, guests, bots and those who were deactivated.
-- grain: user_id
select
    user_id,
    team_id,
    handle,
    real_name,
    display_name,
    email,
    is_email_confirmed,
    title,
    timezone,
    profile_urls,
    is_deleted,
    is_bot,
    is_guest,
    _observed_at as observed_at
from {{ ref('stg_slack__users_checked') }}
where _row_status = 'staged'
