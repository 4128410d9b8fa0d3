-- Activities of the universal import in the shape of int_activities.
-- grain: activity_id
select
    source || ':' || activity_id as activity_id,
    source || ':' || account_id as account_id,
    source,
    'activities' as source_table,
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
    impressions
from {{ ref('stg_files__activities') }}
