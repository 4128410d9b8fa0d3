-- Points and stage of members on past days, in each version of the formula. A run computes
-- all days of the members whose facts changed, and the days that joined for everybody.
-- grain: member_id, snapshot_date, formula_version
{{ config(materialized='incremental', incremental_strategy='by_member_and_day') }}
with snapshots as (

    select
        snapshot_date,
        cast(row_number() over (order by snapshot_date) as bigint) as snapshot_number,
        {{ has_joined('snapshot_date') }} as has_joined
    from {{ ref('int_snapshot_dates') }}

),

-- Numbers in place of names: millions of sums are by one number, a member's times
-- 100,000 and a day's.
members as (

    select
        members.member_id,
        versions.formula_version,
        versions.half_life_days,
        row_number() over (order by members.member_id, versions.formula_version)
        * 100000 as member_number
    from {{ ref('int_members_known') }} as members
    cross join {{ ref('formula_versions') }} as versions
    where
        {{ is_to_score('members.member_id') }}
        or (select bool_or(snapshots.has_joined) from snapshots)

),

days as (

    select distinct
        members.member_number,
        members.member_id,
        activities.local_date as day
    from {{ ref('int_member_activities') }} as activities
    inner join members on activities.member_id = members.member_id

),

spans as (

    select
        member_number,
        {{ is_to_score() }} as is_to_score,
        day,
        coalesce(
            lead(day) over (partition by member_number order by day),
            cast('9999-12-31' as date)
        ) as next_day
    from days

),

active as (

    select
        spans.member_number,
        spans.member_number + snapshots.snapshot_number as pair,
        snapshots.snapshot_date
    from spans
    inner join snapshots
        on
            snapshots.snapshot_date >= spans.day
            and snapshots.snapshot_date < spans.next_day
            and snapshots.snapshot_date <= {{ add_days('spans.day', 365) }}
    where spans.is_to_score or snapshots.has_joined

),

parts as (

    select
        members.member_number,
        parts.category = 'event' as is_event,
        members.half_life_days,
        parts.starts_on,
        parts.decays_from,
        {{ score_units('parts.points') }} as units
    from {{ ref('int_score_parts') }} as parts
    inner join members
        on
            parts.member_id = members.member_id
            and parts.formula_version = members.formula_version

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
            active.member_number = parts.member_number
            and active.snapshot_date >= parts.starts_on

),

-- Nothing at all for who is active without points.
decayed as (

    select
        pair,
        is_event,
        {{ score_product_units('units', 'decay_units') }} as units
    from measured

    union all

    select
        pair,
        true as is_event,
        0 as units
    from active

),

summed as (

    select
        pair,
        sum(case when is_event then units else 0 end) as event_units,
        sum(case when is_event then 0 else units end) as share_units
    from decayed
    group by pair

),

named as (

    select
        members.member_id,
        members.formula_version,
        snapshots.snapshot_date,
        summed.event_units,
        summed.share_units
    from summed
    inner join members on summed.pair - summed.pair % 100000 = members.member_number
    inner join snapshots on summed.pair % 100000 = snapshots.snapshot_number

)

select
    named.member_id,
    named.snapshot_date,
    named.formula_version,
    {{ score_points('named.event_units') }} as event_points,
    {{ score_points('named.share_units') }} as share_points,
    stages.stage
from named
left join {{ ref('int_stages') }} as stages
    on
        named.formula_version = stages.formula_version
        and named.member_id = stages.member_id
        and named.snapshot_date >= stages.valid_from
        and named.snapshot_date <= coalesce(stages.valid_to, cast('9999-12-31' as date))
