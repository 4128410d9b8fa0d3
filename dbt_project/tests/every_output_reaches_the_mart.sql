-- Outputs that members published and fct_outputs does not hold: each is a row of its
-- member, named by the first activity that tells of it. Announcements are none.
with told as (

    select
        member_id,
        activity_type as type,
        coalesce(object_key, activity_id) as output_key,
        min(activity_id) as output_id
    from {{ ref('int_member_activities') }}
    where
        is_output
        and activity_id not in (select activity_id from {{ ref('int_announcements') }})
    group by member_id, activity_type, coalesce(object_key, activity_id)

)

select told.output_id
from told
left join {{ ref('fct_outputs') }} as held
    on
        told.output_id = held.output_id
        and told.member_id = held.member_id
        and told.type = held.type
where held.output_id is null
