-- What reactions add to an output, as a factor of its base points: from the last count
-- observed up to the engagement day (a week after the output), else the first one after
-- it. Counts seen later never score, so no past day changes.
-- grain: activity_id, formula_version
with outputs as (

    select
        activity_id,
        thing_id,
        local_date
    from {{ ref('int_activity_things') }}
    where category = 'share'

),

snapshots as (

    select *
    from {{ ref('int_reaction_snapshots') }}
    where reactions is not null

),

versions as (

    select * from {{ ref('formula_versions') }}

),

-- A thing told by two sources was looked at by both.
observed as (

    select
        outputs.thing_id,
        snapshots.observed_date,
        max(snapshots.reactions) as reactions
    from outputs
    inner join snapshots on outputs.activity_id = snapshots.activity_id
    group by outputs.thing_id, snapshots.observed_date

),

due as (

    select
        observed.thing_id,
        observed.observed_date,
        observed.reactions,
        versions.formula_version,
        versions.engagement_cap,
        {{ add_days('outputs.local_date', 'versions.engagement_delay_days') }}
            as engagement_date
    from observed
    inner join outputs on observed.thing_id = outputs.activity_id
    cross join versions

),

counted as (

    select
        thing_id,
        formula_version,
        engagement_cap,
        engagement_date,
        coalesce(
            max_by(reactions, observed_date) filter (where observed_date <= engagement_date),
            min_by(reactions, observed_date) filter (where observed_date > engagement_date)
        ) as reactions
    from due
    group by thing_id, formula_version, engagement_cap, engagement_date

)

select
    thing_id as activity_id,
    formula_version,
    engagement_date,
    reactions,
    {{ score_engagement('reactions', 'engagement_cap') }} as engagement_factor
from counted
where reactions > 0
