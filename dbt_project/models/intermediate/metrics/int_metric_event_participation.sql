-- Metric 8: mean over persons of attended / eligible events in the 180 days up to the end
-- of each month. Eligible: attendance-taken, of a working group the person registered
-- for up to that day, held on or after the day the person was first seen.
-- grain: period_start
{{ config(materialized='view') }}

with months as (

    select
        *,
        {{ add_days('through_date', -179) }} as from_date
    from {{ ref('int_metric_periods') }}
    where period_grain = 'month'

),

events as (

    select
        counts.event_id,
        counts.event_group_id,
        counts.local_date,
        counts.is_attendance_taken,
        coalesce(events.working_group, '') as working_group
    from {{ ref('int_metric_event_counts') }} as counts
    inner join {{ ref('dim_events') }} as events
        on counts.event_id = events.event_id
    where counts.is_held

),

registrations as (

    select * from {{ ref('int_metric_registrations') }}
    where is_held

),

member_groups as (

    select
        member_id,
        coalesce(working_group, '') as working_group,
        min(local_date) as since_date
    from registrations
    group by member_id, coalesce(working_group, '')

),

eligible as (

    select
        member_groups.member_id,
        member_groups.since_date,
        events.local_date,
        coalesce(registrations.has_attended, false) as has_attended
    from member_groups
    inner join {{ ref('int_metric_members') }} as members
        on member_groups.member_id = members.member_id
    inner join events
        on
            member_groups.working_group = events.working_group
            and members.member_since <= events.local_date
    left join registrations
        on
            member_groups.member_id = registrations.member_id
            and events.event_id = registrations.event_id
    where events.is_attendance_taken

),

per_member as (

    select
        months.period_start,
        eligible.member_id,
        cast(
            count(*) filter (where eligible.has_attended) / cast(count(*) as double)
            as decimal(18, 12)
        ) as participation_rate
    from months
    inner join eligible
        on
            months.from_date <= eligible.local_date
            and months.through_date >= eligible.local_date
            and months.through_date >= eligible.since_date
    group by months.period_start, eligible.member_id

),

rates as (

    select
        period_start,
        sum(participation_rate) as rate_sum,
        count(*) as member_count
    from per_member
    group by period_start

),

coverages as (

    select
        months.period_start,
        count(distinct events.event_group_id) filter (where events.is_attendance_taken)
        / cast(count(distinct events.event_group_id) as double) as coverage
    from months
    inner join events
        on
            months.from_date <= events.local_date
            and months.through_date >= events.local_date
    group by months.period_start

)

select
    'event_participation_rate' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    cast(rates.rate_sum as double) / rates.member_count as value,
    cast(rates.rate_sum as double) as numerator,
    cast(rates.member_count as double) as denominator,
    rates.member_count as n,
    coverages.coverage
from rates
inner join months
    on rates.period_start = months.period_start
inner join coverages
    on rates.period_start = coverages.period_start
