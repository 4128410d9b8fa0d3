-- Registrants of meetings and webinars as last read.
-- grain: meeting_number, registrant_id
select
    meeting_number,
    registrant_id,
    email,
    display_name,
    company_name,
    job_title,
    industry,
    status,
    registered_at,
    answers,
    _observed_at as observed_at
from {{ ref('stg_zoom__registrants_checked') }}
where _row_status = 'staged'
