-- What is left of a point of each day on the as-of day, 30 and 90 days before, in the run's
-- version of the formula: worked out for every day, not for every part. A table, because
-- DuckDB knows its days then and finds them by their number, which is 15 times faster.
-- grain: decays_from
with parameters as (

    select
        parameters.as_of_date,
        {{ add_days('parameters.as_of_date', -30) }} as date_30d_ago,
        {{ add_days('parameters.as_of_date', -90) }} as date_90d_ago,
        versions.half_life_days
    from {{ ref('stg_run__parameters') }} as parameters
    inner join {{ ref('formula_versions') }} as versions
        on parameters.formula_version = versions.formula_version

),

days as (

    select distinct decays_from
    from {{ ref('int_score_parts') }}

)

select
    days.decays_from,
    {{ score_decay_units(
        'days.decays_from', 'parameters.as_of_date', 'parameters.half_life_days'
    ) }} as decay_now,
    {{ score_decay_units(
        'days.decays_from', 'parameters.date_30d_ago', 'parameters.half_life_days'
    ) }} as decay_30d_ago,
    {{ score_decay_units(
        'days.decays_from', 'parameters.date_90d_ago', 'parameters.half_life_days'
    ) }} as decay_90d_ago
from days
cross join parameters
