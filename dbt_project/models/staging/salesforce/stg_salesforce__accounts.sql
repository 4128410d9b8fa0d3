-- Companies in the CRM: the newest version of each, deleted and merged ones included.
-- grain: company_id
select
    company_id,
    master_company_id,
    name,
    type,
    is_customer,
    parent_company_id,
    domain,
    industry,
    country,
    state,
    city,
    owner_id,
    custom_fields,
    is_deleted,
    created_at,
    updated_at,
    _observed_at as observed_at
from {{ ref('stg_salesforce__accounts_checked') }}
where _row_status = 'staged'
