-- Which activity stands for the real thing it tells of. One thing told by two sources or
-- through two accounts of a member is the earliest of its rows; a row without an object
-- key is a thing of its own. Scoring categories only.
-- grain: activity_id
{{ config(materialized='incremental', incremental_strategy='by_member') }}
with activities as (

    select *
    from {{ ref('int_member_activities') }}
    where {{ is_to_score() }}

),

events as (

    select * from {{ ref('int_events') }}

)

select
    activities.activity_id,
    activities.member_id,
    activities.activity_type,
    activities.category,
    activities.local_date,
    coalesce(events.event_group_id, activities.event_id) as real_event_id,
    coalesce(events.format = 'online', false) as is_online,
    case
        when activities.object_key is null then activities.activity_id
        else first_value(activities.activity_id) over (
            partition by
                activities.member_id,
                activities.activity_type,
                activities.object_key,
                case when activities.object_key is null then activities.activity_id end
            order by activities.local_date, activities.activity_id
        )
    end as thing_id
from activities
left join events on activities.event_id = events.event_id
where activities.category in ('event', 'share')
