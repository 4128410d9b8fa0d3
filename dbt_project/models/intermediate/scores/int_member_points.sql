-- Members' points in the run's version of the formula: on the as-of day, 30 and 90 days
-- before, and the share points made (before decay) in the last 90 days and the 90 before.
-- Members without any points have no row.
-- grain: member_id
with parameters as (

    select
        formula_version,
        as_of_date,
        {{ add_days('as_of_date', -30) }} as date_30d_ago,
        {{ add_days('as_of_date', -90) }} as date_90d_ago,
        {{ add_days('as_of_date', -180) }} as date_180d_ago
    from {{ ref('stg_run__parameters') }}

),

components as (

    select
        int_score_components.*,
        parameters.as_of_date,
        parameters.date_30d_ago,
        parameters.date_90d_ago,
        parameters.date_180d_ago
    from {{ ref('int_score_components') }} as int_score_components
    inner join parameters
        on
            int_score_components.formula_version = parameters.formula_version
            and int_score_components.local_date <= parameters.as_of_date

),

standing as (

    select
        member_id,
        category,
        {{ score_component_on('as_of_date') }} as points_now,
        {{ score_component_on('date_30d_ago') }} as points_30d_ago,
        {{ score_component_on('date_90d_ago') }} as points_90d_ago,
        case when local_date > date_90d_ago then first_points else 0 end
        + case
            when late_date > date_90d_ago and late_date <= as_of_date
                then late_points + late_engagement_points
            else 0
        end as made_90d,
        case
            when local_date > date_180d_ago and local_date <= date_90d_ago then first_points
            else 0
        end
        + case
            when late_date > date_180d_ago and late_date <= date_90d_ago
                then late_points + late_engagement_points
            else 0
        end as made_previous_90d
    from components

)

select
    member_id,
    cast(coalesce(sum(points_now) filter (where category = 'event'), 0) as decimal(18, 12))
        as event_points,
    cast(coalesce(sum(points_now) filter (where category = 'share'), 0) as decimal(18, 12))
        as share_points,
    cast(sum(points_now - points_30d_ago) as decimal(18, 12)) as delta_30d,
    cast(sum(points_now - points_90d_ago) as decimal(18, 12)) as delta_90d,
    cast(coalesce(sum(made_90d) filter (where category = 'share'), 0) as decimal(18, 12))
        as share_points_90d,
    cast(
        coalesce(sum(made_previous_90d) filter (where category = 'share'), 0)
        as decimal(18, 12)
    ) as share_points_previous_90d
from standing
group by member_id
