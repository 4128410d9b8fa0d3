-- Configured groups as last read.
-- grain: group_id
select
    group_id,
    subdomain,
    title,
    subtitle,
    url,
    website_url,
    website_name,
    x_handle,
    facebook_url,
    member_count,
    _observed_at as observed_at
from {{ ref('stg_connpass__groups_checked') }}
where _row_status = 'staged'
