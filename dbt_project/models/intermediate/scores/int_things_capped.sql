-- What the daily cap takes from quick outputs (posts, replies, reposts, reactions): the
-- outputs of a member and day make at most the cap together, each keeps its proportion.
-- From the engagement day on the cap holds for base and engagement together, so the part
-- taken changes on that day. Shares are differences of a rounded running share: what is
-- left adds up to the cap exactly.
-- grain: activity_id, formula_version
{{ config(materialized='incremental', incremental_strategy='by_member') }}
with versions as (

    select * from {{ ref('formula_versions') }}

),

engaged as (

    select * from {{ ref('int_things_engaged') }}
    where {{ is_to_score() }}

),

quick as (

    select
        things.activity_id,
        things.formula_version,
        things.member_id,
        things.local_date,
        things.base_points,
        coalesce(engaged.engagement_points, 0) as engagement_points,
        versions.daily_share_cap,
        {{ add_days('things.local_date', 'versions.engagement_delay_days') }} as late_date
    from {{ ref('int_things_weighed') }} as things
    inner join versions on things.formula_version = versions.formula_version
    left join engaged
        on
            things.activity_id = engaged.activity_id
            and things.formula_version = engaged.formula_version
    where
        things.is_daily_capped
        and things.is_counted
        and {{ is_to_score('things.member_id') }}

),

summed as (

    select
        *,
        sum(base_points) over through_this as base_through,
        sum(base_points) over whole_day as base_of_day,
        sum(base_points + engagement_points) over through_this as both_through,
        sum(base_points + engagement_points) over whole_day as both_of_day
    from quick
    window
        through_this as (
            partition by formula_version, member_id, local_date
            order by activity_id
            rows between unbounded preceding and current row
        ),
        whole_day as (partition by formula_version, member_id, local_date)

),

kept as (

    select
        *,
        case
            when base_of_day <= daily_share_cap then base_points
            else
                {{ score_share_of('daily_share_cap', 'base_through', 'base_of_day') }}
                - {{ score_share_of(
                    'daily_share_cap', 'base_through - base_points', 'base_of_day'
                ) }}
        end as base_kept_first,
        {{ score_share_of(
            'daily_share_cap', 'both_through - engagement_points', 'both_of_day'
        ) }}
        - {{ score_share_of(
            'daily_share_cap',
            'both_through - engagement_points - base_points',
            'both_of_day'
        ) }} as base_kept_late,
        {{ score_share_of('daily_share_cap', 'both_through', 'both_of_day') }}
        - {{ score_share_of(
            'daily_share_cap', 'both_through - engagement_points', 'both_of_day'
        ) }} as engagement_kept
    from summed
    where both_of_day > daily_share_cap

)

select
    activity_id,
    formula_version,
    member_id,
    local_date,
    cast(base_kept_first - base_points as decimal(18, 12)) as first_points,
    case when both_of_day > base_of_day then late_date end as late_date,
    cast(base_kept_late - base_kept_first as decimal(18, 12)) as late_points,
    cast(engagement_kept - engagement_points as decimal(18, 12))
        as late_engagement_points
from kept
