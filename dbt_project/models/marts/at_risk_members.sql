-- Members who are drifting away at the end of the as-of day, and why. Neither bots nor
-- internal members, nor who was seen on one day only: they had no habit to lose. Everybody
-- leaves the list by themselves: points must have been made within 180 days, a stage drop
-- is news for 30 days and a silence for 90.
-- grain: member_id
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

labels as (

    select
        stage_rules.stage,
        min(stage_rules.label_ja) as label_ja,
        min(stage_rules.label_en) as label_en
    from {{ ref('stage_rules') }} as stage_rules
    inner join parameters on stage_rules.formula_version = parameters.formula_version
    group by stage_rules.stage

),

stage_days as (

    select days
    from {{ ref('risk_rules') }}
    where reason = 'stage_dropped'

),

-- Who was not known 30 days ago fell, if at all, from the first stage since.
stages as (

    select
        member_id,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to,
        stage,
        min(valid_from) over (partition by member_id) as first_date
    from {{ ref('int_member_stages') }}

),

risks as (

    select
        members.member_id,
        risks.*,
        parameters.as_of_date,
        parameters.formula_version,
        {{ add_days('parameters.as_of_date', '-risks.silent_days') }} as last_active_date,
        cast(cast(risks.millionths_now as decimal(18, 0)) * 0.000001 as decimal(18, 6))
            as points_now,
        cast(cast(risks.millionths_before as decimal(18, 0)) * 0.000001 as decimal(18, 6))
            as points_before,
        predictor.predictor,
        case predictor.predictor
            when 'survival' then risks.survival
            when 'recency' then risks.recency
            when 'rfm' then risks.rfm
            when 'activity_count' then risks.activity_count
            when 'score' then risks.score
            else risks.at_risk_graded
        end as rank_number
    from {{ ref('int_member_risks') }} as risks
    inner join {{ ref('int_rhythm_members') }} as members
        on risks.member_number = members.member_number
    cross join parameters
    cross join {{ ref('int_risk_predictor') }} as predictor

),

staged as (

    select
        risks.*,
        today.stage,
        before.stage as stage_before,
        today_labels.label_ja as stage_ja,
        today_labels.label_en as stage_en,
        before_labels.label_ja as stage_before_ja,
        before_labels.label_en as stage_before_en
    from risks
    cross join stage_days
    left join stages as today
        on
            risks.member_id = today.member_id
            and risks.as_of_date between today.valid_from and today.valid_to
    left join stages as before
        on
            risks.member_id = before.member_id
            and greatest(
                {{ add_days('risks.as_of_date', '-stage_days.days') }}, before.first_date
            ) between before.valid_from and before.valid_to
    left join labels as today_labels on today.stage = today_labels.stage
    left join labels as before_labels on before.stage = before_labels.stage

),

worded as (

    select
        *,
        concat_ws(
            ', ',
            case when has_fallen then 'points_fell' end,
            case when has_dropped then 'stage_dropped' end,
            case when is_silent then 'unusual_silence' end
        ) as reason,
        concat_ws(
            '、',
            case
                when has_fallen
                    then
                        '90日間のポイントが' || {{ score_shown('points_before') }} || 'から'
                        || {{ score_shown('points_now') }} || 'に減少'
            end,
            case
                when has_dropped then 'ステージが' || stage_before_ja || 'から' || stage_ja || 'に低下'
            end,
            case
                when is_silent
                    then
                        silent_days || '日間活動なし(普段は9割が'
                        || usual_limit_days || '日以内に次の活動)'
            end
        ) as reason_ja,
        concat_ws(
            '; ',
            case
                when has_fallen
                    then
                        'points of 90 days fell from ' || {{ score_shown('points_before') }}
                        || ' to ' || {{ score_shown('points_now') }}
            end,
            case
                when has_dropped
                    then 'stage fell from ' || stage_before_en || ' to ' || stage_en
            end,
            case
                when is_silent
                    then
                        'silent for ' || silent_days
                        || ' days, nine of ten gaps are over within ' || usual_limit_days
            end
        ) as reason_en
    from staged

)

select
    cast(worded.member_id as string) as member_id,
    worded.as_of_date,
    cast(row_number() over (
        order by worded.rank_number desc, worded.silent_probability_90d desc, worded.member_id
    ) as bigint) as risk_rank,
    cast(worded.predictor as string) as ranked_by,
    cast(worded.reason as string) as reason,
    cast(worded.reason_ja as string) as reason_ja,
    cast(worded.reason_en as string) as reason_en,
    worded.points_now,
    worded.points_before,
    worded.drop_ratio,
    cast(worded.stage as string) as stage,
    cast(worded.stage_before as string) as stage_before,
    worded.last_active_date,
    cast(worded.silent_days as bigint) as silent_days,
    case
        when worded.usual_limit_days >= 0
            then {{ add_days('worded.last_active_date', 'worded.usual_limit_days') }}
    end as expected_next_active_date,
    cast(worded.silent_probability_90d as double) as silent_probability_90d,
    cast(members.company_id as string) as company_id,
    cast(owners.owner as string) as owner,
    cast(worded.formula_version as string) as formula_version
from worded
inner join {{ ref('int_members_resolved') }} as members
    on worded.member_id = members.member_id
left join {{ ref('int_member_owners') }} as owners
    on worded.member_id = owners.member_id
