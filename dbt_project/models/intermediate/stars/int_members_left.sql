-- People who left, with the day: the last time a source said so, unless they did something
-- on a later day, at any source.
-- grain: member_id
with activities as (

    select
        activities.member_id,
        max(case when activities.activity_type = 'leave' then activities.local_date end)
            as left_date,
        max(
            case
                when {{ ends_silence('activities.activity_type') }} then activities.local_date
            end
        ) as last_active_date
    from {{ ref('int_member_activities') }} as activities
    inner join {{ ref('stg_run__parameters') }} as parameters
        on activities.local_date <= parameters.as_of_date
    group by activities.member_id

)

select
    member_id,
    left_date
from activities
where left_date is not null and coalesce(last_active_date <= left_date, true)
