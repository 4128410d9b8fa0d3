-- Metric 51: share of the events of 13 months that at least 50 people attended, of the
-- whole community and of each working group, where the attendances of at least 13 events
-- are known. An event without a known number leaves both parts and lowers the coverage; a
-- list of nothing but speakers and staff is no such number.
-- grain: period_start, dimension, dimension_value
{{ config(materialized='view') }}

with months as (

    select
        *,
        cast(period_start - to_months(12) as date) as from_date
    from {{ ref('int_metric_periods') }}
    where period_grain = 'month'

),

real_events as (

    select
        counts.event_group_id as real_event_id,
        bool_or(counts.is_attendance_taken and counts.has_audience) as has_attendance,
        max(events.attended_reported) as attended_reported
    from {{ ref('int_metric_event_counts') }} as counts
    inner join {{ ref('dim_events') }} as events
        on counts.event_id = events.event_id
    group by counts.event_group_id

),

events as (

    select distinct
        listings.real_event_id,
        grouped.working_group,
        listings.local_date,
        case
            when real_events.has_attendance then listings.attendance_count
            else real_events.attended_reported
        end as attendance_count
    from {{ ref('int_metric_whole_events') }} as listings
    inner join real_events
        on listings.real_event_id = real_events.real_event_id
    inner join {{ ref('int_metric_real_events') }} as grouped
        on listings.event_id = grouped.event_id
    where listings.is_held

),

parts as (

    select
        'all' as dimension,
        'all' as dimension_value,
        local_date,
        attendance_count
    from events

    union all

    select
        'working_group' as dimension,
        working_group as dimension_value,
        local_date,
        attendance_count
    from events
    where working_group <> ''

),

counted as (

    select
        months.period_start,
        parts.dimension,
        parts.dimension_value,
        count(*) as event_count,
        count(parts.attendance_count) as known_count,
        count(*) filter (where parts.attendance_count >= 50) as hit_count
    from months
    inner join parts
        on
            months.from_date <= parts.local_date
            and months.through_date >= parts.local_date
    group by months.period_start, parts.dimension, parts.dimension_value

)

select
    'hit_rate' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    counted.dimension,
    counted.dimension_value,
    counted.hit_count / cast(counted.known_count as double) as value,
    cast(counted.hit_count as double) as numerator,
    cast(counted.known_count as double) as denominator,
    counted.known_count as n,
    counted.known_count / cast(counted.event_count as double) as coverage
from counted
inner join months
    on counted.period_start = months.period_start
where counted.known_count >= 13
