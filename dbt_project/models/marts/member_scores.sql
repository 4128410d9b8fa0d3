-- Every member's score at the end of the as-of day, in the run's version of the formula.
-- grain: member_id
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

members as (

    select * from {{ ref('int_members_known') }}

),

participation as (

    select * from {{ ref('int_member_participation') }}

),

stages as (

    select *
    from {{ ref('int_member_stages') }}
    where valid_to is null

),

next_steps as (

    select * from {{ ref('int_member_next_steps') }}

),

scored as (

    select
        members.member_id,
        members.is_internal,
        members.is_bot,
        members.known_date,
        parameters.as_of_date,
        parameters.formula_version,
        coalesce(points.event_points, {{ score_none() }}) as event_points,
        coalesce(points.share_points, {{ score_none() }}) as share_points,
        coalesce(points.delta_30d, {{ score_none() }}) as delta_30d,
        coalesce(points.delta_90d, {{ score_none() }}) as delta_90d,
        coalesce(points.share_points_90d, {{ score_none() }}) as share_points_90d,
        coalesce(points.share_points_previous_90d, {{ score_none() }}) as share_points_previous_90d,
        members.last_active_date,
        {{ has_stages('members') }}
        and coalesce(
            {{ days_between('members.last_active_date', 'parameters.as_of_date') }} <= 365,
            false
        ) as is_ranked
    from members
    cross join parameters
    left join {{ ref('int_member_points') }} as points
        on members.member_id = points.member_id

),

-- Ranks are among the ranked only; below 20 of them nobody has one.
ranked as (

    select
        member_id,
        percent_rank() over (order by event_points) as event_percentile,
        percent_rank() over (order by share_points) as share_percentile,
        count(*) over () as ranked_members
    from scored
    where is_ranked

)

select
    cast(scored.member_id as string) as member_id,
    scored.as_of_date,
    cast(scored.event_points as decimal(18, 12)) as event_points,
    cast(scored.share_points as decimal(18, 12)) as share_points,
    {{ score_shown('scored.event_points') }} as event_score,
    {{ score_shown('scored.share_points') }} as share_score,
    ranked.event_percentile,
    ranked.share_percentile,
    cast(scored.delta_30d as decimal(18, 12)) as delta_30d,
    cast(scored.delta_90d as decimal(18, 12)) as delta_90d,
    cast(scored.share_points_90d as decimal(18, 12)) as share_points_90d,
    cast(scored.share_points_previous_90d as decimal(18, 12)) as share_points_previous_90d,
    cast(scored.share_points_90d - scored.share_points_previous_90d as double)
    / nullif(cast(scored.share_points_previous_90d as double), 0) as share_growth_rate,
    participation.events_attended as events_attended_180d,
    participation.events_eligible as events_eligible_180d,
    cast(participation.events_attended as double)
    / nullif(participation.events_eligible, 0) as event_participation_rate,
    cast(stages.stage as string) as stage,
    cast({{ days_between('stages.valid_from', 'scored.as_of_date') }} as integer)
        as days_in_stage,
    cast(next_steps.next_stage as string) as next_stage,
    next_steps.next_stage_needs,
    scored.known_date,
    scored.last_active_date,
    scored.is_internal,
    scored.is_bot,
    cast(scored.formula_version as string) as formula_version
from scored
left join ranked on scored.member_id = ranked.member_id and ranked.ranked_members >= 20
left join participation on scored.member_id = participation.member_id
left join stages on scored.member_id = stages.member_id
left join next_steps on scored.member_id = next_steps.member_id
