-- Registrations of the universal import in the shape of int_registrations.
-- grain: event_id, account_id, role, application_id
select
    source,
    source || ':' || event_id as event_id,
    source || ':' || account_id as account_id,
    cast(registered_at as string) as application_id,
    status,
    role,
    registered_at,
    cancelled_at,
    attended,
    attended_at,
    minutes_attended,
    source || ':' || referrer_account_id as referrer_account_id,
    observed_at,
    connector
from {{ ref('stg_files__registrations') }}
