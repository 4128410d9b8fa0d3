-- Metrics 27 and 28: star candidates at each week's end and how long they have been, and
-- how many of a month's new candidates became stars within 365 days, once those have
-- passed for all of them. Whoever was a star before is no new candidate.
-- grain: metric_id, period_grain, period_start
{{ config(materialized='view') }}

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

candidate_runs as (

    select * from {{ ref('int_metric_stage_runs') }}
    where stage = 'candidate'

),

weeks as (

    select * from {{ ref('int_metric_population') }}
    where period_grain = 'week'

),

standing as (

    select
        weeks.period_start,
        count(*) as candidate_count,
        median({{ days_between('candidate_runs.from_date', 'weeks.through_date') }})
            as median_days
    from weeks
    inner join candidate_runs
        on
            weeks.through_date >= candidate_runs.from_date
            and weeks.through_date < candidate_runs.until_date
    group by weeks.period_start

),

first_days as (

    select
        member_id,
        min(case when stage = 'candidate' then from_date end) as candidate_date,
        min(case when stage = 'star' then from_date end) as star_date
    from {{ ref('int_metric_stage_runs') }}
    group by member_id

),

cohorts as (

    select
        cast(date_trunc('month', candidate_date) as date) as period_start,
        count(*) as candidate_count,
        count(*) filter (where {{ days_between('candidate_date', 'star_date') }} <= 365)
            as star_count
    from first_days
    where candidate_date < coalesce(star_date, cast('9999-12-31' as date))
    group by cast(date_trunc('month', candidate_date) as date)

)

select
    'star_candidates' as metric_id,
    weeks.period_grain,
    weeks.period_start,
    weeks.period_end,
    weeks.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    cast(coalesce(standing.candidate_count, 0) as double) as value,
    cast(coalesce(standing.candidate_count, 0) as double) as numerator,
    cast(null as double) as denominator,
    coalesce(standing.candidate_count, 0) as n,
    weeks.coverage
from weeks
left join standing on weeks.period_start = standing.period_start

union all

select
    'days_in_candidate' as metric_id,
    weeks.period_grain,
    weeks.period_start,
    weeks.period_end,
    weeks.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    cast(standing.median_days as double) as value,
    null as numerator,
    null as denominator,
    standing.candidate_count as n,
    weeks.coverage
from weeks
inner join standing on weeks.period_start = standing.period_start

union all

select
    'candidate_to_star_rate' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    cohorts.star_count / cast(cohorts.candidate_count as double) as value,
    cast(cohorts.star_count as double) as numerator,
    cast(cohorts.candidate_count as double) as denominator,
    cohorts.candidate_count as n,
    months.coverage
from cohorts
inner join {{ ref('int_metric_population') }} as months
    on
        cohorts.period_start = months.period_start
        and months.period_grain = 'month'
cross join parameters
where {{ add_days('months.period_end', 365) }} <= parameters.as_of_date
