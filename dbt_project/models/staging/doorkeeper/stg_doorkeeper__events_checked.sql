-- Every landed event row, cast and judged. Doorkeeper writes every time in UTC. It has no
-- field for a cancelled event: organisers write it in front of the title.
-- grain: one landed row

with landed as (

    select * from {{ source('doorkeeper', 'events') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as event_id,
        {{ filled_text('landed.title') }} as title,
        {{ filled_text('landed.public_url') }} as url,
        {{ filled_text('landed.starts_at') }} as started_text,
        {{ filled_text('landed.ends_at') }} as ended_text,
        {{ parse_timestamp('landed.starts_at', "'UTC'") }} as started_at,
        {{ parse_timestamp('landed.ends_at', "'UTC'") }} as ended_at,
        {{ parse_timestamp('landed.published_at', "'UTC'") }} as published_at,
        {{ parse_timestamp('landed.updated_at', "'UTC'") }} as updated_at,
        {{ filled_text('landed.venue_name') }} as venue,
        {{ filled_text('landed.address') }} as address,
        lower({{ compatible_text("concat_ws(' ', landed.address, landed.venue_name)") }})
            as place_key,
        try_cast(landed.lat as double) as latitude,
        try_cast(landed.long as double) as longitude,
        {{ filled_text('landed.group_id') }} as group_id,
        landed.ticket_limit as capacity,
        landed.participants as participant_count,
        landed.waitlisted as waitlisted_count,
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

placed as (

    select
        *,
        {{ local_date('started_at', 'timezone') }} as local_date,
        {{ prefecture_of('address') }} as prefecture,
        place_key = '' or {{ is_online_place('place_key') }} as is_online,
        {{ is_hybrid_place('place_key') }} as is_hybrid
    from converted

),

judged as (

    select
        *,
        case
            when is_hybrid or (is_online and prefecture is not null) then 'hybrid'
            when is_online then 'online'
            else 'offline'
        end as format,
        case
            when regexp_matches(
                lower({{ compatible_text('title') }}),
                '^[^a-z0-9ぁ-んァ-ヶ一-龠]*(開催)?(中止|延期|cancell?ed)'
            ) then 'cancelled'
            else 'scheduled'
        end as status,
        case
            when event_id is null then 'the event has no id'
            when title is null then 'the event has no title'
            when started_text is not null and started_at is null
                then 'starts_at is not a time: ' || started_text
            when ended_text is not null and ended_at is null
                then 'ends_at is not a time: ' || ended_text
            when not {{ is_plausible_date('local_date', 'as_of_date') }}
                then 'starts_at lies outside 1990 and three years ahead: ' || started_text
        end as _reason
    from placed

)

select
    event_id,
    title,
    url,
    started_at,
    ended_at,
    local_date,
    published_at,
    updated_at,
    status,
    format,
    venue,
    address,
    prefecture,
    latitude,
    longitude,
    group_id,
    capacity,
    participant_count,
    waitlisted_count,
    mentioned_urls,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['event_id']) }} as _row_status
from judged
