-- One number per member for all that the score models read about him or her: who has the
-- same number as at the end of the last complete run keeps the rows of then. What is not
-- a member's own (formula, seeds, settings, code) is the column `formula`.
-- grain: member_id
with activities as (

    select
        activities.member_id,
        {{ score_fingerprint([
            'activities.activity_id', 'activities.activity_type', 'activities.category',
            'activities.local_date', 'activities.object_key', 'activities.event_id',
            'events.event_group_id', 'events.format',
        ]) }} as fingerprint
    from {{ ref('int_member_activities') }} as activities
    left join {{ ref('int_events') }} as events on activities.event_id = events.event_id
    group by activities.member_id

),

reactions as (

    select
        activities.member_id,
        {{ score_fingerprint([
            'snapshots.activity_id', 'snapshots.observed_date', 'snapshots.reactions'
        ]) }} as fingerprint
    from {{ ref('int_reaction_snapshots') }} as snapshots
    inner join {{ ref('int_member_activities') }} as activities
        on snapshots.activity_id = activities.activity_id
    group by activities.member_id

),

contracts as (

    select
        member_id,
        {{ score_fingerprint(['valid_from', 'valid_to']) }} as fingerprint
    from {{ ref('int_member_contracts') }}
    group by member_id

),

overrides as (

    select
        member_id,
        {{ score_fingerprint(
            ['stage', 'valid_from', 'valid_to', 'reason', 'decided_by']
        ) }} as fingerprint
    from {{ ref('int_stage_overrides') }}
    group by member_id

),

formula as (

    select
        (select is_connected from {{ ref('int_crm') }}) as has_crm,
        (
            select {{ score_fingerprint(['seed']) }}
            from {{ ref('formula_versions') }} as seed
        ) as versions,
        (
            select {{ score_fingerprint(['seed']) }}
            from {{ ref('activity_points') }} as seed
        ) as points,
        (
            select {{ score_fingerprint(['seed']) }} from {{ ref('stage_rules') }} as seed
        ) as rules,
        (
            select {{ score_fingerprint(['seed']) }}
            from {{ ref('activity_types') }} as seed
        ) as types

)

select
    members.member_id,
    hash(
        members.is_internal,
        members.is_bot,
        members.heard_of_date,
        activities.fingerprint,
        reactions.fingerprint,
        contracts.fingerprint,
        overrides.fingerprint
    ) as fingerprint,
    hash(
        '{{ env_var("TSUNAGARI_CODE", "") }}',
        formula.has_crm,
        formula.versions,
        formula.points,
        formula.rules,
        formula.types
    ) as formula
from {{ ref('int_members_known') }} as members
cross join formula
left join activities on members.member_id = activities.member_id
left join reactions on members.member_id = reactions.member_id
left join contracts on members.member_id = contracts.member_id
left join overrides on members.member_id = overrides.member_id
