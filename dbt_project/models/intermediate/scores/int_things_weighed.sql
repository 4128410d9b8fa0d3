-- Real things with their base points in each version of the formula, and whether they
-- count: of the things of one family only the highest does, per member and real event.
-- grain: activity_id, formula_version
{{ config(materialized='incremental', incremental_strategy='by_member') }}
with things as (

    select *
    from {{ ref('int_activity_things') }}
    where thing_id = activity_id and {{ is_to_score() }}

),

types as (

    select * from {{ ref('activity_types') }}

),

base_points as (

    select * from {{ ref('activity_points') }}

),

known as (

    select
        things.*,
        coalesce(types.activity_type, 'unknown') as known_type,
        types.family,
        coalesce(types.is_daily_capped, false) as is_daily_capped
    from things
    left join types on things.activity_type = types.activity_type

),

weighed as (

    select
        known.*,
        base_points.formula_version,
        case
            when known.is_online then base_points.online_base_points
            else base_points.base_points
        end as base_points
    from known
    inner join base_points on known.known_type = base_points.activity_type

)

select
    activity_id,
    formula_version,
    member_id,
    activity_type,
    category,
    local_date,
    is_daily_capped,
    base_points,
    true as is_counted
from weighed
where family is null or real_event_id is null

union all

select
    activity_id,
    formula_version,
    member_id,
    activity_type,
    category,
    local_date,
    is_daily_capped,
    base_points,
    row_number() over (
        partition by formula_version, member_id, family, real_event_id
        order by base_points desc, local_date, activity_id
    ) = 1 as is_counted
from weighed
where family is not null and real_event_id is not null
