-- What each activity adds to its member's points at the end of the as-of day. A member's
-- points are the sum of these rows, exactly. Decay changes every row every day: a view is
-- computed by whoever asks, and no day writes them all.
-- grain: member_id, activity_id, component, formula_version
{{ config(materialized='view') }}
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

components as (

    select
        int_score_components.activity_id,
        int_score_components.component,
        int_score_components.formula_version,
        int_score_components.member_id,
        int_score_components.activity_type,
        int_score_components.category,
        int_score_components.local_date,
        int_score_components.half_life_days,
        int_score_components.first_points,
        case when int_score_components.late_date <= parameters.as_of_date
            then int_score_components.late_date
        end as late_date,
        case when int_score_components.late_date <= parameters.as_of_date
            then int_score_components.late_points
        end as late_points,
        case when int_score_components.late_date <= parameters.as_of_date
            then int_score_components.late_engagement_points
        end as late_engagement_points,
        parameters.as_of_date
    from {{ ref('int_score_components') }} as int_score_components
    inner join parameters on int_score_components.local_date <= parameters.as_of_date

),

measured as (

    select
        *,
        {{ score_units('first_points') }} as first_units,
        {{ score_units('late_points') }} as late_units,
        {{ score_units('late_engagement_points') }} as late_engagement_units,
        {{ score_decay_units('local_date', 'as_of_date', 'half_life_days') }} as decay_units,
        {{ score_decay_units('late_date', 'as_of_date', 'half_life_days') }}
            as late_decay_units
    from components

),

decayed as (

    select
        *,
        first_units + coalesce(late_units + late_engagement_units, 0) as point_units,
        {{ score_product_units('first_units', 'decay_units') }}
        + coalesce(
            {{ score_product_units('late_units', 'decay_units') }}
            + {{ score_product_units('late_engagement_units', 'late_decay_units') }},
            0
        ) as contribution_units
    from measured

)

select
    cast(member_id as string) as member_id,
    cast(activity_id as string) as activity_id,
    cast(component as string) as component,
    cast(formula_version as string) as formula_version,
    as_of_date,
    cast(activity_type as string) as activity_type,
    cast(category as string) as category,
    local_date,
    half_life_days,
    {{ score_points('point_units') }} as points,
    case
        when late_date is null then {{ score_points('decay_units') }}
        else cast(
            cast(contribution_units as double) / cast(point_units as double)
            as decimal(18, 12)
        )
    end as decay,
    {{ score_points('contribution_units') }} as contribution,
    first_points,
    late_date,
    late_points,
    late_engagement_points
from decayed
where point_units <> 0
