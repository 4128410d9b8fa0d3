-- Unbroken time of a member in one stage, whoever decided it: until_date is the first day
-- after it, far in the future while it lasts.
-- grain: member_id, from_date

with stages as (

    select
        stages.member_id,
        stages.stage,
        stages.valid_from,
        lag(stages.stage) over (partition by stages.member_id order by stages.valid_from)
            as stage_before
    from {{ ref('member_stages') }} as stages
    inner join {{ ref('int_metric_members') }} as members
        on stages.member_id = members.member_id

)

select
    member_id,
    stage,
    valid_from as from_date,
    coalesce(
        lead(valid_from) over (partition by member_id order by valid_from),
        cast('9999-12-31' as date)
    ) as until_date
from stages
where stage_before is distinct from stage
