-- Members' paths: their first two, three and four milestones in the order in which they
-- were reached, and at what age (days since the first activity) each path was complete.
-- grain: member_id, length
with milestones as (

    select * from {{ ref('int_member_milestones') }}

),

walked as (

    select
        member_id,
        count(*) over so_far as length,
        string_agg(milestone, ' > ') over so_far as path,
        min(age_days) over so_far as first_age_days,
        age_days
    from milestones
    window so_far as (
        partition by member_id order by age_days, sort_order
        rows between unbounded preceding and current row
    )

)

select
    member_id,
    length,
    path,
    first_age_days,
    age_days
from walked
where length between 2 and 4
