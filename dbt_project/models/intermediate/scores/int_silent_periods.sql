-- Periods without any activity, as long as the rules for dormant and lapsed ask for.
-- last_date is empty while the silence lasts.
-- grain: formula_version, member_id, priority, valid_from
{{ config(materialized='incremental', incremental_strategy='by_member') }}
with days as (

    select *
    from {{ ref('int_member_days') }}
    where {{ is_to_score() }}

),

rules as (

    select *
    from {{ ref('stage_rules') }}
    where silent_days is not null

),

silences as (

    select
        formula_version,
        member_id,
        before_activity_date as last_activity_date,
        day as next_activity_date
    from days
    where last_activity_date = day and before_activity_date is not null

    union all

    select
        formula_version,
        member_id,
        max(last_activity_date) as last_activity_date,
        cast(null as date) as next_activity_date
    from days
    group by formula_version, member_id

),

dated as (

    select
        silences.formula_version,
        silences.member_id,
        rules.priority,
        {{ add_days('silences.last_activity_date', 'rules.silent_days') }} as valid_from,
        {{ add_days('silences.next_activity_date', -1) }} as last_date
    from silences
    inner join rules on silences.formula_version = rules.formula_version

)

select
    formula_version,
    member_id,
    priority,
    valid_from,
    last_date
from dated
where last_date is null or valid_from <= last_date
