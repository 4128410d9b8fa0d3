-- The next stage's needs as a person would say them, in both languages: something to do
-- that is enough, and in brackets the points it is for and what else must hold. Of the
-- suggested activities the one that overshoots least, where each go after the second
-- counts as three points more: one talk comes before three visits, two visits before one.
-- While a person's decision holds nothing that is done moves the stage: it says until when.
-- grain: member_id
with needs as (

    select * from {{ ref('int_member_next_stages') }}

),

types as (

    select
        activity_types.activity_type,
        activity_types.category,
        activity_types.is_proof,
        activity_types.label_ja,
        activity_types.counter_ja,
        activity_types.label_en,
        activity_types.plural_en,
        activity_points.base_points,
        activity_points.online_base_points
    from {{ ref('activity_types') }} as activity_types
    inner join {{ ref('activity_points') }} as activity_points
        on activity_types.activity_type = activity_points.activity_type
    inner join {{ ref('stg_run__parameters') }} as parameters
        on activity_points.formula_version = parameters.formula_version
    where
        activity_types.is_suggested
        and activity_points.base_points > 0
        and activity_points.online_base_points > 0

),

decisions as (

    select
        overrides.member_id,
        nullif(overrides.valid_to, cast('9999-12-31' as date)) as valid_to
    from {{ ref('int_stage_overrides') }} as overrides
    inner join {{ ref('stg_run__parameters') }} as parameters
        on parameters.as_of_date between overrides.valid_from and overrides.valid_to

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

counted as (

    select
        missing.member_id,
        types.*,
        cast(greatest(ceil(missing.gap / types.base_points), 1) as integer) as times,
        cast(greatest(ceil(missing.gap / types.online_base_points), 1) as integer)
            as times_online
    from missing
    inner join types
        on
            missing.category = types.category
            and (types.is_proof or not missing.needs_proof)

),

steps as (

    select
        member_id,
        category,
        label_ja || times || counter_ja as step_ja,
        {{ count_in_words('times') }} || ' '
        || case when times = 1 then label_en else plural_en end as step_en,
        case
            when times_online > times then 'オンラインなら' || times_online || counter_ja
        end as online_ja,
        case
            when times_online > times
                then {{ count_in_words('times_online') }} || ' if online'
        end as online_en
    from counted
    qualify
        row_number() over (
            partition by member_id, category
            order by
                times * base_points + 3 * greatest(times - 2, 0),
                base_points,
                activity_type
        ) = 1

),

points as (

    select
        member_id,
        case when event_gap > 0 then {{ missing_points_text('event_gap') }} end
            as event_points,
        case when share_gap > 0 then {{ missing_points_text('share_gap') }} end
            as share_points
    from needs

),

worded as (

    select
        needs.*,
        decisions.member_id is not null as is_decided,
        cast(decisions.valid_to as string) as decided_until,
        nullif(concat_ws('と', event_steps.step_ja, share_steps.step_ja), '') as steps_ja,
        nullif(concat_ws(' and ', event_steps.step_en, share_steps.step_en), '') as steps_en,
        nullif(case
            when needs.is_any_points
                then coalesce(points.event_points, points.share_points) || '点'
            else concat_ws(
                '・',
                'イベント' || points.event_points || '点',
                'シェア' || points.share_points || '点'
            )
        end, '') as points_ja,
        nullif(case
            when needs.is_any_points then coalesce(points.event_points, points.share_points)
            else concat_ws(
                ' and ', points.event_points || ' event', points.share_points || ' share'
            )
        end, '')
        || case
            when concat_ws('', points.event_points, points.share_points) = '1' then ' point'
            else ' points'
        end as points_en,
        event_steps.online_ja,
        event_steps.online_en,
        needs.proof_within_days || '日以内の登壇・紹介・事例が条件' as proof_ja,
        'needs a talk, referral or customer story within ' || needs.proof_within_days
        || ' days' as proof_en,
        case when needs.lacks_contract then '勤務先の有効な契約も必要' end as contract_ja,
        case when needs.lacks_contract then 'their company needs an active contract too' end
            as contract_en
    from needs
    inner join points on needs.member_id = points.member_id
    left join decisions on needs.member_id = decisions.member_id
    left join steps as event_steps
        on needs.member_id = event_steps.member_id and event_steps.category = 'event'
    left join steps as share_steps
        on needs.member_id = share_steps.member_id and share_steps.category = 'share'

),

bracketed as (

    select
        *,
        coalesce(
            '（' || nullif(concat_ws('。', points_ja, online_ja, proof_ja, contract_ja), '')
            || '）', ''
        ) as bracket_ja,
        coalesce(
            ' (' || nullif(concat_ws('; ', points_en, online_en, proof_en, contract_en), '')
            || ')', ''
        ) as bracket_en
    from worded

)

select
    member_id,
    next_stage,
    case
        when next_stage is null then null
        when is_decided
            then
                '手動で決定（' || coalesce(decided_until || 'まで。以後はルールどおり', '期限なし')
                || '） / decided by hand '
                || coalesce('until ' || decided_until || ', by the rules after that', '(no end)')
        when lacks_activity and is_silent
            then '活動1回で復帰（内容は問わない） / back with any one activity'
        when lacks_activity
            then 'あと活動1回（内容は問わない） / any one activity away'
        when steps_ja is not null
            then
                'あと' || steps_ja || bracket_ja
                || ' / ' || steps_en || ' away' || bracket_en
        when lacks_contract and points_ja is null
            then
                'あとは勤務先の有効な契約だけ'
                || ' / only an active contract of their company is missing'
        -- a formula that gives every suggested activity nothing
        when points_ja is not null
            then 'あと' || points_ja || ' / ' || points_en || ' away'
    end as next_stage_needs
from bracketed
