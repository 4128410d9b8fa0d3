-- Merges of contacts in the shape of int_account_links.
-- grain: account_id_a, account_id_b, evidence
with accounts as (

    select account_id
    from {{ ref('stg_hubspot__as_accounts') }}

)

select
    'hubspot:' || merges.loser_id as account_id_a,
    'hubspot:' || merges.winner_id as account_id_b,
    'crm_merge' as evidence,
    cast(1 as bigint) as n
from {{ ref('stg_hubspot__merges') }} as merges
inner join accounts as losers on 'hubspot:' || merges.loser_id = losers.account_id
inner join accounts as winners on 'hubspot:' || merges.winner_id = winners.account_id
where merges.object_type = 'contact'
