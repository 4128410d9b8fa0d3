-- The weeks (Monday first) and months that metrics are published for: from the first day
-- any member was seen or active to the as-of day. The running ones end early, at the
-- as-of day (`through_date`), and say so. Metrics that take a pass over all points or
-- memberships for each month end have the last 13 of them (`is_recent`): a year, and the
-- same month of the year before.
-- grain: period_grain, period_start

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

bounds as (

    select
        min(member_since) as first_day,
        parameters.as_of_date as last_day
    from {{ ref('int_metric_members') }}
    cross join parameters
    group by parameters.as_of_date

),

days as {{ each_day('bounds', 'bounds.first_day', 'bounds.last_day') }},

periods as (

    select distinct
        'week' as period_grain,
        cast(date_trunc('week', day) as date) as period_start,
        {{ add_days("cast(date_trunc('week', day) as date)", 6) }} as period_end
    from days

    union all

    select distinct
        'month' as period_grain,
        cast(date_trunc('month', day) as date) as period_start,
        last_day(day) as period_end
    from days

)

select
    periods.period_grain,
    periods.period_start,
    periods.period_end,
    least(periods.period_end, parameters.as_of_date) as through_date,
    periods.period_end <= parameters.as_of_date as is_complete,
    row_number() over (
        partition by periods.period_grain
        order by periods.period_start desc
    ) <= 13 as is_recent
from periods
cross join parameters
