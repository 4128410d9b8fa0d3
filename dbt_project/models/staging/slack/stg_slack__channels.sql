-- Public channels as last seen.
-- grain: channel_id
select
    channel_id,
    name,
    created_at,
    is_archived,
    is_general,
    is_member,
    topic,
    purpose,
    member_count,
    team_id,
    team_url,
    _observed_at as observed_at
from {{ ref('stg_slack__channels_checked') }}
where _row_status = 'staged'
