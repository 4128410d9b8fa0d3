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
    where
        {{ ends_silence() }}
        and ({{ is_to_score() }} or (select bool_or(snapshots.has_joined) from snapshots))

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

active as (

    select
        spans.member_id,
        snapshots.snapshot_date
    from spans
    inner join snapshots
        on
            snapshots.snapshot_date >= spans.day
            and snapshots.snapshot_date < spans.next_day
            and snapshots.snapshot_date <= {{ add_days('spans.day', 365) }}
    where snapshots.has_joined or {{ is_to_score('spans.member_id') }}

),

-- A list per member and category: each day sums over it, and no join of parts and days
-- is ever held or grouped.
parts as (

    select
        formula_version,
        member_id,
        {{ score_part_list("category = 'event'") }} as event_parts,
        {{ score_part_list("category = 'share'") }} as share_parts
    from {{ ref('int_score_parts') }}
    where {{ is_to_score() }} or (select bool_or(snapshots.has_joined) from snapshots)
    group by formula_version, member_id

)

select
    active.member_id,
    active.snapshot_date,
    versions.formula_version,
    {{ score_points(score_list_units(
        'parts.event_parts', 'active.snapshot_date', 'versions.half_life_days'
    )) }} as event_points,
    {{ score_points(score_list_units(
        'parts.share_parts', 'active.snapshot_date', 'versions.half_life_days'
    )) }} as share_points,
    stages.stage
from active
cross join versions
left join parts
    on
        versions.formula_version = parts.formula_version
        and active.member_id = parts.member_id
left join {{ ref('int_stages') }} as stages
    on
        versions.formula_version = stages.formula_version
        and active.member_id = stages.member_id
        and active.snapshot_date >= stages.valid_from
        and active.snapshot_date <= coalesce(stages.valid_to, cast('9999-12-31' as date))
