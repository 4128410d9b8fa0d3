-- Stages of the run's version of the formula up to the as-of day. valid_to is empty while
-- a stage lasts. Who is known by name only, without any day, is so since the as-of day.
-- grain: member_id, valid_from
{{ config(materialized='view') }}
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

begun as (

    select
        stages.member_id,
        stages.valid_from,
        case when stages.valid_to < parameters.as_of_date then stages.valid_to end as valid_to,
        stages.stage,
        stages.rule,
        stages.evidence,
        stages.is_manual,
        stages.decided_by
    from {{ ref('int_stages') }} as stages
    inner join parameters
        on
            stages.formula_version = parameters.formula_version
            and stages.valid_from <= parameters.as_of_date

),

undated as (

    select
        members.member_id,
        parameters.as_of_date as valid_from,
        cast(null as date) as valid_to,
        rules.stage,
        rules.rule,
        'no activity yet' as evidence,
        false as is_manual,
        cast(null as string) as decided_by
    from {{ ref('int_members_known') }} as members
    cross join parameters
    inner join {{ ref('stage_rules') }} as rules
        on parameters.formula_version = rules.formula_version and rules.stage = 'none'
    where
        {{ has_stages('members') }}
        and coalesce(members.heard_of_date > parameters.as_of_date, true)

)

select * from begun
union all
select * from undated
