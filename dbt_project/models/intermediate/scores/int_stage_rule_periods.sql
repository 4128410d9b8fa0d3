-- Unbroken periods in which points, proof and activity of a member meet a stage rule,
-- without grace. Within a span (int_member_spans) points only decay: a rule that holds on
-- both ends holds throughout, and one that ends within it does so on a day that the
-- half-life gives. No members x days are ever listed.
-- grain: formula_version, member_id, priority, valid_from
{{ config(materialized='incremental', incremental_strategy='by_member') }}
with rules as (

    select
        *,
        min(silent_days) over (partition by formula_version) as silent_from_days
    from {{ ref('stage_rules') }}

),

point_rules as (

    select *
    from rules
    where
        coalesce(min_total_points, min_event_points, min_share_points, proof_within_days)
        is not null

),

judged as (

    select
        spans.*,
        point_rules.priority,
        point_rules.min_total_points,
        point_rules.min_event_points,
        point_rules.min_share_points,
        point_rules.proof_within_days,
        point_rules.silent_from_days,
        {{ stage_rule_holds(
            'eve', 'eve_event_points', 'eve_share_points', 'eve_activity_date',
            'eve_proof_date'
        ) }} as held_on_eve,
        {{ stage_rule_holds(
            'day', 'event_points', 'share_points', 'last_activity_date', 'last_proof_date'
        ) }} as holds_at_first,
        {{ stage_rule_holds(
            'last_day', 'last_event_points', 'last_share_points', 'last_activity_date',
            'last_proof_date'
        ) }} as holds_at_last
    from {{ ref('int_member_spans') }} as spans
    inner join point_rules on spans.formula_version = point_rules.formula_version
    where {{ is_to_score('spans.member_id') }}

),

-- A day may also take points away (a no-show, a cap): a rule that held on the eve then
-- ends on the eve.
turning as (

    select
        *,
        not held_on_eve as is_start,
        not holds_at_last as is_end
    from judged
    where
        (holds_at_first and not (held_on_eve and holds_at_last))
        or (held_on_eve and not holds_at_first)

),

ended as (

    select
        formula_version,
        member_id,
        priority,
        day,
        is_start,
        case
            when not holds_at_first then eve
            when is_end then least(
                {{ add_days('day', stage_days_above(
                    'event_points + share_points', 'min_total_points', 'half_life_days'
                )) }},
                {{ add_days('day', stage_days_above(
                    'event_points', 'min_event_points', 'half_life_days'
                )) }},
                {{ add_days('day', stage_days_above(
                    'share_points', 'min_share_points', 'half_life_days'
                )) }},
                {{ add_days('last_proof_date', 'proof_within_days') }},
                {{ add_days('last_activity_date', 'silent_from_days - 1') }}
            )
        end as last_date
    from turning

),

-- Starts and ends alternate; a span that holds both is a period of its own.
paired as (

    select
        formula_version,
        member_id,
        priority,
        day as valid_from,
        is_start,
        coalesce(
            last_date,
            lead(last_date) over (
                partition by formula_version, member_id, priority order by day
            )
        ) as last_date
    from ended

)

select
    formula_version,
    member_id,
    priority,
    valid_from,
    last_date
from paired
where is_start
