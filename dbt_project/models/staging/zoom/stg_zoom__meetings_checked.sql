-- Every landed instance of a meeting or webinar, cast and judged. Zoom writes every time in
-- UTC. A number that is used once is one event, restarts included; one that is used again
-- and again (recurring: 3, 6, 8, 9; personal room: 4) is an event a local day.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('zoom', 'meetings') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.uuid') }} as uuid,
        {{ filled_text('landed.id') }} as meeting_number,
        landed.type as meeting_type,
        {{ filled_text('landed.topic') }} as topic,
        lower({{ filled_text('landed.user_email') }}) as host_email,
        {{ filled_text('landed.user_name') }} as host_name,
        {{ filled_text('landed.start_time') }} as started_text,
        {{ filled_text('landed.end_time') }} as ended_text,
        {{ parse_timestamp('landed.start_time', "'UTC'") }} as started_at,
        {{ parse_timestamp('landed.end_time', "'UTC'") }} as ended_at,
        landed.duration as minutes,
        landed.participants_count as participant_count,
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

placed as (

    select
        *,
        {{ local_date('started_at', 'timezone') }} as local_date,
        meeting_type in (3, 4, 6, 8, 9) as is_recurring
    from converted

),

judged as (

    select
        *,
        case
            when is_recurring then meeting_number || '-' || cast(local_date as string)
            else meeting_number
        end as event_id,
        case
            when uuid is null then 'the meeting has no uuid'
            when meeting_number is null then 'the meeting has no id'
            when started_at is null
                then 'start_time is not a time: ' || coalesce(started_text, 'empty')
            when ended_text is not null and ended_at is null
                then 'end_time is not a time: ' || ended_text
            when not {{ is_plausible_date('local_date', 'as_of_date') }}
                then 'start_time lies outside 1990 and three years ahead: ' || started_text
        end as _reason
    from placed

)

select
    uuid,
    event_id,
    meeting_number,
    meeting_type,
    is_recurring,
    topic,
    host_email,
    host_name,
    started_at,
    ended_at,
    local_date,
    minutes,
    participant_count,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['uuid']) }} as _row_status
from judged
