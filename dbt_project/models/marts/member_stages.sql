-- The stage of every member over time: exactly one on each day since the member is known.
-- grain: member_id, valid_from
with stages as (

    select * from {{ ref('int_member_stages') }}

),

formula as (

    select formula_versions.half_life_days
    from {{ ref('formula_versions') }} as formula_versions
    inner join {{ ref('stg_run__parameters') }} as parameters
        on formula_versions.formula_version = parameters.formula_version

),

days as (

    select
        *,
        coalesce(next_day, cast('9999-12-31' as date)) as day_after
    from {{ ref('int_member_days') }}

),

-- The last day on which something happened to the points tells those of the change.
measured as (

    select
        stages.*,
        days.last_activity_date,
        {{ stage_points('days.event_level', 'stages.valid_from', 'formula.half_life_days') }}
            as event_points,
        {{ stage_points('days.share_level', 'stages.valid_from', 'formula.half_life_days') }}
            as share_points
    from stages
    cross join formula
    left join days
        on
            stages.member_id = days.member_id
            and stages.valid_from >= days.day
            and stages.valid_from < days.day_after

)

select
    cast(member_id as string) as member_id,
    valid_from,
    valid_to,
    cast(stage as string) as stage,
    cast(rule as string) as rule,
    cast(
        case
            when is_manual then reason
            when last_activity_date is null then 'no activity yet'
            else
                'event ' || {{ stage_points_text('event_points') }}
                || ', share ' || {{ stage_points_text('share_points') }}
                || ', total ' || {{ stage_points_text('event_points + share_points') }}
                || ', last activity ' || cast(last_activity_date as string)
        end as string
    ) as evidence,
    is_manual,
    cast(decided_by as string) as decided_by
from measured
