-- Presentations on connpass in the shape of int_activities: the published thing on the day
-- it was added, and the talk on the day of the event. Whoever holds a lightning talk
-- ticket of that event gave one; a blog post about an event is no talk.
-- grain: activity_id
with presentations as (

    select
        *,
        case presentation_type when 'movie' then 'video' when 'blog' then 'blog' else 'slide' end
            as output_type,
        coalesce(url, title) as thing
    from {{ ref('stg_connpass__presentations') }}

),

events as (

    select * from {{ ref('stg_connpass__events') }}

),

talks as (

    select
        event_id,
        speaker_nickname as nickname,
        'presentations' as source_table
    from presentations
    where output_type <> 'blog'

    union

    select
        event_id,
        nickname,
        'user_events' as source_table
    from {{ ref('stg_connpass__user_events') }}
    where relation = 'presenter'

),

speakers as (

    select
        event_id,
        nickname,
        min(source_table) as source_table
    from talks
    group by event_id, nickname

),

lightning_talk_holders as (

    select distinct
        event_id,
        nickname
    from {{ ref('stg_connpass__participants') }}
    where role = 'lt' and status = 'accepted'

),

outputs as (

    select
        *,
        row_number() over (
            partition by event_id, thing, speaker_nickname, output_type
            order by created_at, user_nickname
        ) as copy
    from presentations
    where url is not null

)

select
    'connpass:' || outputs.event_id || '/' || outputs.speaker_nickname || '/' || outputs.thing
        as activity_id,
    'connpass:' || outputs.speaker_nickname as account_id,
    'connpass' as source,
    'presentations' as source_table,
    outputs.output_type as activity_type,
    coalesce(outputs.created_at, events.started_at) as occurred_at,
    coalesce(outputs.local_date, events.local_date) as local_date,
    case when events.event_id is not null then 'connpass:' || outputs.event_id end as event_id,
    outputs.thing as object_key,
    outputs.url as object_url,
    outputs.title,
    lower(events.hashtag) as hashtags,
    cast(null as string) as parent_activity_id,
    events.group_title as working_group,
    cast(null as bigint) as reactions,
    cast(null as bigint) as impressions
from outputs
left join events on outputs.event_id = events.event_id
where outputs.copy = 1 and coalesce(outputs.created_at, events.started_at) is not null

union all

select
    'connpass:' || speakers.event_id || '/' || speakers.nickname || '/talk' as activity_id,
    'connpass:' || speakers.nickname as account_id,
    'connpass' as source,
    speakers.source_table,
    case when lightning_talk_holders.nickname is not null then 'lightning_talk' else 'speak' end
        as activity_type,
    events.started_at as occurred_at,
    events.local_date,
    'connpass:' || speakers.event_id as event_id,
    cast(null as string) as object_key,
    events.url as object_url,
    events.title,
    cast(null as string) as hashtags,
    cast(null as string) as parent_activity_id,
    events.group_title as working_group,
    cast(null as bigint) as reactions,
    cast(null as bigint) as impressions
from speakers
inner join events on speakers.event_id = events.event_id
left join lightning_talk_holders
    on
        speakers.event_id = lightning_talk_holders.event_id
        and speakers.nickname = lightning_talk_holders.nickname
where events.started_at is not null and events.status <> 'cancelled'
