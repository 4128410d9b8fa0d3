-- Metric 31: days from the first attendance to becoming a star, for those who became one
-- in each month and for all stars up to the as-of day. Cohorts are of the day they became
-- stars: of those who first attended in a month only the quick ones are stars yet.
-- grain: period_grain, period_start
{{ config(materialized='view') }}

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

stars as (

    select
        member_id,
        min(from_date) as star_date
    from {{ ref('int_metric_stage_runs') }}
    where stage = 'star'
    group by member_id

),

timed as (

    select
        cast(date_trunc('month', stars.star_date) as date) as period_start,
        case
            when members.first_attended_date <= stars.star_date
                then {{ days_between('members.first_attended_date', 'stars.star_date') }}
        end as days
    from stars
    inner join {{ ref('dim_members') }} as members
        on stars.member_id = members.member_id

),

counted as (

    select
        'month' as period_grain,
        period_start,
        median(days) as median_days,
        count(days) as n,
        count(days) / cast(count(*) as double) as coverage
    from timed
    group by period_start

    union all

    select
        'run' as period_grain,
        parameters.as_of_date as period_start,
        median(timed.days) as median_days,
        count(timed.days) as n,
        count(timed.days) / cast(count(*) as double) as coverage
    from timed
    cross join parameters
    group by parameters.as_of_date

)

select
    'days_to_star' as metric_id,
    counted.period_grain,
    counted.period_start,
    case
        when counted.period_grain = 'run' then counted.period_start
        else last_day(counted.period_start)
    end as period_end,
    counted.period_grain = 'run' or last_day(counted.period_start) <= parameters.as_of_date
        as is_complete,
    'all' as dimension,
    'all' as dimension_value,
    cast(counted.median_days as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    counted.n,
    counted.coverage
from counted
cross join parameters
where counted.n > 0
