-- Deals of the universal import in the shape of int_deals.
-- grain: deal_id
select
    connector || ':' || deal_id as deal_id,
    connector as source,
    connector || ':' || company_id as company_id,
    amount,
    currency,
    stage,
    created_date,
    closed_date,
    is_won,
    closed_date is not null or is_won is not null as is_closed,
    cast(null as string) as owner,
    connector
from {{ ref('stg_files__deals') }}
