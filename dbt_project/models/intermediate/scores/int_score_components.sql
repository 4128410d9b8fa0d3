-- What an activity adds to its member's points, before decay: its base points, what
-- reactions add a week later, and what the daily cap takes away.
-- first_points count from local_date on. A cap may change on late_date, when engagement is
-- counted: late_points then join the first (and decay since local_date), and
-- late_engagement_points decay since late_date. Both are empty elsewhere.
-- grain: activity_id, component, formula_version
{{ config(materialized='incremental', incremental_strategy='by_member') }}
with things as (

    select *
    from {{ ref('int_things_weighed') }}
    where is_counted and base_points <> 0 and {{ is_to_score() }}

),

engaged as (

    select * from {{ ref('int_things_engaged') }}
    where {{ is_to_score() }}

),

capped as (

    select * from {{ ref('int_things_capped') }}
    where {{ is_to_score() }}

),

versions as (

    select * from {{ ref('formula_versions') }}

),

components as (

    select
        things.activity_id,
        things.formula_version,
        'base' as component,
        things.member_id,
        things.activity_type,
        things.category,
        things.local_date,
        cast(things.base_points as decimal(18, 12)) as first_points,
        cast(null as date) as late_date,
        cast(null as decimal(18, 12)) as late_points,
        cast(null as decimal(18, 12)) as late_engagement_points
    from things

    union all

    select
        things.activity_id,
        things.formula_version,
        'engagement' as component,
        things.member_id,
        things.activity_type,
        things.category,
        engaged.engagement_date as local_date,
        engaged.engagement_points as first_points,
        null as late_date,
        null as late_points,
        null as late_engagement_points
    from things
    inner join engaged
        on
            things.activity_id = engaged.activity_id
            and things.formula_version = engaged.formula_version

    union all

    select
        things.activity_id,
        things.formula_version,
        'cap' as component,
        things.member_id,
        things.activity_type,
        things.category,
        things.local_date,
        capped.first_points,
        capped.late_date,
        capped.late_points,
        capped.late_engagement_points
    from things
    inner join capped
        on
            things.activity_id = capped.activity_id
            and things.formula_version = capped.formula_version

)

select
    components.activity_id,
    components.component,
    components.formula_version,
    components.member_id,
    components.activity_type,
    components.category,
    components.local_date,
    versions.half_life_days,
    components.first_points,
    components.late_date,
    components.late_points,
    components.late_engagement_points
from components
inner join versions on components.formula_version = versions.formula_version
