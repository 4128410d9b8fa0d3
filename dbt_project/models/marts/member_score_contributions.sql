-- What each activity adds to its member's points at the end of the as-of day. A member's
-- points are the sum of these rows, exactly.
-- grain: member_id, activity_id, component, formula_version
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

decayed as (

    select
        *,
        cast(
            first_points + coalesce(late_points + late_engagement_points, 0)
            as decimal(18, 12)
        ) as points,
        cast({{ score_component_on('as_of_date') }} as decimal(18, 12)) as contribution
    from components

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
    points,
    case
        when late_date is null then {{ score_decay('local_date', 'as_of_date', 'half_life_days') }}
        else cast(cast(contribution as double) / cast(points as double) as decimal(18, 12))
    end as decay,
    contribution,
    first_points,
    late_date,
    late_points,
    late_engagement_points
from decayed
where points <> 0
