-- Which object was merged into which, to the end of every chain: one row per loser, so that
-- joining it never fans out.
-- grain: object_type, loser_id
with winners as (

    select
        'contact' as object_type,
        contact_id as winner_id,
        merged_ids,
        updated_at
    from {{ ref('stg_hubspot__contacts_checked') }}
    where _row_status = 'staged' and merged_ids is not null

    union all

    select
        'company' as object_type,
        company_id as winner_id,
        merged_ids,
        updated_at
    from {{ ref('stg_hubspot__companies_checked') }}
    where _row_status = 'staged' and merged_ids is not null

    union all

    select
        'deal' as object_type,
        deal_id as winner_id,
        merged_ids,
        updated_at
    from {{ ref('stg_hubspot__deals_checked') }}
    where _row_status = 'staged' and merged_ids is not null

),

merged as (

    select
        object_type,
        winner_id,
        {{ each_json_text('merged_ids') }} as loser_id,
        updated_at
    from winners

),

-- after a chain of merges several winners may name one loser: the last one holds it
steps as (

    select
        object_type,
        loser_id,
        winner_id
    from merged
    where loser_id <> winner_id
    qualify row_number() over (
        partition by object_type, loser_id
        order by updated_at desc, winner_id desc
    ) = 1

)

select
    object_type,
    loser_id,
    winner_id
from (
    {{ followed_merges('steps') }}
) as merges
