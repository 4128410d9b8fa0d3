-- Every deal any source tells of, at the company it belongs to. An amount in another
-- currency than yen has no amount_jpy: there is no rate for its day.
-- grain: deal_id

with stacked as (

    select * from {{ ref('int_stacked_deals') }}

),

aliases as (

    select
        source_company_id,
        company_id
    from {{ ref('int_company_aliases') }}

)

select
    stacked.deal_id,
    stacked.source,
    coalesce(aliases.company_id, stacked.company_id) as company_id,
    stacked.amount,
    coalesce(stacked.currency, 'JPY') as currency,
    case when coalesce(stacked.currency, 'JPY') = 'JPY' then stacked.amount end
        as amount_jpy,
    stacked.stage,
    stacked.created_date,
    stacked.closed_date,
    coalesce(stacked.is_won, false) as is_won,
    coalesce(stacked.is_closed, false)
    and coalesce(stacked.closed_date <= parameters.as_of_date, true) as is_closed,
    stacked.owner
from stacked
left join aliases on stacked.company_id = aliases.source_company_id
cross join {{ ref('stg_run__parameters') }} as parameters
