-- Every landed row of pipelines, cast and judged.
-- grain: one landed row
with landed as (

    select * from {{ source('hubspot', 'pipelines') }}
    where {{ is_complete_load() }}

),

judged as (

    select
        pipeline_id,
        {{ filled_text('pipeline_label') }} as pipeline_label,
        stage_id,
        {{ filled_text('stage_label') }} as stage_label,
        display_order,
        coalesce({{ parse_flag('is_closed') }}, false) as is_closed,
        try_cast(probability as decimal(5, 4)) as probability,
        coalesce(archived, false) as is_archived,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id,
        case
            when pipeline_id is null or stage_id is null then 'the stage has no id'
            when probability is not null and try_cast(probability as decimal(5, 4)) is null
                then 'probability is not a number: ' || probability
        end as _reason
    from landed

)

select
    pipeline_id,
    pipeline_label,
    stage_id,
    stage_label,
    display_order,
    is_closed,
    probability,
    is_archived,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['pipeline_id', 'stage_id']) }} as _row_status
from judged
