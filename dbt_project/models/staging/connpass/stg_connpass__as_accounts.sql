-- connpass nicknames in the shape of int_accounts: whoever has a profile, an application,
-- a presentation or a timeline. Address and company are what the person answered last.
-- A person who left connpass is an account per application: nobody can tell who it was.
-- grain: account_id
with mentions as (

    select
        account_id as nickname,
        display_name,
        email,
        company_name,
        is_withdrawn,
        coalesce(updated_at, observed_at) as mentioned_at,
        reception_no
    from {{ ref('stg_connpass__participants') }}

    union all

    select
        speaker_nickname as nickname,
        cast(null as string) as display_name,
        cast(null as string) as email,
        cast(null as string) as company_name,
        false as is_withdrawn,
        cast(null as {{ var('timestamp_type') }}) as mentioned_at,
        cast(null as string) as reception_no
    from {{ ref('stg_connpass__presentations') }}

    union all

    select
        nickname,
        display_name,
        cast(null as string) as email,
        cast(null as string) as company_name,
        false as is_withdrawn,
        cast(null as {{ var('timestamp_type') }}) as mentioned_at,
        cast(null as string) as reception_no
    from {{ ref('stg_connpass__users') }}

    union all

    select distinct
        nickname,
        cast(null as string) as display_name,
        cast(null as string) as email,
        cast(null as string) as company_name,
        false as is_withdrawn,
        cast(null as {{ var('timestamp_type') }}) as mentioned_at,
        cast(null as string) as reception_no
    from {{ ref('stg_connpass__user_events') }}

),

ordered as (

    select
        *,
        row_number() over (
            partition by nickname
            order by mentioned_at desc nulls last, reception_no desc nulls last, display_name
        ) as recency
    from mentions

),

accounts as (

    select
        nickname,
        bool_or(is_withdrawn) as is_withdrawn,
        min_by(display_name, recency) filter (where display_name is not null)
            as display_name,
        min_by(email, recency) filter (where email is not null) as email,
        min_by(company_name, recency) filter (where company_name is not null)
            as company_name
    from ordered
    group by nickname

),

profiles as (

    select
        nickname,
        max(display_name) as display_name,
        max(profile_urls) as profile_urls
    from {{ ref('stg_connpass__users') }}
    group by nickname

)

select
    'connpass:' || accounts.nickname as account_id,
    'connpass' as source,
    accounts.nickname as source_account_id,
    case when not accounts.is_withdrawn then accounts.nickname end as handle,
    case
        when not accounts.is_withdrawn
            then coalesce(profiles.display_name, accounts.display_name)
    end as display_name,
    cast(null as string) as name_kana,
    accounts.email,
    false as email_is_verified,
    accounts.company_name,
    cast(null as string) as department,
    cast(null as string) as title,
    cast(null as string) as prefecture,
    profiles.profile_urls,
    -- when the nickname was made says nothing about when this community first saw it
    cast(null as {{ var('timestamp_type') }}) as first_seen_at,
    cast(null as string) as crm_contact_id,
    false as is_bot,
    false as is_internal,
    cast(null as boolean) as has_email_consent,
    cast(null as string) as email_purpose
from accounts
left join profiles on accounts.nickname = profiles.nickname
