-- Every landed referral, cast and judged. Where nothing says what the referrer is, an @
-- tells: in front it is a handle, within it is an address, without it is an account.
-- grain: one landed row
with landed as (

    {{ landed_files('referrals') }}

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
        {{ filled_text('source') }} || ':' || {{ filled_text('account_id') }}
            as account_id,
        {{ filled_text('referrer') }} as referrer_text,
        {{ filled_text('referrer_kind') }} as kind_text,
        coalesce(
            lower({{ filled_text('referrer_kind') }}),
            case
                when {{ filled_text('referrer') }} like '@%' then 'handle'
                when {{ filled_text('referrer') }} like '%@%' then 'email'
                else 'account_id'
            end
        ) as referrer_kind,
        {{ filled_text('referred_at') }} as referred_text,
        {{ parse_timestamp(japanese_time_as_iso(compatible_text('referred_at')), 'zone') }}
            as referred_at,
        {{ event_key('source', 'event_id') }} as event_id,
        {{ filled_text('evidence') }} as evidence,
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

keyed as (

    select
        *,
        case referrer_kind
            when 'email' then lower(referrer_text)
            when 'handle' then lower(ltrim(referrer_text, '@'))
            when 'account_id' then source || ':' || referrer_text
            else referrer_text
        end as referrer
    from converted

),

judged as (

    select
        *,
        case
            when source is null then 'source is empty: name the platform of the account'
            when account_id is null then 'account_id is empty: give the id the platform uses'
            when referrer is null then 'referrer is empty: say who brought the member'
            when referrer_kind not in ('account_id', 'email', 'handle', 'name')
                then 'referrer_kind is none of account_id, email, handle, name: '
                    || referrer_kind
            when referrer_kind = 'account_id' and referrer = account_id
                then 'the member is named as its own referrer'
            when has_unknown_zone
                then 'timezone is not known: write an IANA name such as Asia/Tokyo'
            when referred_text is not null and referred_at is null
                then 'referred_at is not a time: write 2026-04-01T19:00:00+09:00'
            when not {{ is_plausible_date(local_date('referred_at', 'default_zone'), 'as_of_date') }}
                then 'referred_at lies outside 1990 and three years ahead: correct it'
        end as _reason
    from keyed

)

select
    source,
    account_id,
    referrer,
    referrer_kind,
    referred_at,
    event_id,
    evidence,
    _connector,
    _observed_at,
    _source_file,
    _source_line,
    _dlt_load_id,
    _reason,
    {{ row_status(['account_id', 'referrer_kind', 'referrer'], '_is_replaced') }} as _row_status
from judged
