-- Members who were active in the 90 days before the last 90, at the end of each of the
-- last 13 weeks, and what fell since: their event or share points (before decay) to half
-- or less, or their stage below that of 90 days ago.
-- grain: period_start, member_id

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

weeks as (

    select
        period_start,
        through_date,
        {{ add_days('through_date', -89) }} as from_date,
        {{ add_days('through_date', -90) }} as before_date,
        {{ add_days('through_date', -179) }} as before_from_date
    from {{ ref('int_metric_periods') }}
    where period_grain = 'week' and is_recent

),

members as (

    select distinct
        weeks.period_start,
        weeks.through_date,
        weeks.before_date,
        activities.member_id
    from weeks
    inner join {{ ref('int_metric_activities') }} as activities
        on activities.local_date between weeks.before_from_date and weeks.before_date

),

made_by_day as (

    select
        parts.member_id,
        parts.category,
        parts.starts_on as made_date,
        sum(parts.points) as points
    from {{ ref('int_score_parts') }} as parts
    inner join parameters
        on parts.formula_version = parameters.formula_version
    group by parts.member_id, parts.category, parts.starts_on

),

made as (

    select
        weeks.period_start,
        made_by_day.member_id,
        made_by_day.category,
        coalesce(
            sum(made_by_day.points) filter (where made_by_day.made_date >= weeks.from_date),
            0
        ) as points_now,
        coalesce(
            sum(made_by_day.points) filter (where made_by_day.made_date < weeks.from_date),
            0
        ) as points_before
    from weeks
    inner join made_by_day
        on made_by_day.made_date between weeks.before_from_date and weeks.through_date
    group by weeks.period_start, made_by_day.member_id, made_by_day.category

),

falls as (

    select
        period_start,
        member_id,
        coalesce(bool_or(category = 'event'), false) as has_event_fall,
        coalesce(bool_or(category = 'share'), false) as has_share_fall
    from made
    where points_before > 0 and 2 * points_now <= points_before
    group by period_start, member_id

),

-- The silent stand below everybody, the longer the lower.
ranks as (

    select
        rules.stage,
        min(coalesce(-rules.silent_days, rules.priority)) as stage_rank
    from {{ ref('stage_rules') }} as rules
    inner join parameters
        on rules.formula_version = parameters.formula_version
    group by rules.stage

),

stages as (

    select
        runs.member_id,
        runs.from_date,
        runs.until_date,
        ranks.stage_rank
    from {{ ref('int_metric_stage_runs') }} as runs
    inner join ranks on runs.stage = ranks.stage

),

judged as (

    select
        members.period_start,
        members.member_id,
        coalesce(falls.has_event_fall, false) as has_event_fall,
        coalesce(falls.has_share_fall, false) as has_share_fall,
        coalesce(stages.stage_rank < stages_before.stage_rank, false) as has_stage_drop
    from members
    left join falls
        on
            members.period_start = falls.period_start
            and members.member_id = falls.member_id
    left join stages
        on
            members.member_id = stages.member_id
            and members.through_date >= stages.from_date
            and members.through_date < stages.until_date
    left join stages as stages_before
        on
            members.member_id = stages_before.member_id
            and members.before_date >= stages_before.from_date
            and members.before_date < stages_before.until_date

)

select
    *,
    has_event_fall or has_share_fall or has_stage_drop as is_at_risk
from judged
