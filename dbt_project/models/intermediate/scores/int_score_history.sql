-- Points and stage of members on past days, in each version of the formula. A run computes
-- all days of the members whose facts changed, and the days that joined for everybody.
-- grain: member_id, snapshot_date, formula_version
{{ config(materialized='incremental', incremental_strategy='by_member_and_day') }}
{%- set is_of_everybody = has_any_joined('snapshot_date', ref('int_snapshot_dates')) %}
with snapshots as (

    select
        snapshot_date,
        {{ has_joined('snapshot_date') }} as has_joined
    from {{ ref('int_snapshot_dates') }}

),

versions as (

    select * from {{ ref('formula_versions') }}

),

-- A number for a member in a version: what is grouped below is a third as large.
members as (

    select
        members.member_id,
        versions.formula_version,
        versions.half_life_days,
        {{ is_to_score('members.member_id') }} as is_to_score,
        cast(
            row_number() over (order by members.member_id, versions.formula_version)
            as integer
        ) as number
    from {{ ref('int_members_known') }} as members
    cross join versions
    where {{ 'true' if is_of_everybody else is_to_score('members.member_id') }}

),

days as (

    select distinct
        members.number,
        members.is_to_score,
        activities.local_date as day
    from {{ ref('int_member_activities') }} as activities
    inner join members on activities.member_id = members.member_id
    where {{ ends_silence('activities.activity_type') }}

),

spans as (

    select
        *,
        coalesce(
            lead(day) over (partition by number order by day), cast('9999-12-31' as date)
        ) as next_day
    from days

),

active as (

    select
        spans.number,
        snapshots.snapshot_date
    from spans
    inner join snapshots
        on
            snapshots.snapshot_date >= spans.day
            and snapshots.snapshot_date < spans.next_day
            and snapshots.snapshot_date <= {{ add_days('spans.day', 365) }}
    where snapshots.has_joined or spans.is_to_score

),

measured as (

    select
        members.number,
        members.half_life_days,
        parts.category = 'event' as is_event,
        parts.starts_on,
        parts.decays_from,
        {{ score_units('parts.points') }} as units
    from members
    inner join {{ ref('int_score_parts') }} as parts
        on
            members.member_id = parts.member_id
            and members.formula_version = parts.formula_version

),

-- Equal parts of one day are taken together: rounded once, so many times the same. Every
-- member has a part of nothing since ever, so that no day is without any.
parts as (

    select
        number,
        half_life_days,
        starts_on,
        decays_from,
        units,
        count(*) filter (where is_event) as event_times,
        count(*) filter (where not is_event) as share_times
    from measured
    group by number, half_life_days, starts_on, decays_from, units

    union all

    select
        number,
        half_life_days,
        cast('0001-01-01' as date) as starts_on,
        cast('0001-01-01' as date) as decays_from,
        0 as units,
        0 as event_times,
        0 as share_times
    from members

),

-- One list a member, taken apart again for each day: a join of parts and days would be
-- grouped in any order, all groups held until its end.
lists as (

    select
        number,
        half_life_days,
        list(
            struct_pack(
                starts_on := starts_on, decays_from := decays_from, units := units,
                event_times := event_times, share_times := share_times
            )
        ) as parts
    from parts
    group by number, half_life_days

),

unnested as (

    select
        active.number,
        active.snapshot_date,
        lists.half_life_days,
        unnest(lists.parts) as part
    from active
    inner join lists on active.number = lists.number

),

standing as (

    select
        number,
        snapshot_date,
        part.units as units,
        part.event_times as event_times,
        part.share_times as share_times,
        {{ score_decay_units('part.decays_from', 'snapshot_date', 'half_life_days') }}
            as decay
    from unnested
    where part.starts_on <= snapshot_date

),

products as (

    select
        number,
        snapshot_date,
        event_times,
        share_times,
        {{ score_product_units('units', 'decay') }} as units
    from standing

),

summed as (

    select
        number,
        snapshot_date,
        sum(event_times * units) as event_units,
        sum(share_times * units) as share_units
    from products
    group by number, snapshot_date

)

select
    members.member_id,
    summed.snapshot_date,
    members.formula_version,
    {{ score_points('summed.event_units') }} as event_points,
    {{ score_points('summed.share_units') }} as share_points,
    stages.stage
from summed
inner join members on summed.number = members.number
left join {{ ref('int_stages') }} as stages
    on
        members.formula_version = stages.formula_version
        and members.member_id = stages.member_id
        and summed.snapshot_date >= stages.valid_from
        and summed.snapshot_date <= coalesce(stages.valid_to, cast('9999-12-31' as date))
