-- Registrations of the universal import: the newest version of each application.
-- grain: source, event_id, account_id, role, registered_at
select
    source,
    event_id,
    account_id,
    status,
    role,
    registered_at,
    cancelled_at,
    attended,
    attended_at,
    minutes_attended,
    referrer_account_id,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__registrations_checked') }}
where _row_status = 'staged'
