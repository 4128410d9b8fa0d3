-- Contracts of the universal import and of mapped files: the newest version of each.
-- grain: contract_id
select
    contract_id,
    company_id,
    source_company_id,
    company_name,
    corporate_number,
    product,
    is_cloud,
    start_date,
    end_date,
    annual_amount,
    currency,
    licences,
    status,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__contracts_checked') }}
where _row_status = 'staged'
