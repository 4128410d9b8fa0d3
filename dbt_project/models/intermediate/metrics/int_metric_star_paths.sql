-- Metric 30: how many of the stars came by each of the published paths (star_paths), and
-- how much more often than members of the same tenure who are none.
-- grain: metric_id, dimension_value
{{ config(materialized='view') }}

with paths as (

    select
        *,
        'run' as period_grain,
        'path' as dimension
    from {{ ref('star_paths') }}

)

select
    'star_path_frequency' as metric_id,
    period_grain,
    as_of_date as period_start,
    as_of_date as period_end,
    true as is_complete,
    dimension,
    path as dimension_value,
    stars / cast(nullif(stars_compared, 0) as double) as value,
    cast(stars as double) as numerator,
    cast(stars_compared as double) as denominator,
    stars as n,
    cast(1 as double) as coverage
from paths

union all

select
    'star_path_lift' as metric_id,
    period_grain,
    as_of_date as period_start,
    as_of_date as period_end,
    true as is_complete,
    dimension,
    path as dimension_value,
    lift as value,
    null as numerator,
    null as denominator,
    stars as n,
    1 as coverage
from paths
