-- CRM deals in the shape of int_deals, each at its primary company (else the first linked).
-- Deals that were deleted or merged into another one are left out.
-- grain: deal_id
with companies as (

    select
        associations.from_id as deal_id,
        coalesce(merges.winner_id, associations.to_id) as company_id
    from {{ ref('stg_hubspot__associations') }} as associations
    left join {{ ref('stg_hubspot__merges') }} as merges
        on associations.to_id = merges.loser_id and merges.object_type = 'company'
    where
        associations.from_type = 'deal'
        and associations.to_type = 'company'
        and not associations.is_archived
    qualify row_number() over (
        partition by associations.from_id
        order by associations.is_primary desc, coalesce(merges.winner_id, associations.to_id)
    ) = 1

)

select
    'hubspot:' || deals.deal_id as deal_id,
    'hubspot' as source,
    'hubspot:' || companies.company_id as company_id,
    deals.amount,
    deals.currency,
    coalesce(pipelines.stage_label, deals.stage_id) as stage,
    deals.created_date,
    deals.closed_date,
    deals.is_won,
    deals.is_closed,
    {{ filled_text("concat_ws(' ', owners.last_name, owners.first_name)") }} as owner
from {{ ref('stg_hubspot__deals') }} as deals
left join companies on deals.deal_id = companies.deal_id
left join {{ ref('stg_hubspot__pipelines') }} as pipelines
    on deals.pipeline_id = pipelines.pipeline_id and deals.stage_id = pipelines.stage_id
left join {{ ref('stg_hubspot__owners') }} as owners on deals.owner_id = owners.owner_id
where deals.merged_into_deal_id is null and not deals.is_archived
