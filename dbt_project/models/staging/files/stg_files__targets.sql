-- What is aimed at: the newest word on each.
-- grain: metric, period_start, period_end, dimension, dimension_value, event_id
select
    metric,
    period_start,
    period_end,
    target,
    dimension,
    dimension_value,
    event_id,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__targets_checked') }}
where _row_status = 'staged'
