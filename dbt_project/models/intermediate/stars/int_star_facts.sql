-- Every real thing a member did, by what kind of thing it is, with the points it added on
-- its day. Nothing learned later moves them: no reactions, no role taken at the event on a
-- later day; a higher role adds what it adds to the one before.
-- grain: activity_id
with activities as (

    select * from {{ ref('int_member_activities') }}

),

members as (

    select member_id
    from {{ ref('int_members_resolved') }}
    where {{ has_stages() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

things as (

    select * from {{ ref('int_activity_things') }}

),

types as (

    select
        types.activity_type,
        types.family,
        points.base_points,
        points.online_base_points,
        case
            when types.category = 'other' then 'other'
            when types.activity_type = 'organise' then 'organise'
            when types.category = 'event' and types.is_proof then 'talk'
            when types.activity_type in ('attend', 'watch_only') then 'attend'
            when types.category = 'event' then 'event_other'
            when types.activity_type in ('answer', 'review_approved') then 'help'
            when types.is_daily_capped then 'quick'
            when points.base_points >= 8 then 'work'
            else 'part'
        end as kind
    from {{ ref('activity_types') }} as types
    inner join parameters on true
    left join {{ ref('activity_points') }} as points
        on
            types.activity_type = points.activity_type
            and parameters.formula_version = points.formula_version

),

known as (

    select activity_type from types

),

-- A reading of one thing by two sources is the earlier one.
done as (

    select
        activities.activity_id,
        activities.member_id,
        activities.local_date,
        activities.activity_type,
        activities.category,
        activities.source,
        activities.working_group,
        activities.parent_activity_id,
        things.real_event_id,
        types.family,
        types.kind,
        case
            when activities.category = 'other' then 0
            when things.is_online then types.online_base_points
            else types.base_points
        end as points
    from activities
    inner join members on activities.member_id = members.member_id
    inner join parameters on activities.local_date <= parameters.as_of_date
    left join things on activities.activity_id = things.activity_id
    left join known
        on activities.activity_type = known.activity_type
    inner join types
        on types.activity_type = coalesce(known.activity_type, 'unknown')
    where
        coalesce(things.thing_id, activities.activity_id) = activities.activity_id
        and {{ ends_silence('activities.activity_type') }}

),

reached as (

    select
        *,
        max(points) over by_event as points_reached,
        max(points) over (
            partition by member_id, real_event_id, family
            order by local_date, activity_id
            rows between unbounded preceding and 1 preceding
        ) as points_before
    from done
    where family is not null and real_event_id is not null
    window by_event as (
        partition by member_id, real_event_id, family
        order by local_date, activity_id
        rows between unbounded preceding and current row
    )

)

select
    activity_id,
    member_id,
    local_date,
    activity_type,
    category,
    kind,
    source,
    working_group,
    parent_activity_id,
    cast(points_reached - coalesce(points_before, 0) as decimal(18, 6)) as points
from reached

union all

select
    activity_id,
    member_id,
    local_date,
    activity_type,
    category,
    kind,
    source,
    working_group,
    parent_activity_id,
    cast(points as decimal(18, 6)) as points
from done
where family is null or real_event_id is null
