-- Contacts and leads in campaigns: the newest version of each, deleted ones included.
-- grain: campaign_member_id
select
    campaign_member_id,
    campaign_id,
    lead_id,
    contact_id,
    account_id,
    status,
    has_responded,
    first_responded_date,
    is_deleted,
    created_at,
    updated_at,
    _observed_at as observed_at
from {{ ref('stg_salesforce__campaign_members_checked') }}
where _row_status = 'staged'
