-- Videos with the newest counters seen. One that YouTube stopped showing keeps its last
-- version; gone_at is when that was noticed, unless it was seen again later.
-- grain: video_id
with staged as (

    select * from {{ ref('stg_youtube__videos_checked') }}
    where _row_status = 'staged'

)

select
    videos.video_id,
    videos.channel_id,
    videos.title,
    videos.description,
    videos.event_pages,
    videos.published_at,
    videos.local_date,
    videos.tags,
    videos.category_id,
    videos.live_broadcast_content,
    videos.duration,
    videos.privacy_status,
    videos.upload_status,
    videos.view_count,
    videos.like_count,
    videos.comment_count,
    gone._observed_at as gone_at,
    videos._observed_at as observed_at
from staged as videos
left join staged as gone
    on
        videos.video_id = gone.video_id
        and gone.is_gone
        and videos._observed_at < gone._observed_at
where not videos.is_gone
