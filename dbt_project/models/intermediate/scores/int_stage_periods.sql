-- Everything that speaks for a stage, as periods: the member is known, has done anything,
-- meets a rule (or did within its days of grace), is silent, or a person decided. Periods
-- of one member and priority never overlap; last_date is empty while they last.
-- grain: formula_version, member_id, priority, valid_from
{{ config(materialized='incremental', incremental_strategy='by_member') }}
with rules as (

    select * from {{ ref('stage_rules') }}

),

versions as (

    select * from {{ ref('formula_versions') }}

),

members as (

    select *
    from {{ ref('int_members_known') }}
    where {{ has_stages() }} and {{ is_to_score() }}

),

contracts as (

    select * from {{ ref('int_member_contracts') }}

),

crm as (

    select * from {{ ref('int_crm') }}

),

unconditional as (

    select
        rules.formula_version,
        members.member_id,
        rules.priority,
        case rules.stage
            when 'none' then members.heard_of_date
            else members.first_activity_date
        end as valid_from,
        cast(null as date) as last_date
    from members
    inner join rules on rules.stage in ('none', 'new')

),

met as (

    select
        periods.formula_version,
        periods.member_id,
        periods.priority,
        periods.valid_from,
        {{ add_days('periods.last_date', 'rules.grace_days') }} as last_date
    from {{ ref('int_stage_rule_periods') }} as periods
    inner join rules
        on
            periods.formula_version = rules.formula_version
            and periods.priority = rules.priority
    cross join crm
    where
        not (rules.needs_contract and crm.is_connected)
        and {{ is_to_score('periods.member_id') }}

    union all

    select
        periods.formula_version,
        periods.member_id,
        periods.priority,
        greatest(periods.valid_from, contracts.valid_from) as valid_from,
        {{ add_days(
            'least(periods.last_date, contracts.valid_to)', 'rules.grace_days'
        ) }} as last_date
    from {{ ref('int_stage_rule_periods') }} as periods
    inner join rules
        on
            periods.formula_version = rules.formula_version
            and periods.priority = rules.priority
    cross join crm
    inner join contracts
        on
            periods.member_id = contracts.member_id
            and periods.last_date >= contracts.valid_from
            and periods.valid_from <= contracts.valid_to
    where
        rules.needs_contract
        and crm.is_connected
        and {{ is_to_score('periods.member_id') }}

),

decided as (

    select
        versions.formula_version,
        overrides.member_id,
        {{ stage_manual_priority() }} as priority,
        overrides.valid_from,
        overrides.valid_to as last_date
    from {{ ref('int_stage_overrides') }} as overrides
    inner join members on overrides.member_id = members.member_id
    cross join versions

),

stacked as (

    select * from unconditional
    union all
    select * from met
    union all
    select * from {{ ref('int_silent_periods') }}
    where {{ is_to_score() }}
    union all
    select * from decided

)

-- Grace may reach into the next period of the same rule: that one takes over.
select
    formula_version,
    member_id,
    priority,
    valid_from,
    least(
        last_date,
        {{ add_days('lead(valid_from) over by_priority', -1) }}
    ) as last_date
from stacked
where valid_from is not null
window by_priority as (
    partition by formula_version, member_id, priority order by valid_from
)
