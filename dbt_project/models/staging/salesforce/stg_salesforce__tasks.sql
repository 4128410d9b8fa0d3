-- What was done or is to be done for a contact or lead: the newest version of each.
-- grain: task_id
select
    task_id,
    who_id,
    account_id,
    what_id,
    company_id,
    subject,
    status,
    is_completed,
    activity_date,
    completed_at,
    subtype,
    owner_id,
    is_deleted,
    created_at,
    updated_at,
    _observed_at as observed_at
from {{ ref('stg_salesforce__tasks_checked') }}
where _row_status = 'staged'
