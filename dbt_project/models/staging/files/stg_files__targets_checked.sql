-- Every landed target, cast and judged. 80% is 0.8.
-- grain: one landed row
with landed as (

    {{ landed_files('targets') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        lower({{ filled_text('landed.metric') }}) as metric,
        {{ filled_text('landed.period_start') }} as period_start_text,
        {{ parse_written_date('landed.period_start') }} as period_start,
        {{ filled_text('landed.period_end') }} as period_end_text,
        {{ parse_written_date('landed.period_end') }} as period_end,
        {{ filled_text('landed.target') }} as target_text,
        case
            when regexp_matches({{ compatible_text('landed.target') }}, '%$')
                then try_cast(
                    replace({{ compatible_text('landed.target') }}, '%', '') as decimal(18, 6)
                ) / 100
            else {{ parse_amount('landed.target') }}
        end as target,
        {{ filled_text('landed.dimension') }} as dimension,
        {{ filled_text('landed.dimension_value') }} as dimension_value,
        {{ filled_text('landed.event_id') }} as event_text,
        {{ event_key('landed.source', 'landed.event_id') }} as event_id,
        parameters.as_of_date,
        landed._connector,
        landed._is_replaced,
        landed._observed_at,
        landed._row_hash,
        landed._source_file,
        landed._source_line,
        landed._dlt_load_id
    from landed
    cross join parameters

),

judged as (

    select
        *,
        case
            when metric is null then 'metric is empty: name the metric aimed at'
            when period_start_text is null
                then 'period_start is empty: say when the period begins'
            {{ day_reasons('period_start', 'period_start_text', 'period_start') }}
            when period_end_text is not null and period_end is null
                then 'period_end is not a day: write 2027-03-31'
            when period_end < period_start then 'period_end lies before period_start'
            when target_text is null then 'target is empty: say what is aimed at'
            when target is null then 'target is not a number: ' || target_text
            when (dimension is null) <> (dimension_value is null)
                then 'dimension and dimension_value go together: fill both or none'
            when event_text is not null and event_id is null
                then 'source is empty: name the platform of the event, or write connpass:123'
        end as _reason
    from converted

)

select
    metric,
    period_start,
    period_end,
    target,
    dimension,
    dimension_value,
    event_id,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status([
        'metric', 'period_start', 'period_end', 'dimension', 'dimension_value', 'event_id',
    ], '_is_replaced') }} as _row_status
from judged
