-- Talks that members gave at held events, one per person and real event: a talk that a
-- registration and a list of presentations both tell of is one. A talk without an event is
-- the thing the source calls it.
-- grain: member_id, occasion
with talks as (

    select
        activities.member_id,
        coalesce(
            real_events.real_event_id, activities.object_key, activities.activity_id
        ) as occasion,
        coalesce(real_events.local_date, activities.local_date) as local_date
    from {{ ref('int_member_activities') }} as activities
    inner join {{ ref('int_metric_members') }} as members
        on activities.member_id = members.member_id
    cross join {{ ref('stg_run__parameters') }} as parameters
    left join {{ ref('int_metric_real_events') }} as real_events
        on activities.event_id = real_events.event_id
    where
        activities.activity_type in ('speak', 'lightning_talk')
        and activities.local_date <= parameters.as_of_date
        -- an event that was cancelled is none of the real ones
        and (activities.event_id is null or real_events.is_held)

)

select
    member_id,
    occasion,
    min(local_date) as local_date
from talks
group by member_id, occasion
