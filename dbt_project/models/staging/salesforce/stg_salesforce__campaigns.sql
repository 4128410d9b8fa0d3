-- Campaigns: the newest version of each, deleted ones included.
-- grain: campaign_id
select
    campaign_id,
    name,
    type,
    status,
    is_active,
    parent_campaign_id,
    start_date,
    end_date,
    is_deleted,
    created_at,
    updated_at,
    _observed_at as observed_at
from {{ ref('stg_salesforce__campaigns_checked') }}
where _row_status = 'staged'
