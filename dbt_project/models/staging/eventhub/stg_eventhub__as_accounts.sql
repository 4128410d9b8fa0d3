-- EventHub accounts in the shape of int_accounts: one per e-mail over all events, with
-- what the person filled in last.
-- grain: account_id
with ordered as (

    select
        *,
        row_number() over (
            partition by account_id
            order by registered_at desc nulls last, event_id desc, user_id desc
        ) as recency
    from {{ ref('stg_eventhub__users') }}

)

select
    'eventhub:' || account_id as account_id,
    'eventhub' as source,
    account_id as source_account_id,
    cast(null as string) as handle,
    min_by(display_name, recency) filter (where display_name is not null) as display_name,
    min_by(name_kana, recency) filter (where name_kana is not null) as name_kana,
    max(email) as email,
    false as email_is_verified,
    min_by(company_name, recency) filter (where company_name is not null) as company_name,
    min_by(department, recency) filter (where department is not null) as department,
    min_by(job_title, recency) filter (where job_title is not null) as title,
    cast(null as string) as prefecture,
    cast(null as string) as profile_urls,
    min(registered_at) as first_seen_at,
    cast(null as string) as crm_contact_id,
    false as is_bot,
    false as is_internal,
    cast(null as boolean) as has_email_consent,
    'event' as email_purpose
from ordered
group by account_id
