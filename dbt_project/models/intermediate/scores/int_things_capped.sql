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
        {{ score_units('things.base_points') }} as base,
        coalesce({{ score_units('engaged.engagement_points') }}, 0) as engagement,
        {{ score_units('versions.daily_share_cap') }} as cap,
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

-- All of it in units.
summed as (

    select
        *,
        cast(sum(base) over through_this as bigint) as base_through,
        cast(sum(base) over whole_day as bigint) as base_of_day,
        cast(sum(base + engagement) over through_this as bigint) as both_through,
        cast(sum(base + engagement) over whole_day as bigint) as both_of_day
    from quick
    window
        through_this as (
            partition by formula_version, member_id, local_date
            order by activity_id
            rows between unbounded preceding and current row
        ),
        whole_day as (partition by formula_version, member_id, local_date)

),

-- What is left of the cap by each output, and of it by its base.
shares as (

    select
        *,
        {{ score_share_units('cap', 'base_through', 'base_of_day') }} as first_through,
        {{ score_share_units('cap', 'base_through - base', 'base_of_day') }}
            as first_before,
        {{ score_share_units('cap', 'both_through', 'both_of_day') }} as late_through,
        {{ score_share_units('cap', 'both_through - engagement', 'both_of_day') }}
            as late_through_base,
        {{ score_share_units('cap', 'both_through - engagement - base', 'both_of_day') }}
            as late_before
    from summed
    where both_of_day > cap

),

kept as (

    select
        *,
        case when base_of_day <= cap then base else first_through - first_before end
            as base_kept_first,
        late_through_base - late_before as base_kept_late,
        late_through - late_through_base as engagement_kept
    from shares

)

select
    activity_id,
    formula_version,
    member_id,
    local_date,
    {{ score_points('base_kept_first - base') }} as first_points,
    case when both_of_day > base_of_day then late_date end as late_date,
    {{ score_points('base_kept_late - base_kept_first') }} as late_points,
    {{ score_points('engagement_kept - engagement') }} as late_engagement_points
from kept
