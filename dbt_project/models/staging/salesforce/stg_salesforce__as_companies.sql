-- CRM accounts in the shape of int_companies; one that was merged away is the other one,
-- one that was deleted is a customer no more.
-- Corporate number, contract and products are read where custom fields bear these names.
-- grain: company_id
select
    'salesforce:' || company_id as company_id,
    'salesforce' as source,
    name,
    {{ json_text('custom_fields', 'corporate_number') }} as corporate_number,
    domain,
    coalesce({{ json_text('custom_fields', 'prefecture') }}, {{ prefecture_of('state') }})
        as prefecture,
    industry,
    is_customer and not is_deleted as is_customer,
    case
        when not is_deleted
            then coalesce(
                {{ json_text('custom_fields', 'contract_status') }},
                case when is_customer then 'active' end
            )
    end as contract_status,
    {{ json_text('custom_fields', 'products') }} as products
from {{ ref('stg_salesforce__accounts') }}
where company_id not in (select merges.loser_id from {{ ref('stg_salesforce__merges') }} as merges)
