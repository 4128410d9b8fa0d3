-- Registered users of every event as last read.
-- grain: event_id, user_id
select
    event_id,
    user_id,
    account_id,
    email,
    display_name,
    name_kana,
    company_name,
    department,
    job_title,
    role,
    registration_type,
    ticket_id,
    status,
    attended,
    registered_at,
    updated_at,
    cancelled_at,
    answers,
    _observed_at as observed_at
from {{ ref('stg_eventhub__users_checked') }}
where _row_status = 'staged'
