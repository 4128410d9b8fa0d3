-- Who takes part in a deal: the newest version of each, deleted ones included.
-- grain: role_id
select
    role_id,
    opportunity_id,
    contact_id,
    role,
    is_primary,
    is_deleted,
    created_at,
    updated_at,
    _observed_at as observed_at
from {{ ref('stg_salesforce__opportunity_contact_roles_checked') }}
where _row_status = 'staged'
