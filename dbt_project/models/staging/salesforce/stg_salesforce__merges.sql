-- Which record was merged or converted into which, to the end of every chain: one row per
-- loser, so that joining it never fans out.
-- grain: loser_id
with steps as (

    select
        'account' as object_type,
        losers.company_id as loser_id,
        losers.master_company_id as winner_id
    from {{ ref('stg_salesforce__accounts') }} as losers
    inner join {{ ref('stg_salesforce__accounts') }} as winners
        on losers.master_company_id = winners.company_id

    union all

    -- a lead ends as a contact, so both are people
    select
        'person' as object_type,
        contact_id as loser_id,
        master_contact_id as winner_id
    from {{ ref('stg_salesforce__contacts') }}
    where master_contact_id is not null

    union all

    select
        'person' as object_type,
        lead_id as loser_id,
        coalesce(converted_contact_id, master_lead_id) as winner_id
    from {{ ref('stg_salesforce__leads') }}
    where coalesce(converted_contact_id, master_lead_id) is not null

)

select
    loser_id,
    winner_id
from (
    {{ followed_merges('steps') }}
) as merges
