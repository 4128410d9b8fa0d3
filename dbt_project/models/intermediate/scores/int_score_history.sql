-- Points and stage of members on past days, in each version of the formula. A run computes
-- all days of the members whose facts changed, and the days that joined for everybody.
-- grain: member_id, snapshot_date, formula_version
{{ config(materialized='incremental', incremental_strategy='by_member_and_day') }}
{%- set joined = score_joined_days() %}
{%- set is_part = is_incremental() and not joined %}
with snapshots as (

    select
        snapshot_date,
        snapshot_date in ({{ joined or 'null' }}) as has_joined
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
    {% if is_part %}where {{ is_to_score() }}{% endif %}

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

-- Equal parts decay equally: one product for all of them.
parts as (

    select
        formula_version,
        member_id,
        category,
        half_life_days,
        starts_on,
        decays_from,
        {{ score_units('points') }} as units,
        count(*) as times
    from {{ ref('int_score_parts') }}
    {% if is_part %}where {{ is_to_score() }}{% endif %}
    group by
        formula_version, member_id, category, half_life_days, starts_on, decays_from, points

),

measured as (

    select
        active.member_id,
        active.snapshot_date,
        parts.formula_version,
        parts.category,
        parts.units,
        parts.times,
        {{ score_decay_units(
            'parts.decays_from', 'active.snapshot_date', 'parts.half_life_days'
        ) }} as decay_units
    from active
    inner join parts
        on active.member_id = parts.member_id and active.snapshot_date >= parts.starts_on

),

summed as (

    select
        member_id,
        snapshot_date,
        formula_version,
        sum(
            case when category = 'event'
                then times * {{ score_product_units('units', 'decay_units') }}
                else 0
            end
        ) as event_units,
        sum(
            case when category = 'share'
                then times * {{ score_product_units('units', 'decay_units') }}
                else 0
            end
        ) as share_units
    from measured
    group by member_id, snapshot_date, formula_version

),

scored as (

    select
        active.member_id,
        active.snapshot_date,
        versions.formula_version,
        {{ score_points('coalesce(summed.event_units, 0)') }} as event_points,
        {{ score_points('coalesce(summed.share_units, 0)') }} as share_points
    from active
    cross join versions
    left join summed
        on
            active.member_id = summed.member_id
            and active.snapshot_date = summed.snapshot_date
            and versions.formula_version = summed.formula_version

)

select
    scored.member_id,
    scored.snapshot_date,
    scored.formula_version,
    scored.event_points,
    scored.share_points,
    stages.stage
from scored
left join {{ ref('int_stages') }} as stages
    on
        scored.formula_version = stages.formula_version
        and scored.member_id = stages.member_id
        and scored.snapshot_date >= stages.valid_from
        and scored.snapshot_date <= coalesce(stages.valid_to, cast('9999-12-31' as date))
