-- Merges of contacts and leads, and leads that became contacts, in the shape of
-- int_account_links.
-- grain: account_id_a, account_id_b, evidence
select
    'salesforce:' || merges.loser_id as account_id_a,
    'salesforce:' || merges.winner_id as account_id_b,
    'crm_merge' as evidence,
    cast(1 as bigint) as n
from {{ ref('stg_salesforce__merges') }} as merges
inner join {{ ref('stg_salesforce__as_accounts') }} as losers
    on 'salesforce:' || merges.loser_id = losers.account_id
inner join {{ ref('stg_salesforce__as_accounts') }} as winners
    on 'salesforce:' || merges.winner_id = winners.account_id
