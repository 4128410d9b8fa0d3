-- The days on which a member did something that counts as activity, per channel: any
-- event or share activity but a no_show, up to the as-of day.
-- grain: member_id, channel, local_date

select distinct
    activities.member_id,
    activities.category as channel,
    activities.local_date
from {{ ref('int_member_activities') }} as activities
inner join {{ ref('int_metric_members') }} as members
    on activities.member_id = members.member_id
cross join {{ ref('stg_run__parameters') }} as parameters
where
    activities.category in ('event', 'share')
    and activities.activity_type <> 'no_show'
    and activities.local_date <= parameters.as_of_date
