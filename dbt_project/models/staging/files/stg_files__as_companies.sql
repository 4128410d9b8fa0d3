-- Companies of the universal import in the shape of int_companies.
-- grain: company_id
select
    'files:' || company_id as company_id,
    'files' as source,
    name,
    corporate_number,
    domain,
    industry,
    is_customer,
    contract_status,
    products
from {{ ref('stg_files__companies') }}
