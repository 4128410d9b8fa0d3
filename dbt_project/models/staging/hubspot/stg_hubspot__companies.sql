-- Companies in the CRM: the newest version of each, those merged into another one included.
-- grain: company_id
select
    companies.company_id,
    companies.name,
    companies.domain,
    companies.industry,
    companies.country,
    companies.state,
    companies.city,
    companies.lifecycle_stage,
    companies.is_customer,
    companies.owner_id,
    companies.custom_properties,
    companies.is_archived,
    companies.archived_at,
    merges.winner_id as merged_into_company_id,
    companies.created_at,
    companies.updated_at,
    companies._observed_at as observed_at
from {{ ref('stg_hubspot__companies_checked') }} as companies
left join {{ ref('stg_hubspot__merges') }} as merges
    on companies.company_id = merges.loser_id and merges.object_type = 'company'
where companies._row_status = 'staged'
