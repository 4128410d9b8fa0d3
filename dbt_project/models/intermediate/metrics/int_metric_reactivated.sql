-- Metric 19: members who had been silent for at least 90 days when the month began and
-- were active in it, and those as a share of all who had been silent. Somebody who was
-- never active is not silent. Silence is counted as in metric 5: a member is silent from
-- the 90th day after an activity to the day before the next one.
-- grain: metric_id, period_start
{{ config(materialized='view') }}

with months as (

    select
        *,
        {{ add_days('period_start', -1) }} as day_before
    from {{ ref('int_metric_population') }}
    where period_grain = 'month'

),

active_days as (

    select distinct
        member_id,
        local_date
    from {{ ref('int_metric_activities') }}

),

gaps as (

    select
        local_date as active_date,
        lag(local_date) over (partition by member_id order by local_date) as before_date,
        lead(local_date) over (partition by member_id order by local_date) as next_date
    from active_days

),

daily_changes as (

    select
        day,
        sum(change) as change
    from (
        select {{ add_days('active_date', 90) }} as day, 1 as change
        from gaps
        where coalesce(next_date > {{ add_days('active_date', 90) }}, true)
        union all
        select next_date as day, -1 as change
        from gaps
        where next_date > {{ add_days('active_date', 90) }}
    ) as changes
    group by day

),

silent as (

    select
        months.period_start,
        cast(sum(daily_changes.change) as bigint) as silent_count
    from months
    inner join daily_changes
        on months.day_before >= daily_changes.day
    group by months.period_start

),

returned as (

    select
        cast(date_trunc('month', active_date) as date) as period_start,
        count(*) as returned_count
    from gaps
    where
        {{ add_days('before_date', 91) }}
        <= cast(date_trunc('month', active_date) as date)
    group by cast(date_trunc('month', active_date) as date)

),

counted as (

    select
        months.period_grain,
        months.period_start,
        months.period_end,
        months.is_complete,
        months.coverage,
        coalesce(silent.silent_count, 0) as silent_count,
        coalesce(returned.returned_count, 0) as returned_count
    from months
    left join silent
        on months.period_start = silent.period_start
    left join returned
        on months.period_start = returned.period_start

)

select
    'reactivated' as metric_id,
    period_grain,
    period_start,
    period_end,
    is_complete,
    'all' as dimension,
    'all' as dimension_value,
    cast(returned_count as double) as value,
    cast(returned_count as double) as numerator,
    cast(null as double) as denominator,
    returned_count as n,
    coverage
from counted

union all

select
    'reactivation_rate' as metric_id,
    period_grain,
    period_start,
    period_end,
    is_complete,
    'all' as dimension,
    'all' as dimension_value,
    returned_count / cast(silent_count as double) as value,
    cast(returned_count as double) as numerator,
    cast(silent_count as double) as denominator,
    silent_count as n,
    coverage
from counted
where silent_count > 0
