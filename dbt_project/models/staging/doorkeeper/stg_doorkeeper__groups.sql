-- Configured groups as last read.
-- grain: group_id
select
    group_id,
    configured_as,
    name,
    country_code,
    url,
    member_count,
    _observed_at as observed_at
from {{ ref('stg_doorkeeper__groups_checked') }}
where _row_status = 'staged'
