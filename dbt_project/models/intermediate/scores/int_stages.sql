-- Stages as periods with the rule or the person behind them, in each version of the
-- formula, as far as today's facts reach: the silence to come is there already. Neighbouring
-- days of one stage are one period. valid_to is its last day, empty for the last.
-- grain: formula_version, member_id, valid_from
{{ config(materialized='incremental', incremental_strategy='by_member') }}
with changes as (

    select *
    from {{ ref('int_stage_changes') }}
    where {{ is_to_score() }}

),

rules as (

    select * from {{ ref('stage_rules') }}

),

versions as (

    select * from {{ ref('formula_versions') }}

),

-- The other side of the join by days: read for these members alone.
days as (

    select *
    from {{ ref('int_member_days') }}
    where {{ is_to_score() }}

),

overrides as (

    select * from {{ ref('int_stage_overrides') }}

),

explained as (

    select
        changes.formula_version,
        changes.member_id,
        changes.valid_from,
        coalesce(overrides.stage, rules.stage) as stage,
        coalesce(rules.rule, 'manual') as rule,
        overrides.valid_from as decided_date,
        overrides.reason,
        overrides.decided_by
    from changes
    left join rules
        on
            changes.formula_version = rules.formula_version
            and changes.priority = rules.priority
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
        lag(stage) over by_member as stage_before,
        lag(decided_date) over by_member as decided_date_before
    from explained
    window by_member as (partition by formula_version, member_id order by valid_from)

),

periods as (

    select
        formula_version,
        member_id,
        valid_from,
        {{ add_days('lead(valid_from) over by_member', -1) }} as valid_to,
        stage,
        rule,
        reason,
        decided_by,
        decided_date is not null as is_manual
    from compared
    where
        stage_before is distinct from stage
        or decided_date_before is distinct from decided_date
    window by_member as (partition by formula_version, member_id order by valid_from)

),

-- The last day on which something happened to the points tells those of the change.
measured as (

    select
        periods.*,
        days.last_activity_date,
        {{ stage_points('days.event_level', 'periods.valid_from', 'versions.half_life_days') }}
            as event_points,
        {{ stage_points('days.share_level', 'periods.valid_from', 'versions.half_life_days') }}
            as share_points
    from periods
    inner join versions on periods.formula_version = versions.formula_version
    asof left join days
        on
            periods.formula_version = days.formula_version
            and periods.member_id = days.member_id
            and periods.valid_from >= days.day

)

select
    formula_version,
    member_id,
    valid_from,
    valid_to,
    stage,
    rule,
    case
        when is_manual then reason
        when last_activity_date is null then 'no activity yet'
        else
            'event ' || {{ stage_points_text('event_points') }}
            || ', share ' || {{ stage_points_text('share_points') }}
            || ', total ' || {{ stage_points_text('event_points + share_points') }}
            || ', last activity ' || cast(last_activity_date as string)
    end as evidence,
    is_manual,
    decided_by
from measured
