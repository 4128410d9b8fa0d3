-- Reactions of every version of a post, in the shape of int_reaction_snapshots; of several
-- on one day the last one.
-- grain: activity_id, observed_date
with versions as (

    select
        'x:' || posts.post_id as activity_id,
        {{ local_date('posts._observed_at', 'parameters.timezone') }} as observed_date,
        posts.reactions,
        posts._observed_at,
        posts._dlt_load_id
    from {{ ref('stg_x__posts_checked') }} as posts
    cross join {{ ref('stg_run__parameters') }} as parameters
    where posts._reason is null and posts.reactions is not null and not posts.is_referenced

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
