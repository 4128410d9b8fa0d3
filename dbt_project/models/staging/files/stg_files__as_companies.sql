-- Companies of the universal import in the shape of int_companies, and those that only a
-- contract of the same list names.
-- grain: company_id
with companies as (

    select * from {{ ref('stg_files__companies') }}

),

listed as (

    select
        connector || ':' || company_id as company_id,
        connector as source,
        name,
        corporate_number,
        domain,
        cast(null as string) as prefecture,
        industry,
        is_customer,
        contract_status,
        products,
        connector
    from companies

),

under_contract as (

    select
        company_id,
        connector,
        max(company_name) as name,
        max(corporate_number) as corporate_number
    from {{ ref('stg_files__contracts') }}
    where
        company_id like connector || ':%'
        and company_id not in (select listed.company_id from listed)
    group by company_id, connector

)

select
    *,
    false as is_of_contract
from listed

union all

select
    company_id,
    connector as source,
    name,
    corporate_number,
    cast(null as string) as domain,
    cast(null as string) as prefecture,
    cast(null as string) as industry,
    true as is_customer,
    cast(null as string) as contract_status,
    cast(null as string) as products,
    connector,
    true as is_of_contract
from under_contract
