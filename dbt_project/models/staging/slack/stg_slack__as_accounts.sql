-- Slack users in the shape of int_accounts. Slack itself verifies addresses. Known since
-- the first message, be it that they joined a channel.
-- grain: account_id
with first_messages as (

    select
        user_id,
        min(sent_at) as first_seen_at
    from {{ ref('stg_slack__messages') }}
    group by user_id

)

select
    'slack:' || users.user_id as account_id,
    'slack' as source,
    users.user_id as source_account_id,
    users.handle,
    coalesce(users.real_name, users.display_name) as display_name,
    cast(null as string) as name_kana,
    users.email,
    users.email is not null and coalesce(users.is_email_confirmed, true)
        as email_is_verified,
    cast(null as string) as company_name,
    cast(null as string) as department,
    users.title,
    cast(null as string) as prefecture,
    users.profile_urls,
    first_messages.first_seen_at,
    cast(null as string) as crm_contact_id,
    users.is_bot,
    false as is_internal,
    cast(null as boolean) as has_email_consent,
    cast(null as string) as email_purpose
from {{ ref('stg_slack__users') }} as users
left join first_messages on users.user_id = first_messages.user_id
