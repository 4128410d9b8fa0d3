-- Metrics 26 and 29: stars at each month's end, those who became one in the month and in
-- the fiscal year so far (against its target), and who of the stars of a year ago still is.
-- grain: metric_id, period_grain, period_start
{{ config(materialized='view') }}

with parameters as (

    select * from {{ ref('stg_run__parameters') }}

),

months as (

    select
        population.*,
        {{ fiscal_year_start(
            'population.period_start', 'parameters.fiscal_year_start_month'
        ) }} as year_start,
        case
            when population.is_complete
                then last_day(cast(population.period_start - to_months(12) as date))
            else cast(population.through_date - to_months(12) as date)
        end as year_ago_date
    from {{ ref('int_metric_population') }} as population
    cross join parameters
    where population.period_grain = 'month'

),

star_runs as (

    select * from {{ ref('int_metric_stage_runs') }}
    where stage = 'star'

),

standing as (

    select
        months.period_start,
        count(*) as star_count
    from months
    inner join star_runs
        on
            months.through_date >= star_runs.from_date
            and months.through_date < star_runs.until_date
    group by months.period_start

),

entered as (

    select
        months.period_start,
        months.year_start,
        star_runs.member_id
    from months
    inner join star_runs
        on months.period_start = cast(date_trunc('month', star_runs.from_date) as date)

),

entered_in_month as (

    select
        period_start,
        count(distinct member_id) as star_count
    from entered
    group by period_start

),

entered_in_year as (

    select
        year_start,
        count(distinct member_id) as star_count
    from entered
    group by year_start

),

kept as (

    select
        months.period_start,
        count(*) as star_count,
        count(still.member_id) as still_count
    from months
    inner join star_runs as before
        on
            months.year_ago_date >= before.from_date
            and months.year_ago_date < before.until_date
    left join star_runs as still
        on
            before.member_id = still.member_id
            and months.through_date >= still.from_date
            and months.through_date < still.until_date
    group by months.period_start

),

fiscal_years as (

    select
        months.year_start,
        {{ fiscal_year_end('months.year_start') }} as year_end,
        max(months.through_date) as through_date,
        max_by(months.coverage, months.period_start) as coverage
    from months
    group by months.year_start

),

years as (

    select
        'year' as period_grain,
        fiscal_years.year_start as period_start,
        fiscal_years.year_end as period_end,
        fiscal_years.year_end <= fiscal_years.through_date as is_complete,
        coalesce(entered_in_year.star_count, 0) as star_count,
        targets.target,
        fiscal_years.coverage
    from fiscal_years
    left join entered_in_year
        on fiscal_years.year_start = entered_in_year.year_start
    left join {{ ref('star_targets') }} as targets
        on year(fiscal_years.year_start) = targets.fiscal_year

),

measured as (

    select
        'stars' as metric_id,
        months.period_grain,
        months.period_start,
        months.period_end,
        months.is_complete,
        coalesce(standing.star_count, 0) as numerator,
        cast(null as bigint) as denominator,
        coalesce(standing.star_count, 0) as n,
        months.coverage
    from months
    left join standing on months.period_start = standing.period_start

    union all

    select
        'stars_produced' as metric_id,
        months.period_grain,
        months.period_start,
        months.period_end,
        months.is_complete,
        coalesce(entered_in_month.star_count, 0) as numerator,
        null as denominator,
        coalesce(entered_in_month.star_count, 0) as n,
        months.coverage
    from months
    left join entered_in_month on months.period_start = entered_in_month.period_start

    union all

    select
        'stars_produced' as metric_id,
        period_grain,
        period_start,
        period_end,
        is_complete,
        star_count as numerator,
        null as denominator,
        star_count as n,
        coverage
    from years

    union all

    select
        'star_target_rate' as metric_id,
        period_grain,
        period_start,
        period_end,
        is_complete,
        star_count as numerator,
        target as denominator,
        star_count as n,
        coverage
    from years

    union all

    select
        'star_retention' as metric_id,
        months.period_grain,
        months.period_start,
        months.period_end,
        months.is_complete,
        kept.still_count as numerator,
        kept.star_count as denominator,
        kept.star_count as n,
        months.coverage
    from months
    inner join kept on months.period_start = kept.period_start

)

select
    metric_id,
    period_grain,
    period_start,
    period_end,
    is_complete,
    'all' as dimension,
    'all' as dimension_value,
    case
        when metric_id in ('stars', 'stars_produced') then cast(numerator as double)
        else numerator / cast(nullif(denominator, 0) as double)
    end as value,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    n,
    coverage
from measured
