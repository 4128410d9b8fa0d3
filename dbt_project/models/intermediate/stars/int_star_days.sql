-- What members did each day, by type, source and working group, with the day on which they
-- were active before.
-- grain: member_id, local_date, activity_type, source, working_group
with facts as (

    select * from {{ ref('int_star_facts') }}

),

days as (

    select
        member_id,
        local_date,
        lag(local_date) over (partition by member_id order by local_date)
            as previous_date,
        min(local_date) over (partition by member_id) as first_date
    from facts
    group by member_id, local_date

),

summed as (

    select
        member_id,
        local_date,
        activity_type,
        category,
        kind,
        source,
        working_group,
        count(*) as things,
        sum(points) as points
    from facts
    group by all

)

select
    summed.member_id,
    summed.local_date,
    summed.activity_type,
    summed.category,
    summed.kind,
    summed.source,
    summed.working_group,
    summed.things,
    summed.points,
    days.previous_date,
    days.first_date
from summed
inner join days
    on summed.member_id = days.member_id and summed.local_date = days.local_date
