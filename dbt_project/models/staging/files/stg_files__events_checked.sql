-- Every landed event row, cast and judged. An event without a day is kept: it has
-- people, only its activities have no date. A format nobody knows is left empty: it is no
-- reason to lose the event.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    {{ landed_files('events') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

zoned as (

    select
        landed.*,
        parameters.as_of_date,
        parameters.timezone as default_zone,
        {{ is_unknown_timezone('landed.timezone') }} as has_unknown_zone,
        {{ known_timezone('landed.timezone', 'parameters.timezone') }} as zone
    from landed
    cross join parameters

),

converted as (

    select
        {{ filled_text('source') }} as source,
        {{ filled_text('event_id') }} as event_id,
        {{ filled_text('title') }} as title,
        {{ filled_text('started_at') }} as started_text,
        {{ filled_text('ended_at') }} as ended_text,
        {{ is_date_only('started_at') }} as is_date_only,
        case
            when {{ is_date_only('started_at') }}
                then {{ start_of_day(parse_date('started_at'), 'default_zone') }}
            else {{ parse_timestamp('started_at', 'zone') }}
        end as started_at,
        case
            when {{ is_date_only('ended_at') }}
                then {{ end_of_day(parse_date('ended_at'), 'default_zone') }}
            else {{ parse_timestamp('ended_at', 'zone') }}
        end as ended_at,
        {{ event_format('format') }} as format,
        {{ filled_text('place') }} as place,
        {{ filled_text('prefecture') }} as prefecture,
        {{ parse_count('prefecture_code') }} as prefecture_code,
        {{ filled_text('working_group') }} as working_group,
        {{ filled_text('hashtag') }} as hashtag,
        {{ filled_text('url') }} as url,
        {{ parse_count('capacity') }} as capacity,
        {{ parse_count('accepted_reported') }} as accepted_reported,
        {{ parse_count('attended_reported') }} as attended_reported,
        {{ parse_count('attendance_target') }} as attendance_target,
        {{ parse_count('cost_jpy') }} as cost_jpy,
        {{ filled_text('mentioned_urls') }} as mentioned_urls,
        {{ event_status('status') }} as status,
        {{ filled_text('status') }} as status_text,
        concat_ws(
            ' ',
            case when {{ is_no_count('capacity') }} then 'capacity' end,
            case when {{ is_no_count('accepted_reported') }} then 'accepted_reported' end,
            case when {{ is_no_count('attended_reported') }} then 'attended_reported' end,
            case when {{ is_no_count('attendance_target') }} then 'attendance_target' end,
            case when {{ is_no_count('cost_jpy') }} then 'cost_jpy' end
        ) as unreadable_counts,
        has_unknown_zone,
        default_zone,
        as_of_date,
        _connector,
        _is_replaced,
        _observed_at,
        _row_hash,
        _source_file,
        _source_line,
        _dlt_load_id
    from zoned

),

judged as (

    select
        *,
        {{ local_date('started_at', 'default_zone') }} as local_date,
        case
            when source is null
                then 'source is empty: name the platform of the event'
            when event_id is null
                then 'event_id is empty: give the id the platform uses'
            when title is null then 'title is empty: give the event its title'
            when has_unknown_zone
                then 'timezone is not known: write an IANA name such as Asia/Tokyo'
            when started_text is not null and started_at is null
                then 'started_at is not a time: write 2026-04-01T19:00:00+09:00'
            when ended_text is not null and ended_at is null
                then 'ended_at is not a time: write 2026-04-01T21:00:00+09:00'
            when not {{ is_plausible_date(local_date('started_at', 'default_zone'), 'as_of_date') }}
                then 'started_at lies outside 1990 and three years ahead: correct it'
            when unreadable_counts <> ''
                then 'not a whole number: ' || unreadable_counts
            when status_text is not null and status is null
                then 'status is neither scheduled nor cancelled: ' || status_text
        end as _reason
    from converted

)

select
    source,
    event_id,
    title,
    started_at,
    ended_at,
    local_date,
    is_date_only,
    format,
    place,
    prefecture,
    prefecture_code,
    working_group,
    hashtag,
    url,
    capacity,
    accepted_reported,
    attended_reported,
    attendance_target,
    cost_jpy,
    status,
    mentioned_urls,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['source', 'event_id'], '_is_replaced') }} as _row_status
from judged
