-- Days on which something happens to the points or the silence of a member, in each
-- version of the formula. Between two such days points only decay. Days to come are there
-- too (announced talks, engagement that is due): what is stored changes with the facts of
-- a member and never with the day of the run; int_member_stages cuts at the as-of day.
-- Levels (points x 2 ^ (days since 1990 / half-life)) run on from day to day; the columns
-- before_* hold them as they were on the eve. Bots and internal members have no stages.
-- grain: formula_version, member_id, day
{{ config(materialized='incremental', incremental_strategy='by_member') }}
with members as (

    select member_id
    from {{ ref('int_members_resolved') }}
    where {{ has_stages() }}

),

types as (

    select * from {{ ref('activity_types') }}

),

versions as (

    select * from {{ ref('formula_versions') }}

),

acted as (

    select
        versions.formula_version,
        activities.member_id,
        activities.local_date as day,
        cast(0 as double) as event_level,
        cast(0 as double) as share_level,
        activities.local_date as activity_date,
        case when types.is_proof then activities.local_date end as proof_date
    from {{ ref('int_member_activities') }} as activities
    cross join versions
    left join types on activities.activity_type = types.activity_type
    where
        {{ ends_silence('activities.activity_type') }}
        and {{ is_to_score('activities.member_id') }}

),

levels as (

    select
        formula_version,
        member_id,
        starts_on as day,
        category,
        {{ stage_level('points', 'decays_from', 'half_life_days') }} as level
    from {{ ref('int_score_parts') }}
    where {{ is_to_score() }}

),

counted as (

    select
        formula_version,
        member_id,
        day,
        case when category = 'event' then level else 0 end as event_level,
        case when category = 'share' then level else 0 end as share_level,
        cast(null as date) as activity_date,
        cast(null as date) as proof_date
    from levels

),

days as (

    select
        stacked.formula_version,
        stacked.member_id,
        stacked.day,
        sum(stacked.event_level) as event_level,
        sum(stacked.share_level) as share_level,
        max(stacked.activity_date) as activity_date,
        max(stacked.proof_date) as proof_date
    from (select * from acted union all select * from counted) as stacked
    inner join members on stacked.member_id = members.member_id
    group by stacked.formula_version, stacked.member_id, stacked.day

)

select
    formula_version,
    member_id,
    day,
    lead(day) over by_member as next_day,
    sum(event_level) over through_day as event_level,
    sum(share_level) over through_day as share_level,
    max(activity_date) over through_day as last_activity_date,
    max(proof_date) over through_day as last_proof_date,
    coalesce(sum(event_level) over before_day, 0) as before_event_level,
    coalesce(sum(share_level) over before_day, 0) as before_share_level,
    max(activity_date) over before_day as before_activity_date,
    max(proof_date) over before_day as before_proof_date
from days
window
    by_member as (partition by formula_version, member_id order by day),
    through_day as (
        partition by formula_version, member_id order by day
        rows between unbounded preceding and current row
    ),
    before_day as (
        partition by formula_version, member_id order by day
        rows between unbounded preceding and 1 preceding
    )
