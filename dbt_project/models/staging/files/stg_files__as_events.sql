-- Events of the universal import in the shape of int_events.
-- grain: event_id
with events as (

    select * from {{ ref('stg_files__events') }}

),

prefectures as (

    select * from {{ ref('prefectures') }}

)

select
    events.source || ':' || events.event_id as event_id,
    events.source,
    events.event_id as source_event_id,
    events.title,
    events.started_at,
    events.ended_at,
    events.local_date,
    events.format,
    events.place,
    coalesce(events.prefecture, prefectures.prefecture) as prefecture,
    events.working_group,
    events.hashtag,
    events.url,
    events.capacity,
    events.accepted_reported,
    events.attended_reported,
    events.attendance_target,
    events.cost_jpy,
    coalesce(events.status, 'scheduled') as status,
    events.observed_at as reported_at,
    events.mentioned_urls,
    events.connector
from events
left join prefectures on events.prefecture_code = prefectures.prefecture_code
