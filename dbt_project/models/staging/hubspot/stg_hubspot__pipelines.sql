-- Stages of deal pipelines.
-- grain: pipeline_id, stage_id
select
    pipeline_id,
    pipeline_label,
    stage_id,
    stage_label,
    display_order,
    is_closed,
    probability,
    is_archived,
    _observed_at as observed_at
from {{ ref('stg_hubspot__pipelines_checked') }}
where _row_status = 'staged'
