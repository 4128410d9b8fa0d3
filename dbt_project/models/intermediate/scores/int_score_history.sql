-- Points and stage of members on past days, in each version of the formula. A run computes
-- all days of the members whose facts changed, and the days that joined for everybody.
-- grain: member_id, snapshot_date, formula_version
{{ config(materialized='incremental', incremental_strategy='by_member_and_day') }}
with snapshots as (

    select
        snapshot_date,
        {{ has_joined('snapshot_date') }} as has_joined
    from {{ ref('int_snapshot_dates') }}

),

versions as (

    select * from {{ ref('formula_versions') }}

),

days as (

    select distinct
        member_id,
        local_date as day
    from {{ ref('int_member_activities') }}
    where {{ is_to_score() }} or (select bool_or(snapshots.has_joined) from snapshots)

),

spans as (

    select
        member_id,
        day,
        coalesce(
            lead(day) over (partition by member_id order by day),
            cast('9999-12-31' as date)
        ) as next_day
    from days

),

-- Numbered, so that sums are by a number and not by three columns.
active as (

    select
        row_number() over () as pair,
        versions.formula_version,
        spans.member_id,
        snapshots.snapshot_date
    from spans
    inner join snapshots
        on
            snapshots.snapshot_date >= spans.day
            and snapshots.snapshot_date < spans.next_day
            and snapshots.snapshot_date <= {{ add_days('spans.day', 365) }}
    cross join versions
    where snapshots.has_joined or {{ is_to_score('spans.member_id') }}

),

parts as (

    select
        formula_version,
        member_id,
        category = 'event' as is_event,
        half_life_days,
        starts_on,
        decays_from,
        {{ score_units('points') }} as units
    from {{ ref('int_score_parts') }}
    where {{ is_to_score() }} or (select bool_or(snapshots.has_joined) from snapshots)

),

measured as (

    select
        active.pair,
        parts.is_event,
        parts.units,
        {{ score_decay_units(
            'parts.decays_from', 'active.snapshot_date', 'parts.half_life_days'
        ) }} as decay_units
    from active
    inner join parts
        on
            active.formula_version = parts.formula_version
            and active.member_id = parts.member_id
            and active.snapshot_date >= parts.starts_on

),

decayed as (

    select
        pair,
        is_event,
        {{ score_product_units('units', 'decay_units') }} as units
    from measured

),

summed as (

    select
        pair,
        sum(case when is_event then units else 0 end) as event_units,
        sum(case when is_event then 0 else units end) as share_units
    from decayed
    group by pair

)

select
    active.member_id,
    active.snapshot_date,
    active.formula_version,
    {{ score_points('coalesce(summed.event_units, 0)') }} as event_points,
    {{ score_points('coalesce(summed.share_units, 0)') }} as share_points,
    stages.stage
from active
left join summed on active.pair = summed.pair
left join {{ ref('int_stages') }} as stages
    on
        active.formula_version = stages.formula_version
        and active.member_id = stages.member_id
        and active.snapshot_date >= stages.valid_from
        and active.snapshot_date <= coalesce(stages.valid_to, cast('9999-12-31' as date))
