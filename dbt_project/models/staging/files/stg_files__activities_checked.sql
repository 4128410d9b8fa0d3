-- Every landed activity row, cast and judged. A row without a time takes the start of its
-- event, whichever source told us of that event; without either it is quarantined.
-- A row is superseded by a newer version of the same id, and by another row about the
-- same thing: same account, type and object_key.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    {{ landed_files('activities') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

events as (

    select
        source,
        source_event_id,
        started_at,
        local_date
    from {{ ref('int_events') }}

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
        {{ filled_text('activity_id') }} as activity_id,
        {{ filled_text('account_id') }} as account_id,
        lower({{ filled_text('activity_type') }}) as activity_type,
        {{ filled_text('occurred_at') }} as occurred_text,
        case
            when {{ is_date_only('occurred_at') }}
                then {{ start_of_day(parse_date('occurred_at'), 'default_zone') }}
            else {{ parse_timestamp('occurred_at', 'zone') }}
        end as own_time,
        {{ filled_text('event_id') }} as event_id,
        {{ filled_text('object_key') }} as object_key,
        {{ filled_text('url') }} as url,
        {{ filled_text('title') }} as title,
        {{ filled_text('parent_activity_id') }} as parent_activity_id,
        {{ parse_count('reactions') }} as reactions,
        {{ parse_count('impressions') }} as impressions,
        {{ is_no_count('reactions') }} or {{ is_no_count('impressions') }}
            as has_unreadable_counts,
        {{ filled_text(adapter.quote('group')) }} as working_group,
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

dated as (

    select
        converted.*,
        coalesce(converted.own_time, events.started_at) as occurred_at,
        case
            when converted.own_time is not null
                then {{ local_date('converted.own_time', 'converted.default_zone') }}
            else events.local_date
        end as local_date
    from converted
    left join events
        on
            converted.source = events.source
            and converted.event_id = events.source_event_id

),

judged as (

    select
        *,
        case
            when source is null
                then 'source is empty: name the platform of the activity'
            when activity_id is null
                then 'activity_id is empty: give each row an id that does not change'
            when account_id is null
                then 'account_id is empty: give the id the platform uses'
            when activity_type is null
                then 'activity_type is empty: name what happened (post, speak ...)'
            when has_unknown_zone
                then 'timezone is not known: write an IANA name such as Asia/Tokyo'
            when occurred_text is not null and own_time is null
                then 'occurred_at is not a time: write 2026-04-01T19:00:00+09:00'
            when occurred_at is null
                then 'no date: neither occurred_at nor an event with a start;'
                    || ' fill occurred_at, or started_at of the event'
            when not {{ is_plausible_date('local_date', 'as_of_date') }}
                then 'occurred_at lies outside 1990 and three years ahead: correct it'
            when has_unreadable_counts
                then 'reactions or impressions is not a whole number'
        end as _reason
    from dated

),

newest_versions as (

    select
        *,
        {{ row_status(['source', 'activity_id'], '_is_replaced') }} as _version_status
    from judged

),

one_per_thing as (

    select
        *,
        {{ row_status([
            '_version_status', 'source', 'account_id', 'activity_type',
            'coalesce(object_key, activity_id)',
        ]) }} as _thing_status
    from newest_versions

)

select
    source,
    activity_id,
    account_id,
    activity_type,
    occurred_at,
    local_date,
    event_id,
    object_key,
    url,
    title,
    parent_activity_id,
    working_group,
    reactions,
    impressions,
    _connector,
    _is_replaced,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    case when _version_status = 'staged' then _thing_status else _version_status end
        as _row_status
from one_per_thing
