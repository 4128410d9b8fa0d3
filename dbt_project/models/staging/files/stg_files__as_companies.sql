-- Companies of the universal import in the shape of int_companies.
-- grain: company_id
select
    connector || ':' || company_id as company_id,
    connector as source,
    name,
    corporate_number,
    domain,
    industry,
    is_customer,
    contract_status,
    products,
    connector
from {{ ref('stg_files__companies') }}
