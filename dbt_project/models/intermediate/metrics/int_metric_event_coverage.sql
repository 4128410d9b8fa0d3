-- At how many of the events held in each month attendance was taken. Listings of one real
-- event on two platforms are one event.
-- grain: period_start
{{ config(materialized='view') }}

select
    cast(date_trunc('month', local_date) as date) as period_start,
    count(distinct real_event_id) filter (where is_attendance_taken)
    / cast(count(distinct real_event_id) as double) as attendance_coverage
from {{ ref('int_metric_real_events') }}
where is_held
group by cast(date_trunc('month', local_date) as date)
