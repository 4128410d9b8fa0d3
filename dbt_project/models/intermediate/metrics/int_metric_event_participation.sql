-- Metric 8: mean over persons of attended / open events in the 180 days up to the end of
-- each of the last 13 months, as member_scores has it for the as-of day. Open:
-- attendance-taken events of the person's working groups since the person is known; events
-- the person organised leave both counts.
-- grain: period_start
{{ config(materialized='view') }}

with months as (

    select
        *,
        {{ add_days('through_date', -179) }} as from_date
    from {{ ref('int_metric_periods') }}
    where period_grain = 'month' and is_recent

),

held_events as (

    select distinct
        real_event_id,
        working_group,
        local_date,
        is_attendance_taken
    from {{ ref('int_metric_real_events') }}
    where is_held

),

month_events as (

    select
        months.period_start,
        months.from_date,
        months.through_date,
        held_events.real_event_id,
        held_events.working_group,
        held_events.local_date,
        held_events.is_attendance_taken
    from months
    inner join held_events
        on
            months.from_date <= held_events.local_date
            and months.through_date >= held_events.local_date

),

month_groups as (

    select distinct
        period_start,
        from_date,
        through_date,
        working_group
    from month_events
    where is_attendance_taken

),

memberships as (

    select
        month_groups.period_start,
        month_groups.working_group,
        group_members.member_id,
        greatest(members.member_since, month_groups.from_date) as open_from
    from month_groups
    inner join {{ ref('int_metric_group_members') }} as group_members
        on
            month_groups.working_group = group_members.working_group
            and month_groups.through_date >= group_members.since_date
    inner join {{ ref('int_metric_members') }} as members
        on group_members.member_id = members.member_id

),

-- Members share groups and days of joining: events are counted once for each pair.
offered as (

    select
        starts.period_start,
        starts.working_group,
        starts.open_from,
        count(*) as event_count
    from (
        select distinct
            period_start,
            working_group,
            open_from
        from memberships
    ) as starts
    inner join month_events
        on
            starts.period_start = month_events.period_start
            and starts.working_group = month_events.working_group
            and starts.open_from <= month_events.local_date
    where month_events.is_attendance_taken
    group by starts.period_start, starts.working_group, starts.open_from

),

eligible as (

    select
        memberships.period_start,
        memberships.member_id,
        sum(offered.event_count) as event_count
    from memberships
    inner join offered
        on
            memberships.period_start = offered.period_start
            and memberships.working_group = offered.working_group
            and memberships.open_from = offered.open_from
    group by memberships.period_start, memberships.member_id

),

visited as (

    select
        month_events.period_start,
        visits.member_id,
        count(*) filter (where visits.is_organiser) as organised_count,
        count(*) filter (where not visits.is_organiser) as attended_count
    from {{ ref('int_metric_visits') }} as visits
    inner join month_events
        on visits.real_event_id = month_events.real_event_id
    where month_events.is_attendance_taken
    group by month_events.period_start, visits.member_id

),

rates as (

    select
        eligible.period_start,
        cast(
            coalesce(visited.attended_count, 0)
            / cast(
                eligible.event_count - coalesce(visited.organised_count, 0) as double
            ) as decimal(18, 12)
        ) as participation_rate
    from eligible
    left join visited
        on
            eligible.period_start = visited.period_start
            and eligible.member_id = visited.member_id
    where eligible.event_count > coalesce(visited.organised_count, 0)

),

means as (

    select
        period_start,
        sum(participation_rate) as rate_sum,
        count(*) as member_count
    from rates
    group by period_start

),

coverages as (

    select
        period_start,
        count(*) filter (where is_attendance_taken) / cast(count(*) as double) as coverage
    from month_events
    group by period_start

)

select
    'event_participation_rate' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    cast(means.rate_sum as double) / means.member_count as value,
    cast(means.rate_sum as double) as numerator,
    cast(means.member_count as double) as denominator,
    means.member_count as n,
    coverages.coverage
from means
inner join months
    on means.period_start = months.period_start
inner join coverages
    on means.period_start = coverages.period_start
