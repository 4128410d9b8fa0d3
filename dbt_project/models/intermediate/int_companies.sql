-- Every company once: those sources tell of (CRM before imported files, field by field)
-- and those that are only named by people.
-- grain: company_id
with aliases as (

    select
        *,
        source <> 'files' as is_own
    from {{ ref('int_company_aliases') }}

),

told as (

    select
        company_id,
        case when bool_or(is_own) then min(source) filter (where is_own) else 'files' end
            as source,
        {{ own_first('name') }} as name,
        max(corporate_number) as corporate_number,
        {{ own_first('domain') }} as domain,
        {{ own_first('industry') }} as industry,
        bool_or(is_customer) as is_customer,
        {{ own_first('contract_status') }} as contract_status,
        {{ own_first('products') }} as products
    from aliases
    group by company_id

),

only_named as (

    select
        affiliations.company_id,
        max(affiliations.company_name) as name
    from {{ ref('int_account_affiliations') }} as affiliations
    left join told on affiliations.company_id = told.company_id
    where told.company_id is null
    group by affiliations.company_id

)

select
    company_id,
    source,
    name,
    corporate_number,
    domain,
    industry,
    is_customer,
    contract_status,
    products
from told

union all

select
    company_id,
    'named' as source,
    name,
    cast(null as string) as corporate_number,
    cast(null as string) as domain,
    cast(null as string) as industry,
    cast(null as boolean) as is_customer,
    cast(null as string) as contract_status,
    cast(null as string) as products
from only_named
