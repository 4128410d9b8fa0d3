-- CRM companies in the shape of int_companies; one that was merged away is the other one,
-- one that was deleted is a customer no more.
-- Corporate number, contract and products are read where they are custom properties.
-- grain: company_id
select
    'hubspot:' || company_id as company_id,
    'hubspot' as source,
    name,
    {{ json_text('custom_properties', 'corporate_number') }} as corporate_number,
    domain,
    coalesce({{ json_text('custom_properties', 'prefecture') }}, {{ prefecture_of('state') }})
        as prefecture,
    industry,
    is_customer and not is_archived as is_customer,
    case
        when not is_archived
            then coalesce(
                {{ json_text('custom_properties', 'contract_status') }},
                case when is_customer then 'active' end
            )
    end as contract_status,
    {{ json_text('custom_properties', 'products') }} as products
from {{ ref('stg_hubspot__companies') }}
where merged_into_company_id is null
