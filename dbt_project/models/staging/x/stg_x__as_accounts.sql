-- X accounts in the shape of int_accounts. The handle may change, the id does not.
-- grain: account_id
select
    'x:' || user_id as account_id,
    'x' as source,
    user_id as source_account_id,
    handle,
    display_name,
    cast(null as string) as name_kana,
    cast(null as string) as email,
    false as email_is_verified,
    cast(null as string) as company_name,
    cast(null as string) as department,
    cast(null as string) as title,
    cast(null as string) as prefecture,
    profile_urls,
    -- when the account was made says nothing about when this community first saw it
    cast(null as {{ var('timestamp_type') }}) as first_seen_at,
    cast(null as string) as crm_contact_id,
    false as is_bot,
    false as is_internal,
    cast(null as boolean) as has_email_consent,
    cast(null as string) as email_purpose
from {{ ref('stg_x__users') }}
