-- The channels read and those that comment, in the shape of int_accounts. An account is a
-- channel; the community's own ones are internal.
-- grain: account_id
with authors as (

    select
        author_channel_id as channel_id,
        author_handle as handle,
        author_name as title
    from {{ ref('stg_youtube__comments') }}
    where
        author_channel_id is not null
        and author_channel_id not in (
            select channels.channel_id from {{ ref('stg_youtube__channels') }} as channels
        )
    qualify row_number() over (
        partition by author_channel_id order by published_at desc, comment_id
    ) = 1

),

known as (

    select channel_id, handle, title, profile_urls, is_own
    from {{ ref('stg_youtube__channels') }}

    union all

    select channel_id, handle, title, cast(null as string) as profile_urls, false as is_own
    from authors

)

select
    'youtube:' || channel_id as account_id,
    'youtube' as source,
    channel_id as source_account_id,
    handle,
    title as display_name,
    cast(null as string) as name_kana,
    cast(null as string) as email,
    false as email_is_verified,
    cast(null as string) as company_name,
    cast(null as string) as department,
    cast(null as string) as title,
    cast(null as string) as prefecture,
    profile_urls,
    cast(null as {{ var('timestamp_type') }}) as first_seen_at,
    cast(null as string) as crm_contact_id,
    false as is_bot,
    is_own as is_internal,
    cast(null as boolean) as has_email_consent,
    cast(null as string) as email_purpose
from known
