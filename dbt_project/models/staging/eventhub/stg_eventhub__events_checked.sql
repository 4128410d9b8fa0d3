-- Every landed event row, cast and judged. Times without an offset are local: EventHub's
-- own are not documented.
-- grain: one landed row

with landed as (

    select * from {{ source('eventhub', 'events') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.event_key') }} as event_id,
        {{ filled_text('landed.title') }} as title,
        {{ filled_text('landed.started_at') }} as started_text,
        {{ filled_text('landed.ended_at') }} as ended_text,
        {{ parse_timestamp('landed.started_at', 'parameters.timezone') }} as started_at,
        {{ parse_timestamp('landed.ended_at', 'parameters.timezone') }} as ended_at,
        {{ filled_text('landed.url') }} as url,
        {{ filled_text('landed.place') }} as place,
        {{ filled_text('landed.mentioned_urls') }} as mentioned_urls,
        parameters.as_of_date,
        parameters.timezone,
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
        {{ local_date('started_at', 'timezone') }} as local_date,
        case
            when event_id is null then 'the event has no key'
            when started_text is not null and started_at is null
                then 'started_at is not a time: ' || started_text
            when ended_text is not null and ended_at is null
                then 'ended_at is not a time: ' || ended_text
            when not {{ is_plausible_date(local_date('started_at', 'timezone'), 'as_of_date') }}
                then 'started_at lies outside 1990 and three years ahead: ' || started_text
        end as _reason
    from converted

)

select
    event_id,
    title,
    started_at,
    ended_at,
    local_date,
    url,
    place,
    mentioned_urls,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['event_id']) }} as _row_status
from judged
