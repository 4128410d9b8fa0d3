-- Every landed event row, cast and judged. connpass writes every time with +09:00.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    select * from {{ source('connpass', 'events') }}
    where {{ is_complete_load() }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.id') }} as event_id,
        {{ filled_text('landed.title') }} as title,
        {{ filled_text('landed.catch') }} as catch_phrase,
        {{ filled_text('landed.url') }} as url,
        {{ filled_text("ltrim(landed.hash_tag, '#')") }} as hashtag,
        landed.started_at as started_text,
        landed.ended_at as ended_text,
        {{ parse_timestamp('landed.started_at', "'Asia/Tokyo'") }} as started_at,
        {{ parse_timestamp('landed.ended_at', "'Asia/Tokyo'") }} as ended_at,
        {{ parse_timestamp('landed.published_at', "'Asia/Tokyo'") }} as published_at,
        landed.capacity,
        landed.event_type,
        landed.open_status,
        {{ filled_text('landed.group_id') }} as group_id,
        {{ filled_text('landed.group_subdomain') }} as group_subdomain,
        {{ filled_text('landed.group_title') }} as group_title,
        {{ filled_text('landed.address') }} as address,
        {{ filled_text('landed.place') }} as place,
        lower({{ compatible_text("concat_ws(' ', landed.address, landed.place)") }})
            as place_key,
        try_cast(landed.lat as double) as latitude,
        try_cast(landed.lon as double) as longitude,
        {{ filled_text('landed.owner_id') }} as owner_id,
        {{ filled_text('landed.owner_nickname') }} as owner_nickname,
        {{ filled_text('landed.owner_display_name') }} as owner_display_name,
        landed.accepted as accepted_count,
        landed.waiting as waiting_count,
        {{ parse_timestamp('landed.updated_at', "'Asia/Tokyo'") }} as updated_at,
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
        {{ is_online_place('place_key') }} as is_online,
        {{ is_hybrid_place('place_key') }} as is_hybrid
    from converted

),

judged as (

    select
        *,
        case
            when is_hybrid or (is_online and prefecture is not null) then 'hybrid'
            when is_online then 'online'
            when place_key <> '' then 'offline'
        end as format,
        case when open_status = 'cancelled' then 'cancelled' else 'scheduled' end as status,
        case
            when event_id is null then 'the event has no id'
            when title is null then 'the event has no title'
            when started_text is not null and started_at is null
                then 'started_at is not a time: ' || started_text
            when ended_text is not null and ended_at is null
                then 'ended_at is not a time: ' || ended_text
            when not {{ is_plausible_date('local_date', 'as_of_date') }}
                then 'started_at lies outside 1990 and three years ahead: ' || started_text
        end as _reason
    from placed

)

select
    event_id,
    title,
    catch_phrase,
    url,
    hashtag,
    started_at,
    ended_at,
    local_date,
    published_at,
    capacity,
    event_type,
    open_status,
    status,
    group_id,
    group_subdomain,
    group_title,
    format,
    address,
    place,
    prefecture,
    latitude,
    longitude,
    owner_id,
    owner_nickname,
    owner_display_name,
    accepted_count,
    waiting_count,
    updated_at,
    mentioned_urls,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['event_id']) }} as _row_status
from judged
