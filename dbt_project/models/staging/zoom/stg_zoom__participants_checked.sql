-- Every landed stay in a meeting, cast and judged.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('zoom', 'participants') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.meeting_uuid') }} as meeting_uuid,
        {{ filled_text('landed.user_id') }} as stay_number,
        coalesce(
            {{ filled_text('landed.participant_user_id') }}, {{ filled_text('landed.id') }}
        ) as zoom_user_id,
        {{ filled_text('landed.name') }} as name,
        lower({{ filled_text('landed.user_email') }}) as email,
        {{ filled_text('landed.registrant_id') }} as registrant_id,
        {{ filled_text('landed.join_time') }} as joined_text,
        {{ filled_text('landed.leave_time') }} as left_text,
        {{ parse_timestamp('landed.join_time', "'UTC'") }} as joined_at,
        {{ parse_timestamp('landed.leave_time', "'UTC'") }} as left_at,
        landed.duration as seconds,
        coalesce({{ filled_text('landed.status') }}, 'in_meeting') as status,
        landed.internal_user as is_internal,
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
        case
            when meeting_uuid is null then 'the stay has no meeting'
            when coalesce(email, name, registrant_id) is null
                then 'the stay names nobody'
            when joined_at is null
                then 'join_time is not a time: ' || coalesce(joined_text, 'empty')
            when left_at is null
                then 'leave_time is not a time: ' || coalesce(left_text, 'empty')
            when left_at < joined_at
                then 'leave_time is before join_time: ' || left_text
            when not {{ is_plausible_date(local_date('joined_at', 'timezone'), 'as_of_date') }}
                then 'join_time lies outside 1990 and three years ahead: ' || joined_text
        end as _reason
    from converted

)

select
    meeting_uuid,
    stay_number,
    zoom_user_id,
    name,
    email,
    registrant_id,
    joined_at,
    left_at,
    seconds,
    status,
    is_internal,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['meeting_uuid', 'stay_number', 'name', 'joined_at', 'status']) }}
        as _row_status
from judged
