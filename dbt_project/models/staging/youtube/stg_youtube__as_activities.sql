-- Videos and comments in the shape of int_activities. A video belongs to the event whose
-- page its description names, if to one; a comment answers a comment, else the video.
-- grain: activity_id
select
    'youtube:' || video_id as activity_id,
    'youtube:' || channel_id as account_id,
    'youtube' as source,
    'videos' as source_table,
    'video' as activity_type,
    published_at as occurred_at,
    local_date,
    case
        when event_pages not like '%, %' then {{ event_of_page('event_pages') }}
    end as event_id,
    'https://youtube.com/watch?v=' || video_id as object_key,
    'https://www.youtube.com/watch?v=' || video_id as object_url,
    title,
    {{ hashtags_of("concat_ws(' ', title, description)") }} as hashtags,
    cast(null as string) as parent_activity_id,
    cast(null as string) as working_group,
    like_count as reactions,
    view_count as impressions
from {{ ref('stg_youtube__videos') }}

union all

select
    'youtube:' || comment_id as activity_id,
    'youtube:' || author_channel_id as account_id,
    'youtube' as source,
    'comments' as source_table,
    'reply' as activity_type,
    published_at as occurred_at,
    local_date,
    cast(null as string) as event_id,
    'youtube:' || comment_id as object_key,
    'https://www.youtube.com/watch?v=' || video_id || '&lc=' || comment_id as object_url,
    text as title,
    {{ hashtags_of('text') }} as hashtags,
    'youtube:' || coalesce(parent_id, video_id) as parent_activity_id,
    cast(null as string) as working_group,
    like_count as reactions,
    cast(null as bigint) as impressions
from {{ ref('stg_youtube__comments') }}
where author_channel_id is not null
