-- Every metric, with the parts of its ratio, how many it rests on and how much of the
-- community it sees. A metric whose input is not connected has no rows.
-- grain: metric_id, period_grain, period_start, dimension, dimension_value

with metric_values as (

    select * from {{ ref('int_metric_values') }}

),

registry as (

    select * from {{ ref('metric_registry') }}

),

-- Parts that add up to a published total, smallest first: within a dimension of one
-- period; events within their month.
ranked as (

    select
        metric_values.metric_id,
        metric_values.period_grain,
        metric_values.period_start,
        metric_values.period_end,
        metric_values.is_complete,
        metric_values.dimension,
        metric_values.dimension_value,
        metric_values.value,
        metric_values.numerator,
        metric_values.denominator,
        metric_values.n,
        metric_values.coverage,
        registry.minimum_n,
        registry.definition_version,
        min(metric_values.n) over parts as smallest_n,
        row_number() over smallest_first as size_rank,
        sum(metric_values.n) over smallest_first - metric_values.n as smaller_n
    from metric_values
    inner join registry
        on metric_values.metric_id = registry.metric_id
    inner join {{ ref('int_metric_inputs') }} as inputs
        on
            registry.input = inputs.input
            and inputs.is_connected
    window
        parts as (
            partition by
                metric_values.metric_id,
                metric_values.period_grain,
                case
                    when metric_values.period_grain = 'event'
                        then cast(date_trunc('month', metric_values.period_start) as date)
                    else metric_values.period_start
                end,
                metric_values.dimension
        ),
        smallest_first as (
            partition by
                metric_values.metric_id,
                metric_values.period_grain,
                case
                    when metric_values.period_grain = 'event'
                        then cast(date_trunc('month', metric_values.period_start) as date)
                    else metric_values.period_start
                end,
                metric_values.dimension
            order by
                metric_values.n,
                metric_values.dimension_value,
                metric_values.period_start
            rows between unbounded preceding and current row
        )

),

-- One hidden part could be had back from the total and the others, so the next smallest
-- hides with it, until two or more parts and the minimum n are hidden together.
suppressed as (

    select
        *,
        n < minimum_n
        or (smallest_n < minimum_n and (size_rank = 2 or smaller_n < minimum_n))
            as is_suppressed
    from ranked

)

select
    metric_id,
    period_grain,
    period_start,
    period_end,
    is_complete,
    dimension,
    dimension_value,
    case when not is_suppressed then value end as value,
    case when not is_suppressed then numerator end as numerator,
    case when not is_suppressed then denominator end as denominator,
    n,
    coverage,
    is_suppressed,
    definition_version
from suppressed
