-- Metric 8, of the last 180 days: how many of the events that were open to a member he or
-- she attended. Open are the real events whose attendance was taken, held in the member's
-- working groups (those of any activity of the member; events without one are a group of
-- their own) since the member joined. Events the member organised leave both counts.
-- grain: member_id
with parameters as (

    select
        as_of_date,
        {{ add_days('as_of_date', -179) }} as window_from
    from {{ ref('stg_run__parameters') }}

),

events as (

    select * from {{ ref('int_events') }}

),

-- One event listed on several platforms is one.
real_events as (

    select
        event_group_id as real_event_id,
        coalesce(min(working_group), '') as working_group,
        min(local_date) as local_date,
        bool_or(is_attendance_taken) as is_attendance_taken
    from events
    where coalesce(status, 'scheduled') <> 'cancelled'
    group by event_group_id

),

counted_events as (

    select
        real_events.real_event_id,
        real_events.working_group,
        real_events.local_date
    from real_events
    cross join parameters
    where
        real_events.is_attendance_taken
        and real_events.local_date between parameters.window_from and parameters.as_of_date

),

listed as (

    select
        events.event_id,
        events.event_group_id as real_event_id,
        real_events.working_group
    from events
    left join real_events on events.event_group_id = real_events.real_event_id

),

activities as (

    select activities.*
    from {{ ref('int_member_activities') }} as activities
    inner join parameters on activities.local_date <= parameters.as_of_date

),

joined as (

    select
        members.member_id,
        greatest(members.known_date, parameters.window_from) as open_from
    from {{ ref('int_members_known') }} as members
    cross join parameters

),

groups as (

    select distinct
        activities.member_id,
        coalesce(
            listed.working_group,
            activities.working_group,
            case when activities.category = 'event' then '' end
        ) as working_group
    from activities
    left join listed on activities.event_id = listed.event_id

),

memberships as (

    select
        groups.member_id,
        groups.working_group,
        joined.open_from
    from groups
    inner join joined on groups.member_id = joined.member_id
    where groups.working_group is not null

),

-- Members share groups and days of joining: events are counted once for each pair.
offered as (

    select
        starts.working_group,
        starts.open_from,
        count(*) as events
    from (select distinct working_group, open_from from memberships) as starts
    inner join counted_events
        on
            starts.working_group = counted_events.working_group
            and starts.open_from <= counted_events.local_date
    group by starts.working_group, starts.open_from

),

eligible as (

    select
        memberships.member_id,
        sum(offered.events) as events
    from memberships
    inner join offered
        on
            memberships.working_group = offered.working_group
            and memberships.open_from = offered.open_from
    group by memberships.member_id

),

visited as (

    select
        activities.member_id,
        counted_events.real_event_id,
        bool_or(activities.activity_type = 'organise') as is_organiser,
        bool_or(activities.activity_type in ('attend', 'speak', 'lightning_talk'))
            as is_attendee
    from activities
    inner join listed on activities.event_id = listed.event_id
    inner join counted_events on listed.real_event_id = counted_events.real_event_id
    inner join joined on activities.member_id = joined.member_id
    where counted_events.local_date >= joined.open_from
    group by activities.member_id, counted_events.real_event_id

),

counted as (

    select
        member_id,
        count(*) filter (where is_organiser) as organised,
        count(*) filter (where is_attendee and not is_organiser) as attended
    from visited
    group by member_id

)

select
    eligible.member_id,
    cast(coalesce(counted.attended, 0) as bigint) as events_attended,
    cast(eligible.events - coalesce(counted.organised, 0) as bigint) as events_eligible
from eligible
left join counted on eligible.member_id = counted.member_id
