-- What people write in public channels, and what they react to, in the shape of
-- int_activities. Slack does not say when somebody reacted: the time of the message stands
-- in. Several emoji of one person under one message are one reaction; one's own are none.
-- grain: activity_id
with posts as (

    select
        *,
        'slack:' || channel_id || ':' || ts as message_id
    from {{ ref('stg_slack__messages') }}
    where is_post

),

each_reaction as (

    select
        message_id,
        source_table,
        user_id as author_id,
        sent_at,
        local_date,
        url,
        {{ each_reacting_user('reactions') }} as reacting_user_id
    from posts
    where reactions is not null

)

select
    message_id as activity_id,
    'slack:' || user_id as account_id,
    'slack' as source,
    source_table,
    case when is_reply then 'reply' else 'post' end as activity_type,
    sent_at as occurred_at,
    local_date,
    cast(null as string) as event_id,
    message_id as object_key,
    url as object_url,
    title,
    hashtags,
    case when is_reply then 'slack:' || channel_id || ':' || thread_ts end
        as parent_activity_id,
    cast(null as string) as working_group,
    reaction_count as reactions,
    cast(null as bigint) as impressions
from posts

union all

select
    message_id || ':reaction:' || reacting_user_id as activity_id,
    'slack:' || reacting_user_id as account_id,
    'slack' as source,
    source_table,
    'reaction' as activity_type,
    sent_at as occurred_at,
    local_date,
    cast(null as string) as event_id,
    message_id || ':reaction:' || reacting_user_id as object_key,
    url as object_url,
    cast(null as string) as title,
    cast(null as string) as hashtags,
    message_id as parent_activity_id,
    cast(null as string) as working_group,
    cast(null as bigint) as reactions,
    cast(null as bigint) as impressions
from each_reaction
where
    reacting_user_id is not null
    and reacting_user_id not in (author_id, 'USLACKBOT')
