-- Since when a member belongs to a working group: the first activity there, whether the
-- activity names the group or its event does. Events without a group are one of their own.
-- grain: member_id, working_group

with activities as (

    select
        activities.member_id,
        coalesce(
            real_events.working_group,
            activities.working_group,
            case when activities.category = 'event' then '' end
        ) as working_group,
        activities.local_date
    from {{ ref('int_member_activities') }} as activities
    cross join {{ ref('stg_run__parameters') }} as parameters
    left join {{ ref('int_metric_real_events') }} as real_events
        on activities.event_id = real_events.event_id
    where activities.local_date <= parameters.as_of_date

)

select
    activities.member_id,
    activities.working_group,
    min(activities.local_date) as since_date,
    max(activities.local_date) as last_date
from activities
inner join {{ ref('int_metric_members') }} as members
    on activities.member_id = members.member_id
where activities.working_group is not null
group by activities.member_id, activities.working_group
