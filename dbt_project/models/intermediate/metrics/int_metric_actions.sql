-- What members did actively (posts, comments, likes, talks, attendances ...), per day and
-- working group: how many actions and what they weigh. An action is an activity with
-- points: the guards of the scores have left one row of a thing that two sources tell of,
-- and one role of an event. Registering and watching are none. Events without a group and
-- activities without an event are of none ('').
-- grain: member_id, working_group, local_date

select
    activities.member_id,
    coalesce(real_events.working_group, activities.working_group, '') as working_group,
    activities.local_date,
    count(*) as action_count,
    sum(activities.points) as points
from {{ ref('fct_activities') }} as activities
inner join {{ ref('int_metric_members') }} as members
    on activities.member_id = members.member_id
left join {{ ref('int_metric_real_events') }} as real_events
    on activities.event_id = real_events.event_id
where
    activities.points > 0
    and not activities.is_future
    and activities.category in ('event', 'share')
    and activities.activity_type not in ('register', 'watch_only')
group by
    activities.member_id,
    coalesce(real_events.working_group, activities.working_group, ''),
    activities.local_date
