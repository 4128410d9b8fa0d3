-- Stages as periods with the rule or the person behind them: neighbouring days of one
-- stage are one period. valid_to is its last day, empty while it lasts.
-- grain: member_id, valid_from
with changes as (

    select * from {{ ref('int_stage_changes') }}

),

rules as (

    select stage_rules.*
    from {{ ref('stage_rules') }} as stage_rules
    inner join {{ ref('stg_run__parameters') }} as parameters
        on stage_rules.formula_version = parameters.formula_version

),

overrides as (

    select * from {{ ref('int_stage_overrides') }}

),

explained as (

    select
        changes.member_id,
        changes.valid_from,
        coalesce(overrides.stage, rules.stage) as stage,
        coalesce(rules.rule, 'manual') as rule,
        overrides.valid_from as decided_date,
        overrides.reason,
        overrides.decided_by
    from changes
    left join rules on changes.priority = rules.priority
    left join overrides
        on
            changes.member_id = overrides.member_id
            and changes.valid_from >= overrides.valid_from
            and changes.valid_from <= overrides.valid_to
            and changes.priority = {{ stage_manual_priority() }}

),

compared as (

    select
        *,
        lag(stage) over (partition by member_id order by valid_from) as stage_before,
        lag(decided_date) over (partition by member_id order by valid_from)
            as decided_date_before
    from explained

)

select
    member_id,
    valid_from,
    {{ add_days('lead(valid_from) over (partition by member_id order by valid_from)', -1) }}
        as valid_to,
    stage,
    rule,
    reason,
    decided_by,
    decided_date is not null as is_manual
from compared
where
    stage_before is distinct from stage
    or decided_date_before is distinct from decided_date
