-- The stage a member can reach next, and what is missing for it: of the rules that lead
-- there the one that misses the fewest points. Any activity brings who is silent back to
-- the stage that the points left still hold.
-- grain: member_id
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

rules as (

    select stage_rules.*
    from {{ ref('stage_rules') }} as stage_rules
    inner join parameters on stage_rules.formula_version = parameters.formula_version

),

-- Stages from the lowest to the highest; dormant and lapsed are no aim.
ladder as (

    select
        stage,
        lead(stage) over (order by min(priority)) as next_stage
    from rules
    where silent_days is null
    group by stage

),

proofs as (

    select
        days.member_id,
        max(days.last_proof_date) as last_proof_date
    from {{ ref('int_member_days') }} as days
    inner join parameters
        on
            days.formula_version = parameters.formula_version
            and days.last_proof_date <= parameters.as_of_date
    group by days.member_id

),

contracts as (

    select distinct contracts.member_id
    from {{ ref('int_member_contracts') }} as contracts
    inner join parameters
        on
            contracts.valid_from <= parameters.as_of_date
            and contracts.valid_to >= parameters.as_of_date

),

crm as (

    select * from {{ ref('int_crm') }}

),

standing as (

    select
        stages.member_id,
        ladder.stage is null as is_silent,
        ladder.next_stage as stage_above,
        coalesce(points.event_points, {{ score_none() }}) as event_points,
        coalesce(points.share_points, {{ score_none() }}) as share_points,
        coalesce({{ days_between('proofs.last_proof_date', 'parameters.as_of_date') }}, 99999)
            as days_since_proof,
        contracts.member_id is not null or not crm.is_connected as has_contract
    from {{ ref('int_member_stages') }} as stages
    cross join parameters
    cross join crm
    left join ladder on stages.stage = ladder.stage
    left join proofs on stages.member_id = proofs.member_id
    left join contracts on stages.member_id = contracts.member_id
    left join {{ ref('int_member_points') }} as points
        on stages.member_id = points.member_id
    where stages.valid_to is null

),

comebacks as (

    select
        standing.member_id,
        max_by(rules.stage, rules.priority) as stage
    from standing
    cross join rules
    where
        standing.is_silent
        and rules.silent_days is null
        and rules.proof_within_days is null
        and coalesce(
            standing.event_points + standing.share_points >= rules.min_total_points, true
        )
        and coalesce(standing.event_points >= rules.min_event_points, true)
        and coalesce(standing.share_points >= rules.min_share_points, true)
    group by standing.member_id

),

aiming as (

    select
        standing.*,
        coalesce(comebacks.stage, standing.stage_above) as next_stage
    from standing
    left join comebacks on standing.member_id = comebacks.member_id

),

short as (

    select
        aiming.*,
        rules.priority,
        rules.proof_within_days,
        rules.min_event_points is null and rules.min_share_points is null as is_any_points,
        greatest(
            coalesce(
                rules.min_total_points - aiming.event_points - aiming.share_points, 0
            ),
            0
        ) as total_short,
        greatest(coalesce(rules.min_event_points - aiming.event_points, 0), 0)
            as event_short,
        greatest(coalesce(rules.min_share_points - aiming.share_points, 0), 0)
            as share_short,
        coalesce(aiming.days_since_proof > rules.proof_within_days, false) as lacks_proof,
        rules.needs_contract and not aiming.has_contract as lacks_contract
    from aiming
    inner join rules on aiming.next_stage = rules.stage

),

-- Points of either kind are made the way the member makes most of theirs.
gaps as (

    select
        *,
        event_short + case
            when share_points > event_points then 0
            else greatest(total_short - event_short - share_short, 0)
        end as event_gap,
        share_short + case
            when share_points > event_points
                then greatest(total_short - event_short - share_short, 0)
            else 0
        end as share_gap
    from short

)

select
    member_id,
    next_stage,
    is_silent,
    is_silent or next_stage = 'new' as lacks_activity,
    is_any_points,
    event_gap,
    share_gap,
    lacks_proof,
    case when lacks_proof then proof_within_days end as proof_within_days,
    lacks_contract
from gaps
qualify
    row_number() over (partition by member_id order by event_gap + share_gap, priority) = 1
