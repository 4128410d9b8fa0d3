-- Contacts and leads in the shape of int_accounts. A contact that was merged into another
-- one, and a lead that became a contact, name that one in crm_contact_id. Opting out
-- refuses e-mail; not opting out says nothing.
-- grain: account_id
with people as (

    select
        contacts.contact_id as record_id,
        contacts.first_name,
        contacts.last_name,
        contacts.email,
        companies.name as company_name,
        contacts.department,
        contacts.title,
        contacts.state,
        contacts.custom_fields,
        contacts.created_at,
        contacts.has_opted_out_of_email
    from {{ ref('stg_salesforce__contacts') }} as contacts
    left join {{ ref('stg_salesforce__accounts') }} as companies
        on contacts.company_id = companies.company_id

    union all

    select
        lead_id as record_id,
        first_name,
        last_name,
        email,
        company_name,
        cast(null as string) as department,
        title,
        state,
        custom_fields,
        created_at,
        has_opted_out_of_email
    from {{ ref('stg_salesforce__leads') }}

)

select
    'salesforce:' || people.record_id as account_id,
    'salesforce' as source,
    people.record_id as source_account_id,
    cast(null as string) as handle,
    {{ filled_text("concat_ws(' ', last_name, first_name)") }} as display_name,
    {{ json_text('custom_fields', 'kana') }} as name_kana,
    email,
    false as email_is_verified,
    company_name,
    department,
    title,
    coalesce(
        {{ json_text('custom_fields', 'prefecture') }},
        case when regexp_matches(state, '[都道府県]$') then state end
    ) as prefecture,
    nullif(concat_ws(
        ';',
        'x:' || lower(ltrim({{ json_text('custom_fields', 'x') }}, '@')),
        {{ linked_profiles(json_text('custom_fields', 'website')) }}
    ), '') as profile_urls,
    created_at as first_seen_at,
    coalesce(merges.winner_id, people.record_id) as crm_contact_id,
    false as is_bot,
    false as is_internal,
    case when has_opted_out_of_email then false end as has_email_consent,
    cast(null as string) as email_purpose
from people
left join {{ ref('stg_salesforce__merges') }} as merges on people.record_id = merges.loser_id
