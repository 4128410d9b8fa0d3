-- Opportunities in the CRM: the newest version of each, those merged into another included.
-- grain: deal_id
select
    deals.deal_id,
    deals.name,
    deals.amount,
    deals.currency,
    deals.stage_id,
    deals.pipeline_id,
    deals.owner_id,
    deals.is_closed,
    deals.is_won,
    deals.created_date,
    deals.closed_at,
    deals.closed_date,
    deals.forecast_close_date,
    deals.custom_properties,
    deals.is_archived,
    deals.archived_at,
    merges.winner_id as merged_into_deal_id,
    deals.created_at,
    deals.updated_at,
    deals._observed_at as observed_at
from {{ ref('stg_hubspot__deals_checked') }} as deals
left join {{ ref('stg_hubspot__merges') }} as merges
    on deals.deal_id = merges.loser_id and merges.object_type = 'deal'
where deals._row_status = 'staged'
