-- Users of the CRM to whom records are assigned.
-- grain: user_id
select
    user_id,
    name,
    email,
    is_active,
    user_type,
    created_at,
    updated_at,
    _observed_at as observed_at
from {{ ref('stg_salesforce__users_checked') }}
where _row_status = 'staged'
