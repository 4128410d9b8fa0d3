-- Stages as ranks: the ladder as in stage_rules, the silent below it, the longer the lower.
-- grain: member_number, day_number
with ranks as (

    select
        rules.stage,
        max(coalesce(-rules.silent_days, rules.priority)) as stage_rank
    from {{ ref('stage_rules') }} as rules
    inner join {{ ref('stg_run__parameters') }} as parameters
        on rules.formula_version = parameters.formula_version
    group by rules.stage

)

select
    members.member_number,
    {{ days_between("cast('1990-01-01' as date)", 'stages.valid_from') }} as day_number,
    ranks.stage_rank
from {{ ref('int_member_stages') }} as stages
inner join ranks on stages.stage = ranks.stage
inner join {{ ref('int_rhythm_members') }} as members
    on stages.member_id = members.member_id
