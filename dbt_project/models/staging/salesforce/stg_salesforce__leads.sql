-- People who may become contacts: the newest version of each; a converted one names its contact.
-- grain: lead_id
select
    lead_id,
    master_lead_id,
    first_name,
    last_name,
    email,
    company_name,
    title,
    state,
    status,
    lead_source,
    has_opted_out_of_email,
    is_converted,
    converted_date,
    converted_contact_id,
    converted_company_id,
    converted_opportunity_id,
    owner_id,
    custom_fields,
    is_deleted,
    created_at,
    updated_at,
    _observed_at as observed_at
from {{ ref('stg_salesforce__leads_checked') }}
where _row_status = 'staged'
