-- Reactions of every version of a message that the API told, in the shape of
-- int_reaction_snapshots; of several on one day the last one.
-- grain: activity_id, observed_date
with versions as (

    select
        'slack:' || messages.channel_id || ':' || messages.ts as activity_id,
        {{ local_date('messages._observed_at', 'parameters.timezone') }} as observed_date,
        messages.reaction_count as reactions,
        messages._observed_at,
        messages._dlt_load_id
    from {{ ref('stg_slack__messages_checked') }} as messages
    cross join {{ ref('stg_run__parameters') }} as parameters
    where messages._reason is null and messages.is_post

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
