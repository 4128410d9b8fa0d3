-- Metric 22: share points made (before decay) in the 90 days up to the end of each month
-- against the 90 days before. n is the members who made any in either of the two.
-- grain: period_start
{{ config(materialized='view') }}

with months as (

    select
        *,
        {{ add_days('through_date', -89) }} as from_date,
        {{ add_days('through_date', -179) }} as before_from_date
    from {{ ref('int_metric_periods') }}
    where period_grain = 'month'

),

components as (

    select components.*
    from {{ ref('int_score_components') }} as components
    inner join {{ ref('stg_run__parameters') }} as parameters
        on components.formula_version = parameters.formula_version
    inner join {{ ref('int_metric_members') }} as members
        on components.member_id = members.member_id
    where components.category = 'share'

),

made as (

    select
        member_id,
        local_date as made_date,
        first_points as points
    from components

    union all

    select
        member_id,
        late_date as made_date,
        late_points + late_engagement_points as points
    from components
    where late_date is not null

),

made_by_day as (

    select
        member_id,
        made_date,
        sum(points) as points
    from made
    group by member_id, made_date

),

daily as (

    select
        made_date,
        sum(points) as points
    from made_by_day
    group by made_date

),

sums as (

    select
        months.period_start,
        coalesce(
            sum(daily.points) filter (where daily.made_date >= months.from_date), 0
        ) as points_now,
        coalesce(
            sum(daily.points) filter (where daily.made_date < months.from_date), 0
        ) as points_before
    from months
    inner join daily
        on
            months.before_from_date <= daily.made_date
            and months.through_date >= daily.made_date
    group by months.period_start

),

-- Cut at the next day with points, so that a member counts once in any window.
pieces as (

    select
        made_date as from_date,
        least(
            {{ add_days('made_date', 180) }},
            lead(made_date) over (partition by member_id order by made_date)
        ) as until_date
    from made_by_day

),

sharers as (

    select
        months.period_start,
        count(*) as member_count
    from months
    inner join pieces
        on
            months.through_date >= pieces.from_date
            and months.through_date < pieces.until_date
    group by months.period_start

)

select
    'share_growth_rate' as metric_id,
    months.period_grain,
    months.period_start,
    months.period_end,
    months.is_complete,
    'all' as dimension,
    'all' as dimension_value,
    cast(sums.points_now - sums.points_before as double)
    / nullif(cast(sums.points_before as double), 0) as value,
    cast(sums.points_now - sums.points_before as double) as numerator,
    cast(sums.points_before as double) as denominator,
    sharers.member_count as n,
    coverage.value as coverage
from sums
inner join months
    on sums.period_start = months.period_start
inner join sharers
    on sums.period_start = sharers.period_start
left join {{ ref('int_metric_coverage_rate') }} as coverage
    on
        sums.period_start = coverage.period_start
        and coverage.dimension_value = 'all'
