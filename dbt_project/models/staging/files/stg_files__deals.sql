-- Deals of the universal import: the newest version of each.
-- grain: connector, deal_id
select
    deal_id,
    company_id,
    amount,
    currency,
    stage,
    created_date,
    closed_date,
    is_won,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__deals_checked') }}
where _row_status = 'staged'
