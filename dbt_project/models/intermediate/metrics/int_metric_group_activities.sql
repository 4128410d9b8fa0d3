-- The days on which a member did something that counts as activity, per working group: of
-- its event, else the one that the activity names. A group that no event has, and no group
-- at all, are of none ('').
-- grain: member_id, working_group, local_date

with event_groups as (

    select distinct working_group
    from {{ ref('int_metric_real_events') }}

)

select distinct
    activities.member_id,
    coalesce(event_groups.working_group, '') as working_group,
    activities.local_date
from {{ ref('int_member_activities') }} as activities
inner join {{ ref('int_metric_members') }} as members
    on activities.member_id = members.member_id
cross join {{ ref('stg_run__parameters') }} as parameters
left join {{ ref('int_metric_real_events') }} as real_events
    on activities.event_id = real_events.event_id
left join event_groups
    on coalesce(real_events.working_group, activities.working_group)
    = event_groups.working_group
where
    activities.category in ('event', 'share')
    and activities.activity_type <> 'no_show'
    and activities.local_date <= parameters.as_of_date
