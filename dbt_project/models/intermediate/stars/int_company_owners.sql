-- Who in-house looks after a company, as the CRM says: owners of its records, by name.
-- grain: company_id
with owned as (

    select
        'hubspot:' || companies.company_id as source_company_id,
        {{ filled_text("concat_ws(' ', owners.last_name, owners.first_name)") }} as owner
    from {{ ref('stg_hubspot__companies') }} as companies
    inner join {{ ref('stg_hubspot__owners') }} as owners
        on companies.owner_id = owners.owner_id
    where
        companies.merged_into_company_id is null
        and not coalesce(companies.is_archived, false)
        and not coalesce(owners.is_archived, false)

    union all

    select
        'salesforce:' || companies.company_id as source_company_id,
        users.name as owner
    from {{ ref('stg_salesforce__accounts') }} as companies
    inner join {{ ref('stg_salesforce__users') }} as users
        on companies.owner_id = users.user_id
    where not coalesce(companies.is_deleted, false) and coalesce(users.is_active, true)

)

select
    aliases.company_id,
    {{ sorted_list('owned.owner') }} as owner
from owned
inner join {{ ref('int_company_aliases') }} as aliases
    on owned.source_company_id = aliases.source_company_id
where owned.owner is not null
group by aliases.company_id
