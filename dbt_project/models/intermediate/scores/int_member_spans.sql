-- Members' points on the first and the last day of each span between two days of
-- int_member_days, and on the eve of the span. The last span has no last day. Doubles: good
-- for finding crossings, never summed into a score.
-- grain: formula_version, member_id, day
{{ config(materialized='view') }}
with versions as (

    select * from {{ ref('formula_versions') }}

),

days as (

    select
        int_member_days.*,
        versions.half_life_days,
        {{ add_days('int_member_days.day', -1) }} as eve,
        {{ add_days('int_member_days.next_day', -1) }} as last_day
    from {{ ref('int_member_days') }} as int_member_days
    inner join versions on int_member_days.formula_version = versions.formula_version

)

select
    formula_version,
    member_id,
    half_life_days,
    eve,
    {{ stage_points('before_event_level', 'eve', 'half_life_days') }} as eve_event_points,
    {{ stage_points('before_share_level', 'eve', 'half_life_days') }} as eve_share_points,
    before_activity_date as eve_activity_date,
    before_proof_date as eve_proof_date,
    day,
    {{ stage_points('event_level', 'day', 'half_life_days') }} as event_points,
    {{ stage_points('share_level', 'day', 'half_life_days') }} as share_points,
    last_activity_date,
    last_proof_date,
    last_day,
    {{ stage_points('event_level', 'last_day', 'half_life_days') }} as last_event_points,
    {{ stage_points('share_level', 'last_day', 'half_life_days') }} as last_share_points
from days
