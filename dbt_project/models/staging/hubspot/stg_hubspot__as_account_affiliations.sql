-- Employers of the CRM in the shape of int_account_affiliations: the company a contact was
-- linked to (primary first), from the day the contact was made (first link seen) or the
-- day the link was seen (later ones); where there is no link, the company typed into each
-- version of the contact.
-- grain: account_id, company_id, company_name, valid_from, evidence
with contacts as (

    select * from {{ ref('stg_hubspot__contacts') }}

),

merged_companies as (

    select
        loser_id,
        winner_id
    from {{ ref('stg_hubspot__merges') }}
    where object_type = 'company'

),

links as (

    select
        associations.from_id as contact_id,
        'hubspot:' || coalesce(merged_companies.winner_id, associations.to_id) as company_id,
        cast(null as string) as company_name,
        associations._observed_at as told_at,
        max(case when associations.is_primary then 1 else 0 end) as primary_order
    from {{ ref('stg_hubspot__associations_checked') }} as associations
    left join merged_companies on associations.to_id = merged_companies.loser_id
    where
        associations._reason is null
        and not associations.is_archived
        and associations.from_type = 'contact'
        and associations.to_type = 'company'
    group by 1, 2, 4

),

primary_links as (

    select
        contact_id,
        company_id,
        company_name,
        told_at
    from links
    qualify row_number() over (
        partition by contact_id, told_at
        order by primary_order desc, company_id
    ) = 1

),

typed as (

    select
        versions.contact_id,
        cast(null as string) as company_id,
        versions.company_name,
        coalesce(versions.updated_at, versions._observed_at) as told_at
    from {{ ref('stg_hubspot__contacts_checked') }} as versions
    where
        versions._reason is null
        and versions.company_name is not null
        and versions.contact_id not in (select links.contact_id from links)

),

statements as (

    select * from primary_links
    union all
    select * from typed

),

compared as (

    select
        *,
        lag(coalesce(company_id, company_name)) over (
            partition by contact_id order by told_at, coalesce(company_id, company_name)
        ) as previous_company
    from statements

),

dated as (

    select
        compared.contact_id,
        compared.company_id,
        compared.company_name,
        case when compared.previous_company is null
            then coalesce(contacts.created_at, compared.told_at)
            else compared.told_at end as valid_from_at,
        compared.told_at
    from compared
    inner join contacts on compared.contact_id = contacts.contact_id
    where coalesce(compared.company_id, compared.company_name)
        <> coalesce(compared.previous_company, '')

)

select
    'hubspot:' || dated.contact_id as account_id,
    dated.company_name,
    dated.company_id,
    {{ local_date('dated.valid_from_at', 'parameters.timezone') }} as valid_from,
    cast(null as date) as valid_to,
    min(dated.told_at) as known_since,
    'crm' as evidence
from dated
cross join {{ ref('stg_run__parameters') }} as parameters
group by 1, 2, 3, 4
