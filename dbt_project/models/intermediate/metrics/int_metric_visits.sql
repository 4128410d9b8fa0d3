-- Which held real events a member was at, and whether to organise it. An event that began
-- before the member was known (a talk on its second day) was not open to the member, so it
-- is left out: attended is never more than open.
-- grain: member_id, real_event_id

select
    activities.member_id,
    real_events.real_event_id,
    bool_or(activities.activity_type = 'organise') as is_organiser
from {{ ref('int_member_activities') }} as activities
inner join {{ ref('int_metric_real_events') }} as real_events
    on activities.event_id = real_events.event_id
inner join {{ ref('int_metric_members') }} as members
    on activities.member_id = members.member_id
cross join {{ ref('stg_run__parameters') }} as parameters
where
    activities.activity_type in ('attend', 'speak', 'lightning_talk', 'organise')
    and activities.local_date <= parameters.as_of_date
    and real_events.is_held
    and real_events.local_date >= members.member_since
group by activities.member_id, real_events.real_event_id
