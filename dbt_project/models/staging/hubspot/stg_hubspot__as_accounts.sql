-- CRM contacts in the shape of int_accounts. A contact that was merged into another one
-- names that one in crm_contact_id. Opting out refuses e-mail; not opting out says nothing.
-- grain: account_id
select
    'hubspot:' || contact_id as account_id,
    'hubspot' as source,
    contact_id as source_account_id,
    cast(null as string) as handle,
    {{ filled_text("concat_ws(' ', last_name, first_name)") }} as display_name,
    cast(null as string) as name_kana,
    email,
    false as email_is_verified,
    company_name,
    {{ json_text('custom_properties', 'department') }} as department,
    job_title as title,
    {{ json_text('custom_properties', 'prefecture') }} as prefecture,
    nullif(
        concat_ws(';', 'x:' || twitter_handle, {{ linked_profiles('website') }}), ''
    ) as profile_urls,
    created_at as first_seen_at,
    coalesce(merged_into_contact_id, contact_id) as crm_contact_id,
    false as is_bot,
    false as is_internal,
    case when has_opted_out_of_email then false end as has_email_consent,
    cast(null as string) as email_purpose
from {{ ref('stg_hubspot__contacts') }}
