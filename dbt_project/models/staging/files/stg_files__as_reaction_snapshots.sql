-- Reaction counts of every version of an activity, in the shape of
-- int_reaction_snapshots; of several on one day the last one.
-- grain: activity_id, observed_date
with versions as (

    select
        activities.source || ':' || activities.activity_id as activity_id,
        {{ local_date('activities._observed_at', 'parameters.timezone') }} as observed_date,
        activities.reactions,
        activities._observed_at,
        activities._source_file,
        activities._source_line
    from {{ ref('stg_files__activities_checked') }} as activities
    cross join {{ ref('stg_run__parameters') }} as parameters
    where
        not activities._is_replaced
        and activities._reason is null
        and activities.reactions is not null

)

select
    activity_id,
    observed_date,
    reactions
from versions
qualify row_number() over (
    partition by activity_id, observed_date
    order by _observed_at desc, _source_file desc nulls last, _source_line desc nulls last
) = 1
