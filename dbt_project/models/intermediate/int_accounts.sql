-- Every account any source tells of, and those that only take part in a registration or
-- an activity (source_table says where they were seen). Where a platform and an imported
-- file tell of one account, the platform's word comes first and the file fills the gaps.
-- grain: account_id
{%- set sources = [
    'files',
] %}

with stacked as (

    {%- for source in sources %}
    select
        account_id, source, source_account_id, handle, display_name, name_kana, email,
        email_is_verified, company_name, department, title, prefecture, profile_urls,
        first_seen_at, crm_contact_id, is_bot, is_internal, has_email_consent,
        '{{ source }}' <> 'files' as is_own
    from {{ ref('stg_' ~ source ~ '__as_accounts') }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}

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
        {{ own_first('has_email_consent') }} as has_email_consent
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

only_seen as (

    select
        seen.account_id,
        max(seen.source) as source,
        min(seen.source_table) as source_table,
        min(seen.seen_at) as first_seen_at
    from seen
    left join listed on seen.account_id = listed.account_id
    where listed.account_id is null
    group by seen.account_id

)

select
    account_id,
    source,
    source_account_id,
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
    crm_contact_id,
    coalesce(is_bot, false) as is_bot,
    coalesce(is_internal, false) as is_internal,
    has_email_consent,
    'accounts' as source_table
from listed

union all

select
    account_id,
    source,
    substr(account_id, length(source) + 2) as source_account_id,
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
    first_seen_at,
    cast(null as string) as crm_contact_id,
    false as is_bot,
    false as is_internal,
    cast(null as boolean) as has_email_consent,
    source_table
from only_seen
