-- Stages that people decided, for the member of today: a decision about somebody who was
-- merged into another member is not lost. A later decision replaces an earlier one.
-- grain: member_id, valid_from
with overrides as (

    select * from {{ ref('stage_overrides') }}

),

aliases as (

    select * from {{ ref('member_aliases') }}

),

resolved as (

    select
        coalesce(aliases.member_id, overrides.member_id) as member_id,
        overrides.stage,
        overrides.valid_from,
        coalesce(overrides.valid_to, cast('9999-12-31' as date)) as valid_to,
        overrides.reason,
        overrides.decided_by
    from overrides
    left join aliases on overrides.member_id = aliases.alias_member_id

)

select
    member_id,
    stage,
    valid_from,
    least(
        valid_to,
        {{ add_days('lead(valid_from) over by_member', -1) }}
    ) as valid_to,
    reason,
    decided_by
from resolved
-- Two decisions of one day (their members became one) stand in the same order in every run.
window by_member as (
    partition by member_id order by valid_from, stage, decided_by, reason
)
