-- Opportunities in the shape of int_deals; those that were deleted are left out.
-- grain: deal_id
select
    'salesforce:' || deals.opportunity_id as deal_id,
    'salesforce' as source,
    'salesforce:' || coalesce(merged.winner_id, deals.company_id) as company_id,
    deals.amount,
    deals.currency,
    deals.stage,
    {{ local_date('deals.created_at', 'parameters.timezone') }} as created_date,
    deals.closed_date,
    deals.is_won,
    deals.is_closed,
    users.name as owner
from {{ ref('stg_salesforce__opportunities') }} as deals
cross join {{ ref('stg_run__parameters') }} as parameters
left join {{ ref('stg_salesforce__merges') }} as merged
    on deals.company_id = merged.loser_id
left join {{ ref('stg_salesforce__users') }} as users on deals.owner_id = users.user_id
where not deals.is_deleted
