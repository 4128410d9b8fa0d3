-- Each week of each working group: who is there and active, what took place, what came of
-- it, who is about to leave. One row a week is the whole community (is_total).
-- grain: week_start, working_group

with weeks as (

    select * from {{ ref('int_metric_periods') }}
    where period_grain = 'week'

),

connected as (

    select
        bool_or(is_connected) filter (where input = 'attendance') as has_attendance,
        bool_or(is_connected) filter (where input = 'outputs') as has_outputs
    from {{ ref('int_metric_inputs') }}

),

standing as (

    select * from {{ ref('int_metric_group_members_at') }}
    where period_grain = 'week'

),

real_events as (

    select distinct
        real_event_id,
        working_group,
        local_date
    from {{ ref('int_metric_real_events') }}
    where is_held

),

event_groups as (

    select distinct working_group from {{ ref('int_metric_real_events') }}

),

held as (

    select
        cast(date_trunc('week', real_events.local_date) as date) as week_start,
        real_events.working_group,
        count(distinct counts.event_group_id) as events,
        count(distinct counts.event_group_id) filter (where counts.is_attendance_taken)
            as events_taken,
        sum(counts.attendee_count) as attendances,
        sum(counts.first_timer_count) as first_time_attendees
    from {{ ref('int_metric_event_counts') }} as counts
    inner join real_events
        on counts.event_group_id = real_events.real_event_id
    where counts.is_held
    group by
        cast(date_trunc('week', real_events.local_date) as date), real_events.working_group

),

published as (

    select
        cast(date_trunc('week', outputs.published_date) as date) as week_start,
        coalesce(events.working_group, '') as working_group,
        count(*) as outputs
    from {{ ref('int_metric_outputs') }} as outputs
    left join {{ ref('int_metric_real_events') }} as events
        on outputs.event_id = events.event_id
    group by
        cast(date_trunc('week', outputs.published_date) as date),
        coalesce(events.working_group, '')

),

acted as (

    select
        cast(date_trunc('week', actions.local_date) as date) as week_start,
        coalesce(event_groups.working_group, '') as working_group,
        sum(actions.action_count) as actions,
        sum(actions.points) as heat
    from {{ ref('int_metric_actions') }} as actions
    left join event_groups
        on actions.working_group = event_groups.working_group
    group by
        cast(date_trunc('week', actions.local_date) as date),
        coalesce(event_groups.working_group, '')

),

made as (

    select
        standing.period_start as week_start,
        standing.working_group,
        coalesce(held.events, 0) as events,
        coalesce(held.events_taken, 0) as events_taken,
        coalesce(held.attendances, 0) as attendances,
        coalesce(held.first_time_attendees, 0) as first_time_attendees,
        coalesce(published.outputs, 0) as outputs,
        coalesce(acted.actions, 0) as actions,
        coalesce(acted.heat, 0) as heat
    from standing
    left join held
        on
            standing.period_start = held.week_start
            and standing.working_group = held.working_group
    left join published
        on
            standing.period_start = published.week_start
            and standing.working_group = published.working_group
    left join acted
        on
            standing.period_start = acted.week_start
            and standing.working_group = acted.working_group
    where standing.working_group <> '(all)'

),

made_in_all as (

    select * from made

    union all

    select
        week_start,
        '(all)' as working_group,
        sum(events) as events,
        sum(events_taken) as events_taken,
        sum(attendances) as attendances,
        sum(first_time_attendees) as first_time_attendees,
        sum(outputs) as outputs,
        sum(actions) as actions,
        sum(heat) as heat
    from made
    group by week_start

),

since as (

    select
        member_id,
        working_group,
        min(local_date) as since_date
    from {{ ref('int_metric_group_activities') }}
    group by member_id, working_group

),

falling as (

    select
        falls.period_start as week_start,
        since.working_group,
        count(*) as members,
        count(*) filter (where falls.is_at_risk) as at_risk_members
    from {{ ref('int_metric_member_falls') }} as falls
    inner join weeks
        on falls.period_start = weeks.period_start
    inner join since
        on
            falls.member_id = since.member_id
            and weeks.through_date >= since.since_date
    group by falls.period_start, since.working_group

    union all

    select
        period_start as week_start,
        '(all)' as working_group,
        count(*) as members,
        count(*) filter (where is_at_risk) as at_risk_members
    from {{ ref('int_metric_member_falls') }}
    group by period_start

)

select
    standing.period_start as week_start,
    standing.period_end as week_end,
    case standing.working_group when '' then '(none)' else standing.working_group end
        as working_group,
    standing.working_group = '(all)' as is_total,
    standing.is_complete,

    ----------  people
    standing.members,
    standing.active_members,
    case when weeks.is_recent then coalesce(falling.members, 0) end as at_risk_base,
    case when weeks.is_recent then coalesce(falling.at_risk_members, 0) end
        as at_risk_members,

    ----------  events
    cast(made_in_all.events as bigint) as events,
    cast(made_in_all.events_taken as bigint) as events_with_attendance,
    case
        when
            connected.has_attendance
            and (made_in_all.events_taken > 0 or made_in_all.events = 0)
            then cast(made_in_all.attendances as bigint)
    end as attendances,
    case
        when
            connected.has_attendance
            and (made_in_all.events_taken > 0 or made_in_all.events = 0)
            then cast(made_in_all.first_time_attendees as bigint)
    end as first_time_attendees,

    ----------  what came of it
    case when connected.has_outputs then cast(made_in_all.outputs as bigint) end as outputs,
    cast(made_in_all.actions as bigint) as actions,
    cast(made_in_all.heat as decimal(38, 12)) as heat
from standing
cross join connected
inner join weeks
    on standing.period_start = weeks.period_start
inner join made_in_all
    on
        standing.period_start = made_in_all.week_start
        and standing.working_group = made_in_all.working_group
left join falling
    on
        standing.period_start = falling.week_start
        and standing.working_group = falling.working_group
