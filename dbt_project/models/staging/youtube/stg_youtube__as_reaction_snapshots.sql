-- Likes of every version of a video, in the shape of int_reaction_snapshots; of several on
-- one day the last one.
-- grain: activity_id, observed_date
with versions as (

    select
        'youtube:' || videos.video_id as activity_id,
        {{ local_date('videos._observed_at', 'parameters.timezone') }} as observed_date,
        videos.like_count as reactions,
        videos._observed_at,
        videos._dlt_load_id
    from {{ ref('stg_youtube__videos_checked') }} as videos
    cross join {{ ref('stg_run__parameters') }} as parameters
    where videos._reason is null and videos.like_count is not null

)

select
    activity_id,
    observed_date,
    reactions
from versions
qualify row_number() over (
    partition by activity_id, observed_date
    order by _observed_at desc, cast(_dlt_load_id as double) desc, reactions desc
) = 1
