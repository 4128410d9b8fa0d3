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

parts as (

    select
        parts.member_id,
        parts.category,
        parts.starts_on,
        {{ score_units('parts.points') }} as units,
        decays.decay_now,
        decays.decay_30d_ago,
        decays.decay_90d_ago,
        parameters.date_30d_ago,
        parameters.date_90d_ago,
        parameters.date_180d_ago
    from {{ ref('int_score_parts') }} as parts
    inner join parameters
        on
            parts.formula_version = parameters.formula_version
            and parts.starts_on <= parameters.as_of_date
    inner join {{ ref('int_score_decays') }} as decays
        on parts.decays_from = decays.decays_from

),

standing as (

    select
        member_id,
        category,
        {{ score_product_units('units', 'decay_now') }} as units_now,
        case
            when starts_on <= date_30d_ago
                then {{ score_product_units('units', 'decay_30d_ago') }}
            else 0
        end as units_30d_ago,
        case
            when starts_on <= date_90d_ago
                then {{ score_product_units('units', 'decay_90d_ago') }}
            else 0
        end as units_90d_ago,
        case when starts_on > date_90d_ago then units else 0 end as made_90d,
        case when starts_on > date_180d_ago and starts_on <= date_90d_ago then units else 0 end
            as made_previous_90d
    from parts

),

summed as (

    select
        member_id,
        sum(case when category = 'event' then units_now else 0 end) as event_units,
        sum(case when category = 'share' then units_now else 0 end) as share_units,
        sum(units_now - units_30d_ago) as delta_30d_units,
        sum(units_now - units_90d_ago) as delta_90d_units,
        sum(case when category = 'share' then made_90d else 0 end) as share_units_90d,
        sum(case when category = 'share' then made_previous_90d else 0 end)
            as share_units_previous_90d
    from standing
    group by member_id

)

select
    member_id,
    {{ score_points('event_units') }} as event_points,
    {{ score_points('share_units') }} as share_points,
    {{ score_points('delta_30d_units') }} as delta_30d,
    {{ score_points('delta_90d_units') }} as delta_90d,
    {{ score_points('share_units_90d') }} as share_points_90d,
    {{ score_points('share_units_previous_90d') }} as share_points_previous_90d
from summed
