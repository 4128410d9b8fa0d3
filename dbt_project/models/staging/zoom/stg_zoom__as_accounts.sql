-- People of Zoom in the shape of int_accounts: by e-mail over all events, guests without one
-- by name in one event. Who renamed himself is shown as `shown (original)`. An address is
-- verified when its owner was logged in.
-- grain: account_id
with told as (

    select
        account_id,
        email,
        coalesce(nullif(regexp_extract(name, ' [(]([^()]+)[)]$', 1), ''), name) as name,
        name as shown_name,
        cast(null as string) as registered_name,
        cast(null as string) as company_name,
        cast(null as string) as job_title,
        email is not null and zoom_user_id is not null as is_verified,
        is_internal,
        joined_at as told_at
    from {{ ref('stg_zoom__visits') }}

    union all

    select
        email as account_id,
        email,
        cast(null as string) as name,
        cast(null as string) as shown_name,
        display_name as registered_name,
        company_name,
        job_title,
        false as is_verified,
        false as is_internal,
        registered_at as told_at
    from {{ ref('stg_zoom__registrants') }}

)

select
    'zoom:' || account_id as account_id,
    'zoom' as source,
    account_id as source_account_id,
    max_by(shown_name, told_at) as handle,
    coalesce(max_by(registered_name, told_at), max_by(name, told_at)) as display_name,
    cast(null as string) as name_kana,
    max(email) as email,
    bool_or(is_verified) as email_is_verified,
    max_by(company_name, told_at) as company_name,
    cast(null as string) as department,
    max_by(job_title, told_at) as title,
    cast(null as string) as prefecture,
    cast(null as string) as profile_urls,
    -- who joins late was no newer than the meeting: what they did says when they were first seen
    cast(null as {{ var('timestamp_type') }}) as first_seen_at,
    cast(null as string) as crm_contact_id,
    false as is_bot,
    bool_or(is_internal) as is_internal,
    cast(null as boolean) as has_email_consent,
    'event' as email_purpose
from told
group by account_id
