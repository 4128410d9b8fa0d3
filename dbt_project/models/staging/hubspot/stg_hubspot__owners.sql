-- Users of the CRM to whom records are assigned.
-- grain: owner_id
select
    owner_id,
    email,
    first_name,
    last_name,
    user_id,
    owner_type,
    teams,
    is_archived,
    _observed_at as observed_at
from {{ ref('stg_hubspot__owners_checked') }}
where _row_status = 'staged'
