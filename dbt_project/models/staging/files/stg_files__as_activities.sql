-- Activities of the universal import in the shape of int_activities.
-- grain: activity_id
select
    source || ':' || activity_id as activity_id,
    source || ':' || account_id as account_id,
    source,
    case when connector = 'files' then 'activities' else 'file_activities' end
        as source_table,
    activity_type,
    occurred_at,
    local_date,
    source || ':' || event_id as event_id,
    object_key,
    url as object_url,
    title,
    {{ hashtags_of('title') }} as hashtags,
    source || ':' || parent_activity_id as parent_activity_id,
    working_group,
    reactions,
    impressions,
    connector
from {{ ref('stg_files__activities') }}
