-- People in the CRM: the newest version of each, deleted and merged ones included.
-- grain: contact_id
select
    contact_id,
    master_contact_id,
    company_id,
    first_name,
    last_name,
    email,
    title,
    department,
    has_opted_out_of_email,
    lead_source,
    state,
    owner_id,
    custom_fields,
    is_deleted,
    created_at,
    updated_at,
    _observed_at as observed_at
from {{ ref('stg_salesforce__contacts_checked') }}
where _row_status = 'staged'
