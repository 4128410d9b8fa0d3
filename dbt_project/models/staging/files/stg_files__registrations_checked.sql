-- Every landed registration row, cast and judged. One person may hold several places at
-- one event (speaker and lightning talk) and may apply again after cancelling: each role
-- and each application is a row of its own; a later file about the same one replaces it.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    {{ landed_files('registrations') }}

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
        {{ filled_text('account_id') }} as account_id,
        coalesce(lower({{ filled_text('status') }}), 'accepted') as status,
        coalesce(lower({{ filled_text('role') }}), 'attendee') as role,
        {{ filled_text('registered_at') }} as registered_text,
        {{ filled_text('cancelled_at') }} as cancelled_text,
        {{ filled_text('attended_at') }} as attended_at_text,
        {{ filled_text('attended') }} as attended_text,
        {{ parse_timestamp('registered_at', 'zone') }} as registered_at,
        {{ parse_timestamp('cancelled_at', 'zone') }} as cancelled_at,
        {{ parse_timestamp('attended_at', 'zone') }} as attended_at,
        {{ parse_flag('attended') }} as attended,
        {{ parse_count('minutes') }} as minutes_attended,
        {{ is_no_count('minutes') }} as has_unreadable_minutes,
        {{ filled_text('referrer_account_id') }} as referrer_account_id,
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
        case
            when source is null
                then 'source is empty: name the platform of the event'
            when event_id is null
                then 'event_id is empty: give the id the platform uses'
            when account_id is null
                then 'account_id is empty: give the id the platform uses'
            when status not in ('accepted', 'waitlisted', 'cancelled')
                then 'status is none of accepted, waitlisted, cancelled: ' || status
            when role not in ('attendee', 'speaker', 'lt', 'staff', 'organiser')
                then 'role is none of attendee, speaker, lt, staff, organiser: ' || role
            when has_unknown_zone
                then 'timezone is not known: write an IANA name such as Asia/Tokyo'
            when registered_text is not null and registered_at is null
                then 'registered_at is not a time: write 2026-04-01T19:00:00+09:00'
            when cancelled_text is not null and cancelled_at is null
                then 'cancelled_at is not a time: write 2026-04-01T19:00:00+09:00'
            when attended_at_text is not null and attended_at is null
                then 'attended_at is not a time: write 2026-04-01T19:00:00+09:00'
            when attended_text is not null and attended is null
                then 'attended is neither true nor false: leave it empty when unknown'
            when has_unreadable_minutes then 'minutes is not a whole number'
            when not {{ is_plausible_date(
                local_date('registered_at', 'default_zone'), 'as_of_date'
            ) }}
                then 'registered_at lies outside 1990 and three years ahead: correct it'
        end as _reason
    from converted

)

select
    source,
    event_id,
    account_id,
    status,
    role,
    registered_at,
    cancelled_at,
    attended,
    attended_at,
    minutes_attended,
    referrer_account_id,
    _connector,
    _is_replaced,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status([
        'source', 'event_id', 'account_id', 'role', 'registered_at',
    ], '_is_replaced') }} as _row_status
from judged
