-- Metric 40: interactions of each month that crossed a boundary between companies or
-- departments, over those of which both sides are known; and by the boundary. Without
-- employees of the organiser.
-- grain: period_start, dimension, dimension_value
{{ config(materialized='view') }}

with interactions as (

    select
        cast(date_trunc('month', local_date) as date) as period_start,
        is_cross_company,
        is_cross_department
    from {{ ref('fct_interactions') }}
    where not is_internal

),

parts as (

    select
        period_start,
        'all' as dimension,
        'all' as dimension_value,
        count(*) filter (where is_cross_company or is_cross_department) as numerator,
        count(is_cross_company) as denominator,
        count(*) as interaction_count
    from interactions
    group by period_start

    union all

    select
        period_start,
        'boundary' as dimension,
        'company' as dimension_value,
        count(*) filter (where is_cross_company) as numerator,
        count(is_cross_company) as denominator,
        count(*) as interaction_count
    from interactions
    group by period_start

    union all

    -- of those within one company
    select
        period_start,
        'boundary' as dimension,
        'department' as dimension_value,
        count(*) filter (where is_cross_department) as numerator,
        count(is_cross_department) as denominator,
        count(*) filter (where not is_cross_company) as interaction_count
    from interactions
    group by period_start

)

select
    'cross_boundary_rate' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    parts.dimension,
    parts.dimension_value,
    parts.numerator / cast(parts.denominator as double) as value,
    cast(parts.numerator as double) as numerator,
    cast(parts.denominator as double) as denominator,
    parts.denominator as n,
    parts.denominator / cast(parts.interaction_count as double) as coverage
from parts
inner join {{ ref('int_metric_periods') }} as months
    on
        parts.period_start = months.period_start
        and months.period_grain = 'month'
where parts.denominator > 0
