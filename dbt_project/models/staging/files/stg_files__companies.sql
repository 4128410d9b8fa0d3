-- Companies of the universal import: the newest version of each.
-- grain: connector, company_id
select
    company_id,
    name,
    corporate_number,
    domain,
    industry,
    is_customer,
    contract_status,
    products,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__companies_checked') }}
where _row_status = 'staged'
