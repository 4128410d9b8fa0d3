-- Accounts of the universal import: the newest version of each.
-- grain: source, account_id
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
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__accounts_checked') }}
where _row_status = 'staged'
