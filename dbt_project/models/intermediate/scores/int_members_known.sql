-- Since when every member is known: the day an account was first seen or of the first
-- activity, whichever is earlier; the as-of day for whom neither is told. heard_of_date is
-- the same from facts alone: it may lie ahead, counts decisions, and is empty for whom
-- nothing is dated. What ends no silence (leaving, a no-show) tells that somebody was
-- known; it is no activity.
-- grain: member_id
with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

members as (

    select * from {{ ref('int_members_resolved') }}

),

activities as (

    select
        activities.member_id,
        min(activities.local_date) as first_heard_date,
        min(activities.local_date) filter (
            where {{ ends_silence('activities.activity_type') }}
        ) as first_activity_date,
        min(activities.local_date) filter (
            where activities.local_date <= parameters.as_of_date
        ) as first_known_date,
        min(activities.local_date) filter (
            where
            {{ ends_silence('activities.activity_type') }}
            and activities.local_date <= parameters.as_of_date
        ) as first_active_date,
        max(activities.local_date) filter (
            where
            {{ ends_silence('activities.activity_type') }}
            and activities.local_date <= parameters.as_of_date
        ) as last_active_date
    from {{ ref('int_member_activities') }} as activities
    cross join parameters
    group by activities.member_id

),

decisions as (

    select
        member_id,
        min(valid_from) as first_decision_date
    from {{ ref('int_stage_overrides') }}
    group by member_id

)

select
    members.member_id,
    coalesce(members.is_internal, false) as is_internal,
    coalesce(members.is_bot, false) as is_bot,
    least(
        {{ local_date('members.first_seen_at', 'parameters.timezone') }},
        activities.first_known_date,
        parameters.as_of_date
    ) as known_date,
    activities.first_active_date,
    activities.last_active_date,
    activities.first_activity_date,
    least(
        {{ local_date('members.first_seen_at', 'parameters.timezone') }},
        activities.first_heard_date,
        decisions.first_decision_date
    ) as heard_of_date
from members
cross join parameters
left join activities on members.member_id = activities.member_id
left join decisions on members.member_id = decisions.member_id
