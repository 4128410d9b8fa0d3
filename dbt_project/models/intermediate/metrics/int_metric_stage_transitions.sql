-- Metric 32: members who went from one stage to another between two month ends, over those
-- in the first, for the last 13 months. Who became known in the month came from no stage.
-- grain: period_start, dimension_value
{{ config(materialized='view') }}

select
    'stage_transition' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'transition' as dimension,
    transitions.from_stage || ' > ' || transitions.to_stage as dimension_value,
    transitions.members / cast(transitions.members_from as double) as value,
    cast(transitions.members as double) as numerator,
    cast(transitions.members_from as double) as denominator,
    transitions.members_from as n,
    population.coverage
from {{ ref('stage_transitions') }} as transitions
inner join {{ ref('int_metric_periods') }} as months
    on
        transitions.month = months.period_start
        and months.period_grain = 'month'
inner join {{ ref('int_metric_population') }} as population
    on
        months.period_start = population.period_start
        and population.period_grain = 'month'
where months.is_recent and transitions.from_stage <> 'unknown'
