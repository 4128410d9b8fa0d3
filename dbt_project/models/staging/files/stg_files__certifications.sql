-- Certificates that people earned: the newest version of each.
-- grain: certification, earned_date, account_id, email, employee_id, name
select
    certification,
    earned_date,
    account_id,
    email,
    name,
    employee_id,
    department,
    expires_date,
    training_cost,
    currency,
    _connector as connector,
    _observed_at as observed_at
from {{ ref('stg_files__certifications_checked') }}
where _row_status = 'staged'
