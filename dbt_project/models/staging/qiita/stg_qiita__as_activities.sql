-- Articles on Qiita in the shape of int_activities.
-- grain: activity_id
select
    'qiita:' || item_id as activity_id,
    'qiita:' || user_id as account_id,
    'qiita' as source,
    'items' as source_table,
    'blog' as activity_type,
    created_at as occurred_at,
    local_date,
    cast(null as string) as event_id,
    coalesce({{ canonical_url('url') }}, 'qiita:' || item_id) as object_key,
    url as object_url,
    title,
    {{ sorted_json_texts('tags') }} as hashtags,
    cast(null as string) as parent_activity_id,
    cast(null as string) as working_group,
    like_count as reactions,
    view_count as impressions
from {{ ref('stg_qiita__items') }}
