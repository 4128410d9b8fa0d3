-- Posts on X in the shape of int_activities. Posts that only came along because a matching
-- one refers to them are not about this community. An edited post is one thing: all its
-- versions share the address of the first.
-- grain: activity_id
select
    'x:' || post_id as activity_id,
    'x:' || author_id as account_id,
    'x' as source,
    'posts' as source_table,
    case post_type when 'quote' then 'post' else post_type end as activity_type,
    created_at as occurred_at,
    local_date,
    cast(null as string) as event_id,
    'https://x.com/i/web/status/' || first_version_id as object_key,
    'https://x.com/i/web/status/' || first_version_id as object_url,
    text as title,
    {{ hashtags_of('text') }} as hashtags,
    'x:' || coalesce(replied_to_id, reposted_id, quoted_id) as parent_activity_id,
    cast(null as string) as working_group,
    reactions,
    impression_count as impressions
from {{ ref('stg_x__posts') }}
where not is_referenced and author_id is not null
