-- Components as parts that count from one day and decay from one day: one part each, a cap
-- that changed when engagement was counted has three.
-- grain: activity_id, component, formula_version, starts_on, decays_from
{{ config(materialized='view') }}
select
    activity_id,
    component,
    formula_version,
    member_id,
    category,
    half_life_days,
    local_date as starts_on,
    local_date as decays_from,
    first_points as points
from {{ ref('int_score_components') }}

union all

select
    activity_id,
    component,
    formula_version,
    member_id,
    category,
    half_life_days,
    late_date as starts_on,
    local_date as decays_from,
    late_points as points
from {{ ref('int_score_components') }}
where late_date is not null

union all

select
    activity_id,
    component,
    formula_version,
    member_id,
    category,
    half_life_days,
    late_date as starts_on,
    late_date as decays_from,
    late_engagement_points as points
from {{ ref('int_score_components') }}
where late_date is not null
