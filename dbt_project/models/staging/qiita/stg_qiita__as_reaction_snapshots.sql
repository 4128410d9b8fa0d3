-- Likes of every version of an item, in the shape of int_reaction_snapshots; of several on
-- one day the last one.
-- grain: activity_id, observed_date
with versions as (

    select
        'qiita:' || items.item_id as activity_id,
        {{ local_date('items._observed_at', 'parameters.timezone') }} as observed_date,
        items.like_count as reactions,
        items._observed_at,
        items._dlt_load_id
    from {{ ref('stg_qiita__items_checked') }} as items
    cross join {{ ref('stg_run__parameters') }} as parameters
    where items._reason is null and items.like_count is not null

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
