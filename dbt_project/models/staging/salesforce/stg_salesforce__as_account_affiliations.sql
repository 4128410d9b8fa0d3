-- Employers of the CRM in the shape of int_account_affiliations: the account of each version
-- of a contact, the company typed into each version of a lead, from the day the record was
-- made (first one) or changed (later ones).
-- grain: account_id, company_id, company_name, valid_from, evidence
with statements as (

    select
        'salesforce:' || versions.contact_id as account_id,
        'salesforce:' || coalesce(merged.winner_id, versions.company_id) as company_id,
        cast(null as string) as company_name,
        versions.created_at,
        coalesce(versions.updated_at, versions._observed_at) as told_at
    from {{ ref('stg_salesforce__contacts_checked') }} as versions
    left join {{ ref('stg_salesforce__merges') }} as merged
        on versions.company_id = merged.loser_id
    where versions._reason is null and versions.company_id is not null

    union all

    select
        'salesforce:' || lead_id as account_id,
        cast(null as string) as company_id,
        company_name,
        created_at,
        coalesce(updated_at, _observed_at) as told_at
    from {{ ref('stg_salesforce__leads_checked') }}
    where _reason is null and company_name is not null

),

compared as (

    select
        *,
        lag(coalesce(company_id, company_name)) over (
            partition by account_id order by told_at, coalesce(company_id, company_name)
        ) as previous_company
    from statements

)

select
    compared.account_id,
    compared.company_name,
    compared.company_id,
    {{ local_date(
        "case when compared.previous_company is null
            then coalesce(compared.created_at, compared.told_at)
            else compared.told_at end",
        'parameters.timezone'
    ) }} as valid_from,
    cast(null as date) as valid_to,
    min(compared.told_at) as known_since,
    'crm' as evidence
from compared
cross join {{ ref('stg_run__parameters') }} as parameters
where
    coalesce(compared.company_id, compared.company_name)
    <> coalesce(compared.previous_company, '')
group by 1, 2, 3, 4
