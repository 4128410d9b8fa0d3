-- Stays in meetings and waiting rooms: one row for every time somebody joined.
-- grain: meeting_uuid, stay_number, name, joined_at, status
select
    meeting_uuid,
    stay_number,
    zoom_user_id,
    name,
    email,
    registrant_id,
    joined_at,
    left_at,
    seconds,
    status,
    is_internal,
    _observed_at as observed_at
from {{ ref('stg_zoom__participants_checked') }}
where _row_status = 'staged'
