-- Members who left, with the day: the last time somebody said so, unless the person was
-- seen again later, at any source.
-- grain: member_id

with activities as (

    select
        activities.member_id,
        activities.activity_type,
        activities.category,
        activities.local_date
    from {{ ref('int_member_activities') }} as activities
    inner join {{ ref('int_metric_members') }} as members
        on activities.member_id = members.member_id
    cross join {{ ref('stg_run__parameters') }} as parameters
    where activities.local_date <= parameters.as_of_date

),

left_once as (

    select
        member_id,
        max(local_date) as withdrawn_date
    from activities
    where activity_type = 'leave'
    group by member_id

),

-- What others note about a person (a follow-up, a support case) is no sign of them.
seen_later as (

    select distinct activities.member_id
    from activities
    inner join left_once
        on activities.member_id = left_once.member_id
    where
        activities.local_date > left_once.withdrawn_date
        and (
            activities.category in ('event', 'share')
            or activities.activity_type in ('join', 'sign_in')
        )
        and activities.activity_type <> 'no_show'

)

select
    left_once.member_id,
    left_once.withdrawn_date
from left_once
left join seen_later
    on left_once.member_id = seen_later.member_id
where seen_later.member_id is null
