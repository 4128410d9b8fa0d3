-- Every account any source tells of, and those that only take part in a registration or
-- an activity (source_table says where they were seen). Where a platform and an imported
-- file tell of one account, the platform's word comes first and the file fills the gaps.
-- first_seen_at is what the source says, else the first thing the account did here.
-- grain: account_id

with stacked as (

    select * from {{ ref('int_stacked_accounts') }}

),

listed as (

    select
        account_id,
        max(source) as source,
        max(source_account_id) as source_account_id,
        {{ own_first('handle') }} as handle,
        {{ own_first('display_name') }} as display_name,
        {{ own_first('name_kana') }} as name_kana,
        {{ own_first('email') }} as email,
        {{ own_first('company_name') }} as company_name,
        {{ own_first('department') }} as department,
        {{ own_first('title') }} as title,
        {{ own_first('prefecture') }} as prefecture,
        {{ own_first('profile_urls') }} as profile_urls,
        min(first_seen_at) as first_seen_at,
        max(crm_contact_id) as crm_contact_id,
        -- an address is verified when the source whose address we take says so
        {{ own_first('case when email is not null then email_is_verified end') }}
            as email_is_verified,
        bool_or(is_bot) as is_bot,
        bool_or(is_internal) as is_internal,
        {{ own_first('has_email_consent') }} as has_email_consent,
        {{ own_first('email_purpose') }} as email_purpose
    from stacked
    group by account_id

),

seen as (

    select
        account_id,
        source,
        source_table,
        occurred_at as seen_at
    from {{ ref('int_activities') }}

    union all

    select
        account_id,
        source,
        'registrations' as source_table,
        registered_at as seen_at
    from {{ ref('int_registrations') }}

),

first_seen as (

    select
        account_id,
        max(source) as source,
        min(source_table) as source_table,
        min(seen_at) as first_seen_at
    from seen
    group by account_id

)

select
    listed.account_id,
    listed.source,
    listed.source_account_id,
    listed.handle,
    listed.display_name,
    listed.name_kana,
    listed.email,
    coalesce(listed.email_is_verified, false) as email_is_verified,
    listed.company_name,
    listed.department,
    listed.title,
    listed.prefecture,
    listed.profile_urls,
    coalesce(listed.first_seen_at, first_seen.first_seen_at) as first_seen_at,
    listed.crm_contact_id,
    coalesce(listed.is_bot, false) as is_bot,
    coalesce(listed.is_internal, false) as is_internal,
    listed.has_email_consent,
    listed.email_purpose,
    'accounts' as source_table
from listed
left join first_seen on listed.account_id = first_seen.account_id

union all

select
    first_seen.account_id,
    first_seen.source,
    substr(first_seen.account_id, length(first_seen.source) + 2) as source_account_id,
    cast(null as string) as handle,
    cast(null as string) as display_name,
    cast(null as string) as name_kana,
    cast(null as string) as email,
    false as email_is_verified,
    cast(null as string) as company_name,
    cast(null as string) as department,
    cast(null as string) as title,
    cast(null as string) as prefecture,
    cast(null as string) as profile_urls,
    first_seen.first_seen_at,
    cast(null as string) as crm_contact_id,
    false as is_bot,
    false as is_internal,
    cast(null as boolean) as has_email_consent,
    cast(null as string) as email_purpose,
    first_seen.source_table
from first_seen
left join listed on first_seen.account_id = listed.account_id
where listed.account_id is null
