-- Merges of contacts and leads, and leads that became contacts, in the shape of
-- int_account_links.
-- grain: account_id_a, account_id_b, evidence
with links as (

    select
        contact_id as from_id,
        master_contact_id as to_id
    from {{ ref('stg_salesforce__contacts') }}

    union all

    select
        lead_id as from_id,
        coalesce(converted_contact_id, master_lead_id) as to_id
    from {{ ref('stg_salesforce__leads') }}

)

select
    'salesforce:' || links.from_id as account_id_a,
    'salesforce:' || links.to_id as account_id_b,
    'crm_merge' as evidence,
    cast(1 as bigint) as n
from links
inner join {{ ref('stg_salesforce__as_accounts') }} as accounts
    on 'salesforce:' || links.to_id = accounts.account_id
where links.from_id <> links.to_id
