-- For each event a person registered for: how many other events they had attended before,
-- at any source. An event on two platforms counts once; an attendance without an event
-- counts by itself. Empty when the event has no start.
-- grain: event_id, member_id
with registrations as (

    select distinct
        registrations.event_id,
        account_members.member_id
    from {{ ref('int_registrations') }} as registrations
    inner join {{ ref('account_members') }} as account_members
        on registrations.account_id = account_members.account_id

),

events as (

    select
        event_id,
        event_group_id,
        started_at
    from {{ ref('int_events') }}

),

attended as (

    select
        activities.member_id,
        coalesce(events.event_group_id, activities.event_id, activities.activity_id)
            as occasion,
        min(coalesce(events.started_at, activities.occurred_at)) as started_at
    from {{ ref('int_member_activities') }} as activities
    left join events on activities.event_id = events.event_id
    where activities.activity_type in ('attend', 'speak', 'lightning_talk', 'organise')
    group by 1, 2

),

moments as (

    select
        member_id,
        started_at,
        1 as attendance_count
    from attended

    union all

    select
        registrations.member_id,
        events.started_at,
        0 as attendance_count
    from registrations
    inner join events on registrations.event_id = events.event_id
    where events.started_at is not null

),

counted as (

    select
        member_id,
        started_at,
        sum(attendance_count) as attendance_count
    from moments
    group by member_id, started_at

),

accumulated as (

    select
        member_id,
        started_at,
        coalesce(
            sum(attendance_count) over (
                partition by member_id
                order by started_at
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as prior_attendances
    from counted

)

select
    registrations.event_id,
    registrations.member_id,
    cast(accumulated.prior_attendances as bigint) as prior_attendances
from registrations
inner join events on registrations.event_id = events.event_id
left join accumulated
    on
        registrations.member_id = accumulated.member_id
        and events.started_at = accumulated.started_at
