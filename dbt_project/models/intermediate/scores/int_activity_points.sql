-- Base points of every activity in the run's version of the formula, before decay,
-- engagement and the daily cap; 0 where a guard takes it out or its day has not come, with
-- the reason.
-- grain: activity_id
{{ config(materialized='view') }}
with activities as (

    select * from {{ ref('int_member_activities') }}

),

things as (

    select * from {{ ref('int_activity_things') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

versions as (

    select * from {{ ref('formula_versions') }}

),

weighed as (

    select int_things_weighed.*
    from {{ ref('int_things_weighed') }} as int_things_weighed
    inner join parameters
        on int_things_weighed.formula_version = parameters.formula_version

)

select
    activities.activity_id,
    activities.member_id,
    activities.category,
    activities.local_date,
    versions.formula_version,
    versions.half_life_days,
    cast(
        case
            when weighed.is_counted and activities.local_date <= parameters.as_of_date
                then weighed.base_points
            else 0
        end
        as decimal(18, 12)
    ) as points,
    case
        when things.thing_id <> activities.activity_id then 'same_thing'
        when not weighed.is_counted then 'higher_role'
        when activities.local_date > parameters.as_of_date then 'future'
    end as not_counted_because
from activities
cross join parameters
left join versions on parameters.formula_version = versions.formula_version
left join things on activities.activity_id = things.activity_id
left join weighed on activities.activity_id = weighed.activity_id
