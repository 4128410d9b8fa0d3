-- People in the CRM: the newest version of each, those merged into another one included.
-- grain: contact_id
select
    contacts.contact_id,
    contacts.email,
    contacts.additional_emails,
    contacts.first_name,
    contacts.last_name,
    contacts.company_name,
    contacts.job_title,
    contacts.twitter_handle,
    contacts.website,
    contacts.lifecycle_stage,
    contacts.owner_id,
    contacts.has_opted_out_of_email,
    contacts.custom_properties,
    contacts.is_archived,
    contacts.archived_at,
    merges.winner_id as merged_into_contact_id,
    contacts.created_at,
    contacts.updated_at,
    contacts._observed_at as observed_at
from {{ ref('stg_hubspot__contacts_checked') }} as contacts
left join {{ ref('stg_hubspot__merges') }} as merges
    on contacts.contact_id = merges.loser_id and merges.object_type = 'contact'
where contacts._row_status = 'staged'
