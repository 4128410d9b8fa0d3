-- The next stage's needs as things to do, in both languages: for each kind of missing
-- points the smallest suggested activity that covers them, or several of the largest.
-- grain: member_id
with needs as (

    select * from {{ ref('int_member_next_stages') }}

),

types as (

    select
        activity_types.category,
        activity_types.is_proof,
        activity_types.label_ja,
        activity_types.label_en,
        activity_points.base_points
    from {{ ref('activity_types') }} as activity_types
    inner join {{ ref('activity_points') }} as activity_points
        on activity_types.activity_type = activity_points.activity_type
    inner join {{ ref('stg_run__parameters') }} as parameters
        on activity_points.formula_version = parameters.formula_version
    where activity_types.is_suggested

),

missing as (

    select
        member_id,
        'event' as category,
        event_gap as gap,
        lacks_proof as needs_proof
    from needs
    where (event_gap > 0 or lacks_proof) and not lacks_activity

    union all

    select
        member_id,
        'share' as category,
        share_gap as gap,
        false as needs_proof
    from needs
    where share_gap > 0 and not lacks_activity

),

steps as (

    select
        missing.member_id,
        missing.category,
        types.label_ja,
        types.label_en,
        cast(greatest(ceil(missing.gap / types.base_points), 1) as integer) as times
    from missing
    inner join types
        on
            missing.category = types.category
            and (types.is_proof or not missing.needs_proof)
    qualify
        row_number() over (
            partition by missing.member_id, missing.category
            order by
                greatest(ceil(missing.gap / types.base_points), 1),
                types.base_points,
                types.label_en
        ) = 1

),

worded as (

    select
        needs.member_id,
        needs.next_stage,
        event_steps.label_ja || event_steps.times || '回' as event_ja,
        event_steps.times || ' x ' || event_steps.label_en as event_en,
        share_steps.label_ja || share_steps.times || '回' as share_ja,
        share_steps.times || ' x ' || share_steps.label_en as share_en,
        case when needs.lacks_contract then '有効な契約' end as contract_ja,
        case when needs.lacks_contract then 'an active contract' end as contract_en,
        case when needs.lacks_activity then '活動1回' end as activity_ja,
        case when needs.lacks_activity then '1 x any activity' end as activity_en
    from needs
    left join steps as event_steps
        on needs.member_id = event_steps.member_id and event_steps.category = 'event'
    left join steps as share_steps
        on needs.member_id = share_steps.member_id and share_steps.category = 'share'

)

select
    member_id,
    next_stage,
    nullif(
        'あと' || concat_ws('・', activity_ja, event_ja, share_ja, contract_ja)
        || ' / ' || concat_ws(', ', activity_en, event_en, share_en, contract_en),
        'あと / '
    ) as next_stage_needs
from worded
