-- Every landed account row, cast and judged.
-- grain: one landed row
{{ config(materialized='table') }}

with landed as (

    {{ landed_files('accounts') }}

),

parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

converted as (

    select
        {{ filled_text('landed.source') }} as source,
        {{ filled_text('landed.account_id') }} as account_id,
        {{ filled_text('landed.handle') }} as handle,
        {{ filled_text('landed.name') }} as display_name,
        {{ filled_text('landed.name_kana') }} as name_kana,
        lower({{ filled_text('landed.email') }}) as email,
        {{ parse_flag('landed.email_verified') }} as email_is_verified,
        {{ filled_text('landed.company') }} as company_name,
        {{ filled_text('landed.department') }} as department,
        {{ filled_text('landed.title') }} as title,
        {{ filled_text('landed.prefecture') }} as prefecture,
        {{ filled_text('landed.profile_urls') }} as profile_urls,
        {{ filled_text('landed.first_seen_at') }} as first_seen_text,
        {{ parse_timestamp('landed.first_seen_at', 'parameters.timezone') }}
            as first_seen_at,
        {{ parse_flag('landed.is_bot') }} as is_bot,
        {{ parse_flag('landed.is_internal') }} as is_internal,
        {{ filled_text('landed.email_consent') }} as email_consent_text,
        {{ parse_consent('landed.email_consent') }} as has_email_consent,
        lower({{ filled_text('landed.email_purpose') }}) as email_purpose,
        parameters.as_of_date,
        parameters.timezone,
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
            when source is null
                then 'source is empty: name the platform of the account'
            when account_id is null
                then 'account_id is empty: give the id the platform uses'
            when length(display_name) > 1000 or length(name_kana) > 1000
                then 'the name is longer than 1,000 characters: the line holds something else'
            when first_seen_text is not null and first_seen_at is null
                then 'first_seen_at is not a time: write 2026-04-01T19:00:00+09:00'
            when not {{ is_plausible_date(local_date('first_seen_at', 'timezone'), 'as_of_date') }}
                then 'first_seen_at lies outside 1990 and three years ahead: correct it'
            when email_consent_text is not null and has_email_consent is null
                then 'email_consent is neither true nor false: ' || email_consent_text
            when email_purpose not in ('any', 'event')
                then 'email_purpose is neither any nor event: ' || email_purpose
        end as _reason
    from converted

)

select
    source,
    account_id,
    handle,
    display_name,
    name_kana,
    email,
    email_is_verified,
    company_name,
    department,
    title,
    prefecture,
    profile_urls,
    first_seen_at,
    is_bot,
    is_internal,
    has_email_consent,
    email_purpose,
    _connector,
    _is_replaced,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['source', 'account_id'], '_is_replaced') }} as _row_status
from judged
