-- Who worked where and when, as the universal import says.
-- grain: source, account_id, company_name, valid_from
select
    source,
    account_id,
    company_name,
    valid_from,
    valid_to,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__affiliations_checked') }}
where _row_status = 'staged'
