-- Deals in the CRM: the newest version of each, deleted ones included. The close date of an
-- open one is the day somebody hopes for.
-- grain: opportunity_id
select
    opportunity_id,
    company_id,
    name,
    amount,
    currency,
    stage,
    is_closed,
    case when is_closed then is_closed_won end as is_won,
    case when is_closed then close_date end as closed_date,
    case when not is_closed then close_date end as forecast_close_date,
    campaign_id,
    owner_id,
    custom_fields,
    is_deleted,
    created_at,
    updated_at,
    _observed_at as observed_at
from {{ ref('stg_salesforce__opportunities_checked') }}
where _row_status = 'staged'
