-- What reactions add to an output: its base points, once more for every tenfold of
-- reactions, from the last count observed up to the engagement day (a week after the
-- output), else the first one after it. Counts seen later never score, so no past day
-- changes.
-- grain: activity_id, formula_version
{{ config(materialized='incremental', incremental_strategy='by_member') }}
with things as (

    select * from {{ ref('int_activity_things') }}
    where category = 'share' and {{ is_to_score() }}

),

weighed as (

    select *
    from {{ ref('int_things_weighed') }}
    where category = 'share' and {{ is_to_score() }}

),

snapshots as (

    select * from {{ ref('int_reaction_snapshots') }}
    where reactions is not null

),

versions as (

    select * from {{ ref('formula_versions') }}

),

-- A thing told by two sources was looked at by both.
observed as (

    select
        things.thing_id,
        snapshots.observed_date,
        max(snapshots.reactions) as reactions
    from things
    inner join snapshots on things.activity_id = snapshots.activity_id
    group by things.thing_id, snapshots.observed_date

),

due as (

    select
        weighed.activity_id,
        weighed.formula_version,
        weighed.member_id,
        weighed.base_points,
        versions.engagement_cap,
        {{ add_days('weighed.local_date', 'versions.engagement_delay_days') }}
            as engagement_date,
        observed.observed_date,
        observed.reactions
    from weighed
    inner join versions on weighed.formula_version = versions.formula_version
    inner join observed on weighed.activity_id = observed.thing_id

),

counted as (

    select
        activity_id,
        formula_version,
        member_id,
        base_points,
        engagement_cap,
        engagement_date,
        coalesce(
            max_by(reactions, observed_date) filter (where observed_date <= engagement_date),
            min_by(reactions, observed_date) filter (where observed_date > engagement_date)
        ) as reactions
    from due
    group by
        activity_id,
        formula_version,
        member_id,
        base_points,
        engagement_cap,
        engagement_date

),

factored as (

    select
        *,
        {{ score_units('base_points') }} as base_units,
        {{ score_engagement_units('reactions', 'engagement_cap') }} as factor_units
    from counted
    where reactions > 0

)

select
    activity_id,
    formula_version,
    member_id,
    engagement_date,
    reactions,
    {{ score_points(score_product_units('base_units', 'factor_units')) }}
        as engagement_points
from factored
