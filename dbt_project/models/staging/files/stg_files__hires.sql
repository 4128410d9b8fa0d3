-- People hired, with the channel that recruiting noted: the newest version of each.
-- grain: hire_id
select
    hire_id,
    hired_date,
    account_id,
    email,
    name,
    department,
    channel,
    referrer_email,
    is_community,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__hires_checked') }}
where _row_status = 'staged'
