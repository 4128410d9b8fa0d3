-- Members' scores and stages at each of the last 13 month ends, as member_scores has them
-- for the as-of day: of everybody active in the 365 days before.
-- grain: period_start, member_id

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

month_ends as (

    select *
    from {{ ref('int_metric_periods') }}
    where period_grain = 'month' and is_recent

),

activity_days as (

    select distinct
        activities.member_id,
        activities.local_date
    from {{ ref('int_member_activities') }} as activities
    inner join {{ ref('int_metric_members') }} as members
        on activities.member_id = members.member_id
    cross join parameters
    where
        activities.local_date <= parameters.as_of_date
        and {{ ends_silence('activities.activity_type') }}

),

-- Cut at the next activity, so that a member has one piece at most on any day.
pieces as (

    select
        member_id,
        local_date as from_date,
        least(
            {{ add_days('local_date', 366) }},
            lead(local_date) over (partition by member_id order by local_date)
        ) as until_date
    from activity_days

),

scored as (

    select
        month_ends.period_start,
        month_ends.through_date,
        pieces.member_id
    from month_ends
    inner join pieces
        on
            month_ends.through_date >= pieces.from_date
            and month_ends.through_date < pieces.until_date

),

made as (

    select
        components.member_id,
        components.category,
        components.half_life_days,
        components.local_date as from_date,
        components.local_date as decays_from,
        components.first_points as points
    from {{ ref('int_score_components') }} as components
    inner join parameters
        on components.formula_version = parameters.formula_version

    union all

    select
        components.member_id,
        components.category,
        components.half_life_days,
        components.late_date as from_date,
        components.local_date as decays_from,
        components.late_points as points
    from {{ ref('int_score_components') }} as components
    inner join parameters
        on components.formula_version = parameters.formula_version
    where components.late_date is not null

    union all

    select
        components.member_id,
        components.category,
        components.half_life_days,
        components.late_date as from_date,
        components.late_date as decays_from,
        components.late_engagement_points as points
    from {{ ref('int_score_components') }} as components
    inner join parameters
        on components.formula_version = parameters.formula_version
    where components.late_date is not null

),

-- A day's points of one kind decay together: fewer rows to take through the month ends.
made_by_day as (

    select
        member_id,
        category,
        half_life_days,
        from_date,
        decays_from,
        sum(points) as points
    from made
    group by member_id, category, half_life_days, from_date, decays_from

),

-- Products of doubles, each rounded to the twelfth digit: sums do not depend on order, and
-- no score shows more than one.
standing as (

    select
        scored.period_start,
        scored.member_id,
        made_by_day.category,
        cast(
            cast(made_by_day.points as double) * power(
                cast(0.5 as double),
                {{ days_between('made_by_day.decays_from', 'scored.through_date') }}
                / cast(made_by_day.half_life_days as double)
            ) as decimal(18, 12)
        ) as points
    from scored
    inner join made_by_day
        on
            scored.member_id = made_by_day.member_id
            and scored.through_date >= made_by_day.from_date

),

points as (

    select
        period_start,
        member_id,
        sum(points) filter (where category = 'event') as event_points,
        sum(points) filter (where category = 'share') as share_points
    from standing
    group by period_start, member_id

),

stages as (

    select
        member_id,
        stage,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to
    from {{ ref('member_stages') }}

)

select
    scored.period_start,
    scored.member_id,
    stages.stage,
    {{ score_shown('coalesce(points.event_points, 0)') }} as event_score,
    {{ score_shown('coalesce(points.share_points, 0)') }} as share_score
from scored
left join points
    on
        scored.period_start = points.period_start
        and scored.member_id = points.member_id
left join stages
    on
        scored.member_id = stages.member_id
        and scored.through_date between stages.valid_from and stages.valid_to
