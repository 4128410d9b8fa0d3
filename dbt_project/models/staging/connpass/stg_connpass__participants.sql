-- Applications for events, as the organiser exported them last.
-- grain: event_id, reception_no
select
    event_id,
    reception_no,
    account_id,
    nickname,
    is_withdrawn,
    display_name,
    ticket,
    role,
    status,
    registered_at,
    cancelled_at,
    attended,
    attended_at,
    member_since_date,
    comment,
    answers,
    email,
    company_name,
    updated_at,
    _observed_at as observed_at
from {{ ref('stg_connpass__participants_checked') }}
where _row_status = 'staged'
