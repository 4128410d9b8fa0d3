-- Activities of the universal import: one row per real thing.
-- grain: source, activity_id
select
    source,
    activity_id,
    account_id,
    activity_type,
    occurred_at,
    local_date,
    event_id,
    object_key,
    url,
    title,
    parent_activity_id,
    working_group,
    reactions,
    impressions,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__activities_checked') }}
where _row_status = 'staged'
