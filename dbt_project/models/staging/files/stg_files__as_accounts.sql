-- Accounts of the universal import in the shape of int_accounts.
-- grain: account_id
select
    source || ':' || account_id as account_id,
    source,
    account_id as source_account_id,
    handle,
    display_name,
    name_kana,
    email,
    coalesce(email_is_verified, false) as email_is_verified,
    company_name,
    department,
    title,
    prefecture,
    profile_urls,
    first_seen_at,
    cast(null as string) as crm_contact_id,
    is_bot,
    is_internal,
    has_email_consent,
    email_purpose,
    connector
from {{ ref('stg_files__accounts') }}
